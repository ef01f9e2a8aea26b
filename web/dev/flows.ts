/** What the server answers about paths, intervals, distributions and attribution, for the pages' tests and for looking at them without a server. */

import type { AttributionAnswer, AttributionPeople } from "../src/api/attribution";
import type { PathsAnswer, PathsPeople, ProofAnswer } from "../src/api/paths";
import type { DistributionAnswer, DistributionPeople, IntervalAnswer, IntervalPeople } from "../src/api/spread";

export const period = { from: "2026-10-25", to: "2026-11-21" };
export const asked_ms = 1_795_000_000_000;
const crowd = (paths: number, people = paths) => ({ paths, people });

type Node = PathsAnswer["nodes"][number];
const node = (id: string, name: string | null, paths: number, exits: number, more: Partial<Node> = {}): Node => ({
  id,
  step: Number(id[0]),
  name,
  value: null,
  other: name === null,
  masked: false,
  ...crowd(paths),
  exits: crowd(exits),
  beyond: crowd(0),
  ...more,
});

export const paths: PathsAnswer = {
  name: "Paths",
  period,
  counted_from: "start",
  steps: 3,
  total: { ...crowd(1000, 800), still_open: 5 },
  nodes: [
    node("1:1", "search", 1000, 300),
    node("2:1", "detail_view", 600, 450),
    node("2:2", null, 100, 100),
    node("3:1", "payment_succeeded", 150, 140, { beyond: crowd(10) }),
  ],
  links: [
    { source: "1:1", target: "2:1", ...crowd(600) },
    { source: "1:1", target: "2:2", ...crowd(100) },
    { source: "2:1", target: "3:1", ...crowd(150) },
  ],
  notes: [],
  asked_ms,
};

export const pathsPeople: PathsPeople = {
  total: 450,
  of_people: 400,
  people: [
    {
      person: 12,
      name: "login 10***55",
      start: "2026-11-19T10:00:00+08:00",
      steps: [
        { name: "search", value: null, at: "2026-11-19T10:00:00+08:00" },
        { name: "detail_view", value: null, at: "2026-11-19T10:02:00+08:00" },
      ],
    },
  ],
  next: null,
};

export const proof = (...lines: [string, string, string][]): ProofAnswer => ({ person: 12, lines: lines.map(([why, en, zh]) => ({ why, en, zh })) });

export const pathsProof = proof(
  ["counted", "Path that starts at 2026-11-19T10:00:00.000+08:00", "路径，始于 2026-11-19T10:00:00.000+08:00"],
  ["step", "1. search: search at 2026-11-19T10:00:00.000+08:00", "1. search：2026-11-19T10:00:00.000+08:00 的“search”"],
  ["repeated", "   search at 10:01: the same as the event before it, no step of its own", "   10:01 的“search”：与前一事件相同，不另计一步"],
);

const credits = (first: number, markov: number, cost: number | null) =>
  Object.fromEntries(
    (["first", "markov"] as const).map((model, index) => {
      const conversions = index ? markov : first;
      return [
        model,
        {
          conversions: conversions.toFixed(6),
          value: (conversions * 100).toFixed(6),
          cpa: cost === null || !conversions ? null : (cost / conversions).toFixed(2),
          roas: cost === null ? null : ((conversions * 100) / cost).toFixed(6),
        },
      ];
    }),
  ) as AttributionAnswer["rows"][number]["credits"];

export const attribution: AttributionAnswer = {
  name: "Attribution",
  period,
  by: "sales_channel",
  models: ["first", "markov"],
  conversions: 100,
  people: 90,
  value: "10000.000000",
  rows: [
    { kind: "value", value: "web", masked: false, conversions: 60, touches: 300, cost: "500.00", credits: credits(50, 40, 500) },
    { kind: "value", value: "app", masked: false, conversions: 45, touches: 200, cost: "250.00", credits: credits(30, 40.5, 250) },
    { kind: "missing", value: null, masked: false, conversions: 10, touches: 12, cost: null, credits: credits(10, 9.5, null) },
    { kind: "untouched", value: null, masked: false, conversions: 10, touches: 0, cost: null, credits: credits(10, 10, null) },
  ],
  markov: {
    converts: 0.2,
    removal: [
      { value: "web", missing: false, removal_effect: 0.6 },
      { value: "app", missing: false, removal_effect: 0.61 },
      { value: null, missing: true, removal_effect: 0.1 },
    ],
  },
  cost: {
    metric: "marketing_cost",
    currency: "CNY",
    total: "800.00",
    cpa: "8.00",
    roas: "12.500000",
    elsewhere: "50.00",
    elsewhere_values: ["kiosk"],
  },
  notes: [],
  asked_ms,
};

export const attributionPeople: AttributionPeople = {
  total: 60,
  people: [
    {
      person: 12,
      name: "login 10***55",
      at: "2026-11-19T10:00:00+08:00",
      worth: "100.000000",
      touches: [
        { value: "app", at: "2026-11-18T10:00:00+08:00" },
        { value: "web", at: "2026-11-19T09:00:00+08:00" },
      ],
    },
  ],
  next: null,
};

export const attributionProof = proof(
  ["conversion", "1. pay at 2026-11-19T10:00:00.000+08:00", "1. 2026-11-19T10:00:00.000+08:00 的“pay”"],
  ["credited", "   web: search at 09:00, 1 hour before; first 1", "   web：09:00 的“search”，早 1 小时；首次 1"],
  ["early", "   not credited, app: search, look-back 30 days", "   未计入，app：“search”，回溯期 30 天"],
);

const times = (count: number, median_ms: number) => ({
  count,
  least_ms: 1_000,
  p25_ms: 90_000,
  median_ms,
  p75_ms: 7_200_000,
  most_ms: 90_000_000,
  mean_ms: 600_000,
});
type Span = IntervalAnswer["total"];
const span = (kind: Span["kind"], bins: number[], more: Partial<Span> = {}): Span => {
  const intervals = bins.reduce((sum, count) => sum + count, 0);
  return {
    kind,
    value: null,
    masked: false,
    bucket: null,
    intervals,
    people: intervals,
    times: times(intervals, 180_000),
    bins,
    still_open: 0,
    ...more,
  };
};

export const interval: IntervalAnswer = {
  name: "Interval",
  period,
  pair: "last",
  field: "device",
  bins: [
    { from_ms: 0, below_ms: 60_000 },
    { from_ms: 60_000, below_ms: 300_000 },
    { from_ms: 300_000, below_ms: 3_600_000 },
    { from_ms: 3_600_000, below_ms: null },
  ],
  total: span("total", [0, 120, 60, 20], { still_open: 7, people: 150 }),
  breakdown: [
    span("value", [0, 100, 40, 10], { value: "android" }),
    span("value", [0, 10, 10, 5], { value: "a***@e***", masked: true }),
    span("none", [0, 10, 10, 5]),
  ],
  trend: [span("bucket", [0, 60, 30, 10], { bucket: "2026-11-19" }), span("bucket", [0, 60, 30, 10], { bucket: "2026-11-20", still_open: 7 })],
  notes: [],
  asked_ms,
};

export const intervalPeople: IntervalPeople = {
  total: 120,
  of_people: 100,
  people: [
    {
      person: 12,
      name: "login 10***55",
      held: null,
      value: "android",
      start: "2026-11-19T10:00:00+08:00",
      end: "2026-11-19T10:03:05+08:00",
      length_ms: 185_000,
    },
  ],
  next: null,
};

export const intervalProof = proof(
  ["counted", "counted: pay at 10:03, 3 minutes 5 seconds after search", "计入：10:03 的“pay”，距“search” 3 分钟 5 秒"],
  ["too_long", "not counted: pay at 22:00, window 7 days", "未计入：22:00 的“pay”，窗口 7 天"],
);

export const distribution: DistributionAnswer = {
  name: "Distribution",
  of: "times",
  field: null,
  period,
  bins: [
    { from: "1", below: "2" },
    { from: "2", below: "3" },
    { from: "3", below: "11" },
    { from: "11", below: null },
  ],
  total: {
    bucket: null,
    people: 1000,
    least: "1",
    p25: "1",
    median: "2",
    p75: "4",
    most: "57",
    mean: "3.1",
    total: "3100",
    bins: [400, 300, 280, 20],
  },
  trend: [],
  notes: [],
  asked_ms,
};

export const distributionPeople: DistributionPeople = {
  total: 280,
  people: [{ person: 12, name: "login 10***55", figure: "9", events: 9, first: "2026-11-01T10:00:00+08:00", last: "2026-11-19T10:00:00+08:00" }],
  next: null,
};

export const distributionProof = proof(
  ["adds", "search at 10:00: adds 1, makes 1", "10:00 的“search”：加 1，共 1"],
  ["bin", "Figure 1: bin 1", "数值 1：第 1 组"],
);

export const flowAnswers: Record<string, unknown> = {
  "POST /api/analyses/paths": paths,
  "POST /api/analyses/paths/people": pathsPeople,
  "POST /api/analyses/paths/explain": pathsProof,
  "POST /api/analyses/attribution": attribution,
  "POST /api/analyses/attribution/people": attributionPeople,
  "POST /api/analyses/attribution/explain": attributionProof,
  "POST /api/analyses/interval": interval,
  "POST /api/analyses/interval/people": intervalPeople,
  "POST /api/analyses/interval/explain": intervalProof,
  "POST /api/analyses/distribution": distribution,
  "POST /api/analyses/distribution/people": distributionPeople,
  "POST /api/analyses/distribution/explain": distributionProof,
};
