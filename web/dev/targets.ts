/** What a server answers about targets, assessments and promises: for the tests and for looking at pages without a server. */

import type { Assessment, Promises, Standing, Standings } from "../src/api/targets";

const words = (en: string, zh: string) => ({ en, zh });

const pace = { share: "0.6", expected: "1800000.00", ratio: "0.92", projected: "2760000.00", needed: "134400.00", basis: "weekday" };
const running: Standing = {
  id: "target_1",
  metric: "revenue",
  title: words("Revenue", "收入"),
  unit: "money",
  dimension: "",
  member: "",
  grain: "month",
  period: "2026-11",
  start: "2026-11-01",
  end: "2026-11-30",
  value: "3000000.00",
  owner: "operations lead",
  weight: 3,
  note: "Plan of the year",
  revision: 2,
  changed_at: "2026-10-28T10:00:00+08:00",
  changed_by: "Pat",
  stage: "running",
  direction: "up",
  currency: "CNY",
  counts: true,
  actual: "1656000.00",
  attainment: "0.92",
  score: "92.0",
  state: "missed",
  pace,
  until: "2026-11-20",
  complete: false,
  closed_as_of: null,
  now: null,
  few: false,
  problem: "",
  explanation: words("Revenue: 1.66M CNY so far, 1.80M CNY was due.", "收入：至今 165.6 万元，应达 180.0 万元。"),
};
const closed: Standing = {
  ...running,
  id: "target_2",
  dimension: "sales_channel",
  member: "web",
  period: "2026-10",
  start: "2026-10-01",
  end: "2026-10-31",
  value: "900000.00",
  actual: "950000.00",
  attainment: "1.055556",
  score: "105.6",
  state: "met",
  stage: "closed",
  complete: true,
  closed_as_of: "2026-11-03T08:45:00+08:00",
  now: "951000.00",
  until: "2026-10-31",
  pace: { share: null, expected: null, ratio: null, projected: null, needed: null, basis: "none" },
};
const unknown: Standing = {
  ...running,
  id: "target_3",
  metric: "uv",
  title: words("Visitors (UV)", "访客数"),
  unit: "count",
  currency: null,
  counts: false,
  actual: null,
  attainment: null,
  score: null,
  state: "unknown",
  problem: "The engine is busy.",
};

export const standings: Standings = { items: [running, closed, unknown], next: null, owners: ["operations lead", "marketing operations"] };

export const assessment: Assessment = {
  grain: "month",
  period: "2026-11",
  start: "2026-11-01",
  end: "2026-11-30",
  closed: 0,
  open: 2,
  final: false,
  cut: false,
  owners: [
    {
      owner: "operations lead",
      score: "92.0",
      counted: 1,
      met: 0,
      near: 0,
      missed: 1,
      unknown: 0,
      aside: 1,
      explanation: words("Pace so far 92.0: 0 of 1 target on pace, 1 behind.", "按进度暂计 92.0：1 项目标中 0 项跟上进度，1 项落后。"),
      targets: [running, unknown],
    },
  ],
  periods: [{ grain: "month", period: "2026-11", start: "2026-11-01", end: "2026-11-30", targets: 2 }],
};

export const promises: Promises = {
  items: [
    {
      id: "promise_1",
      made_on: "2026-11-18",
      text: "Check the payment page on Android",
      owner: "product operations",
      due: "2026-11-19",
      metric: "revenue",
      about: "",
      state: "open",
      overdue: true,
      outcome: "",
      revision: 1,
      made_at: "2026-11-19T09:05:00+08:00",
      made_by: "Pat",
      closed_at: null,
      closed_by: null,
      since: {
        title: words("Revenue", "收入"),
        unit: "money",
        direction: "up",
        made_on: "2026-11-18",
        before: "1300000.00",
        date: "2026-11-20",
        now: "1284320.55",
      },
    },
  ],
  next: null,
  open: 1,
  owners: ["operations lead", "product operations"],
};

/** By request. */
export const targetAnswers = { "GET /api/targets": standings, "GET /api/assessment": assessment, "GET /api/promises": promises };
