/** What the server answers about trends, for the page's tests and for looking at it without a server. */

import type { TrendAnswer, TrendDrawn, TrendProof } from "../src/api/trend";

const drawn = (total: string | null, points: (string | null)[]): TrendDrawn => ({ total, points, moving: [] });

export const trend: TrendAnswer = {
  name: "Trend",
  period: { from: "2026-11-19", to: "2026-11-21" },
  grain: "day",
  series: [
    { letter: "A", name: "search", measure: "people", of: null },
    { letter: "B", name: "payment_succeeded", measure: "people", of: null },
  ],
  formula: "B / A",
  fields: ["device"],
  cumulative: false,
  moving: null,
  buckets: [
    { bucket: "2026-11-19", state: "whole", before: "2026-11-16" },
    { bucket: "2026-11-20", state: "whole", before: "2026-11-17" },
    { bucket: "2026-11-21", state: "open", before: "2026-11-18" },
  ],
  total: {
    kind: "total",
    value: null,
    values: [],
    series: [drawn("900", ["500", "600", "20"]), drawn("90", ["50", "72", "1"])],
    formula: drawn("0.1", ["0.1", "0.12", "0.05"]),
  },
  breakdown: [
    {
      kind: "value",
      value: "ios",
      values: ["ios"],
      series: [drawn("400", ["200", "300", "9"]), drawn("40", ["20", "32", "1"])],
      formula: drawn("0.1", ["0.1", "0.106667", "0.111111"]),
    },
    {
      kind: "none",
      value: null,
      values: [],
      series: [drawn("500", ["300", "300", "11"]), drawn("50", ["30", "40", "0"])],
      formula: drawn("0.1", ["0.1", "0.133333", "0"]),
    },
  ],
  before: {
    kind: "total",
    value: null,
    values: [],
    from: "2026-11-16",
    to: "2026-11-18",
    series: [drawn("800", ["400", "500", "19"]), drawn("88", ["40", "50", "1"])],
    formula: drawn("0.11", ["0.1", "0.1", "0.052632"]),
  },
  notes: [],
  asked_ms: 1_795_000_000_000,
};

const proof: TrendProof = {
  person: 12,
  asked: true,
  counts: { A: 1, B: 0 },
  events: [{ event: "search", key: "0:0", at: "2026-11-19T10:00:00.000+08:00", bucket: "2026-11-19", why: "counted", series: ["A"] }],
  en: ["search at 2026-11-19T10:00:00.000+08:00 counts in A", "Together: A 1, B 0."],
  zh: ["search 在 2026-11-19T10:00:00.000+08:00 计入 A", "合计：A 1, B 0。"],
};

export const trendAnswers: Record<string, unknown> = {
  "POST /api/analyses/trend": trend,
  "POST /api/analyses/trend/people": {
    total: 900,
    people: [{ person: 12, name: "login 10***55", events: 3, first: "2026-11-19T10:00:00+08:00", last: "2026-11-20T10:00:00+08:00" }],
    next: "50",
  },
  "POST /api/analyses/trend/explain": proof,
};
