/** What a server answers about models: for the tests and for looking at pages without a server. */

import type { Card, ModelCard, Models, ModelVersion } from "../src/api/models";

const at = (value: number) => ({ value, low: value - 0.01, high: value + 0.01 });
const version: ModelVersion = {
  version: 2,
  state: "candidate",
  days: 90,
  kind: null,
  reason: "",
  created_ms: 1_793_600_000_000,
  created_by: "Anna",
  auc: at(0.823),
  difference: at(0.041),
  why_not: [],
};
const card: Card = {
  learner: "trees",
  rows: 8200,
  rate: 0.31,
  baseline: { name: "recency", ...at(0.782) },
  origins: [
    { origin_ms: 1_782_000_000_000, learner: "trees", rows: 4000, rate: 0.3, model: at(0.82), baseline: at(0.78), difference: at(0.04) },
    { origin_ms: 1_784_600_000_000, learner: "trees", rows: 4200, rate: 0.32, model: at(0.79), baseline: at(0.785), difference: at(0.005) },
  ],
  lift: 2.1,
  lift_baseline: 1.8,
  brier: 0.16,
  brier_rate: 0.21,
  calibration: {
    deciles: [
      { rows: 820, said: 0.05, came: 0.06 },
      { rows: 820, said: 0.71, came: 0.69 },
    ],
    said: 0.31,
    came: 0.31,
  },
  features: [{ name: "days_since", weight: 0.8, title: { en: "Days since the last purchase", zh: "距上次购买天数" } }],
  drift: { score: 0.02 },
};
export const models: Models = {
  items: [
    {
      name: "churn",
      title: { en: "Will not buy again", zh: "不再购买" },
      grain: "person",
      baseline: "recency",
      days: 90,
      used: null,
      newest: version,
    },
    {
      name: "cancellation",
      title: { en: "Booking will be cancelled", zh: "订单将取消" },
      grain: "booking",
      baseline: "rate",
      days: 0,
      used: null,
      newest: null,
    },
  ],
};
export const modelCard: ModelCard = {
  ...version,
  name: "churn",
  title: models.items[0]?.title ?? { en: "", zh: "" },
  card: card as unknown as ModelCard["card"],
};
export const modelAnswers = {
  "GET /api/models": models,
  "GET /api/models/churn": modelCard,
  "POST /api/models/churn/activate": { ...modelCard, state: "active" },
};
