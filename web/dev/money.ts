/** What the server answers about lifetime values and RFM, for the pages' tests and for looking at them without a server. */

import type { RevenueAnswer, RevenueCell, RevenueMembers, RevenueProof, RevenueRow, RfmAnswer, RfmBuyers, RfmProof } from "../src/api/money";

const asked_ms = 1_795_240_000_000;

const cell = (judged: number, value: number | null, buyers = judged): RevenueCell => ({
  judged: value === null ? 0 : judged,
  value: value === null ? null : String(value),
  per_member: value === null || !judged ? null : (value / judged).toFixed(6),
  buyers: value === null ? null : buyers,
});
const row = (cohort: string | null, size: number, values: (number | null)[]): RevenueRow => ({
  cohort,
  size,
  buyers: size,
  cells: values.map((value, index) => cell(size, value, Math.round(size * (0.2 + index / 10)))),
});

export const revenue: RevenueAnswer = {
  name: "Revenue",
  money: "paid",
  currency: "CNY",
  start: "order",
  starts: "first",
  cohorts_by: "month",
  grain: "month",
  period: { from: "2026-09-01", to: "2026-11-21" },
  cells: ["month 0", "month 1", "month 2"],
  total: { ...row(null, 600, []), cells: [cell(500, 60_000), cell(200, 36_000), cell(0, null)] },
  cohorts: [row("2026-09-01", 200, [30_000, 36_000, null]), row("2026-10-01", 300, [30_000, null, null]), row("2026-11-01", 100, [null, null, null])],
  without_person: "5000",
  observed: true,
  notes: [],
  asked_ms,
};

const members: RevenueMembers = {
  total: 200,
  value: "36000",
  people: [
    { person: 12, name: "login 10***55", cohort: "2026-09-01", start: "2026-09-03", value: "2600", purchases: 2 },
    { person: 40, name: "", cohort: "2026-09-01", start: "2026-09-09", value: "900", purchases: 1 },
  ],
  next: "50",
};

const proof: RevenueProof = {
  person: 12,
  start: "2026-09-03",
  cohort: "2026-09-01",
  currency: "CNY",
  amounts: [
    { day: "2026-08-30", amount: "80", ref: "6", why: "before", cell: null, value: "0" },
    { day: "2026-09-03", amount: "2000", ref: "7", why: "adds", cell: 0, value: "2000" },
    { day: "2026-10-05", amount: "600", ref: "8", why: "adds", cell: 1, value: "2600" },
    { day: "2026-12-05", amount: "70", ref: "9", why: "beyond", cell: 3, value: "2670" },
  ],
  en: [],
  zh: [],
};

const heap = (people: number, money: number, orders: number, days: number, whole = 1000) => ({
  people,
  share: (people / whole).toFixed(6),
  orders,
  money: String(money),
  money_each: people ? (money / people).toFixed(6) : null,
  orders_each: people ? (orders / people).toFixed(6) : null,
  days_each: people ? days.toFixed(6) : null,
});
const group = (code: string, en: string, zh: string, people: number, money: number, orders: number, days: number) => ({
  code,
  en,
  zh,
  ...heap(people, money, orders, days),
});
const SCORES = [1, 2, 3, 4, 5];

export const rfm: RfmAnswer = {
  name: "Rfm",
  money: "paid",
  monetary: "order",
  currency: "CNY",
  period: { from: "2025-12-01", to: "2026-11-30" },
  until: "2026-11-21",
  scores: "quantiles",
  side: "mean",
  thresholds: { recency: "90.5", frequency: "2.4", monetary: "1200" },
  ranges: {
    recency: SCORES.map((score) => ({ score, low: String(200 - score * 40), high: String(239 - score * 40) })),
    frequency: [
      { score: 1, low: "1", high: "1" },
      { score: 4, low: "2", high: "3" },
      { score: 5, low: "4", high: "12" },
    ],
    monetary: SCORES.map((score) => ({ score, low: String(score * 300), high: String(score * 300 + 299) })),
  },
  total: heap(1000, 2_000_000, 2400, 90.5),
  cells: SCORES.flatMap((recency) =>
    SCORES.map((frequency) => ({ recency, frequency, ...(frequency === 2 || frequency === 3 ? heap(0, 0, 0, 0) : heap(66, 132_000, 160, 90)) })),
  ),
  groups: [
    group("111", "Champions", "重要价值客户", 100, 1_000_000, 600, 20),
    group("101", "Valuable, to develop", "重要发展客户", 100, 200_000, 110, 30),
    group("011", "Valuable, to keep", "重要保持客户", 50, 150_000, 200, 150),
    group("001", "Valuable, to win back", "重要挽留客户", 150, 300_000, 160, 180),
    group("110", "Regular", "一般价值客户", 100, 100_000, 500, 20),
    group("100", "New", "一般发展客户", 200, 100_000, 210, 25),
    group("010", "Fading", "一般保持客户", 100, 50_000, 400, 160),
    group("000", "Gone", "一般挽留客户", 200, 100_000, 220, 190),
  ],
  notes: [],
  asked_ms,
};

const buyers: RfmBuyers = {
  total: 150,
  people: [
    {
      person: 12,
      name: "login 10***55",
      last: "2026-05-20",
      days: 185,
      orders: 1,
      money: "3200",
      monetary: "3200",
      recency: 1,
      frequency: 1,
      monetary_score: 5,
      group: "001",
    },
  ],
  next: "50",
};

const rfmProof: RfmProof = {
  person: 12,
  currency: "CNY",
  until: "2026-11-21",
  buyer: {
    last: "2026-05-20",
    days: 185,
    orders: 1,
    money: "3200",
    monetary: "3200",
    scores: { recency: 1, frequency: 1, monetary: 5 },
    group: "001",
  },
  amounts: [{ day: "2026-05-20", amount: "3200", ref: "77" }],
  en: [],
  zh: [],
};

export const moneyAnswers: Record<string, unknown> = {
  "POST /api/analyses/revenue": revenue,
  "POST /api/analyses/revenue/people": members,
  "POST /api/analyses/revenue/explain": proof,
  "POST /api/analyses/rfm": rfm,
  "POST /api/analyses/rfm/people": buyers,
  "POST /api/analyses/rfm/explain": rfmProof,
};
