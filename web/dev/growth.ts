/** What the server answers about growth, for the page's tests and for looking at it without a server. */

import type { GrowthAnswer, GrowthCell, GrowthProof } from "../src/api/growth";

const STAGES = ["acquisition", "activation", "retention", "revenue", "referral"] as const;

function cell(kind: GrowthCell["kind"], people: number[], onward: (number | null)[], more: Partial<GrowthCell> = {}): GrowthCell {
  return {
    kind,
    value: null,
    shown: null,
    stages: STAGES.map((stage, index) => {
      const [here, next] = [people[index] ?? 0, onward[index] ?? null];
      return { stage, people: here, onward: next, share: next === null || !here ? null : (next / here).toFixed(6) };
    }),
    still_open: 7,
    orders: 60,
    money: "54000.00",
    money_each: "1080.00",
    ...more,
  };
}

export const growth: GrowthAnswer = {
  name: "Aarrr",
  period: { from: "2026-11-15", to: "2026-11-21" },
  until: "2026-11-21",
  before_period: { from: "2026-11-08", to: "2026-11-14" },
  stages: [...STAGES],
  within_days: 7,
  money: "paid",
  currency: "CNY",
  field: "device",
  total: cell("total", [1000, 800, 300, 50, 20], [400, 200, 30, 5, null]),
  before: cell("total", [900, 820, 310, 40, 20], [300, 200, 30, 5, null]),
  breakdown: [
    cell("value", [700, 500, 200, 30, 10], [300, 150, 20, 3, null], { value: "ios", shown: "ios" }),
    cell("value", [300, 300, 100, 20, 10], [100, 50, 10, 2, null], { value: null, shown: "a***m" }),
  ],
  by_day: [
    { day: "2026-11-20", people: [500, 400, 150, 25, 10] },
    { day: "2026-11-21", people: [500, 400, 150, 25, 10] },
  ],
  people: [cell("new", [1000, 400, 100, 20, 10], [400, 100, 10, 2, null]), cell("returning", [0, 400, 200, 30, 10], [0, 100, 20, 3, null])],
  goods: [
    { kind: "value", value: "TAO-SHA", orders: 40, buyers: 35, money: "40000.00" },
    { kind: "none", value: null, orders: 20, buyers: 15, money: "14000.00" },
  ],
  places: [{ kind: "value", value: "web", orders: 60, buyers: 50, money: "54000.00" }],
  notes: [],
  asked_ms: 1_795_240_000_000,
};

const proof: GrowthProof = {
  person: 12,
  stages: [
    { stage: "acquisition", counted: true, why: "first", en: "Acquisition: page_view is the first of all", zh: "获取：page_view 是第一次" },
    { stage: "activation", counted: false, why: "none", en: "Activation: no such event in the period", zh: "激活：本期没有这样的事件" },
  ],
  en: [],
  zh: [],
};

export const growthAnswers: Record<string, unknown> = {
  "POST /api/analyses/aarrr": growth,
  "POST /api/analyses/aarrr/people": {
    total: 600,
    people: [{ person: 12, name: "login 10***55", value: "ios", stages: ["acquisition"], day: "2026-11-20", orders: 0, money: "0.00" }],
    next: "50",
  },
  "POST /api/analyses/aarrr/explain": proof,
};
