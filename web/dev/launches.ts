/** What a server answers about launches: for the tests and for looking at pages without a server. */

import type { Launch, LaunchFull, LaunchLine, LaunchList } from "../src/api/launches";

const START = Date.parse("2026-11-20T00:00:00+08:00");
const DAY = 86_400_000;
const words = (en: string, zh: string) => ({ en, zh });
const line = (metric: string, title: LaunchLine["title"], more: Partial<LaunchLine>, status: Partial<LaunchLine["status"]>): LaunchLine => ({
  metric,
  title,
  unit: "count",
  role: "primary",
  direction: "at_least",
  line: 5000,
  minimum: 0,
  where: null,
  ramp: "usual",
  ...more,
  status: {
    standing: "on_track",
    since_ms: START,
    until_ms: START + 1.5 * DAY,
    value: 2600,
    volume: null,
    share: 0.5,
    dispersion: 1.4,
    probability: 0.84,
    expected: 5200,
    low: 4980,
    high: 5420,
    told: [],
    ...status,
  },
});
const sessions = line("campaign_sessions", words("Campaign sessions", "活动会话"), {}, {});
const paid = line(
  "payment_success_rate",
  words("Payment success", "支付成功率"),
  { unit: "ratio", role: "guardrail", line: 0.85, minimum: 200, where: [] },
  { standing: "at_risk", value: 0.846, volume: 812, probability: 0.38, expected: 0.846, low: 0.832, high: 0.86 },
);
const running: Launch = {
  name: "autumn_sale",
  title: words("Autumn sale", "秋季促销"),
  kind: "campaign",
  owner: "anna@gull.example",
  starts_ms: START,
  ends_ms: START + 3 * DAY,
  state: "running",
  standing: "at_risk",
  until_ms: START + 1.5 * DAY,
  looked_ms: START + 1.5 * DAY,
  note: "",
  reason: "",
  verdict: null,
  created_ms: START - DAY,
  created_name: "Anna",
  revision: 40,
  where: [{ field: "campaign", op: "=", value: "autumn" }],
  lines: [sessions, paid],
};
const over: Launch = {
  ...running,
  name: "night_flights",
  title: words("Night flights", "红眼航线"),
  kind: "route",
  state: "ended",
  verdict: {
    verdict: "succeeded",
    at_ms: START - DAY,
    lines: [
      { metric: "orders", role: "primary", direction: "at_least", line: 5000, minimum: 0, value: 5210, volume: null, outcome: "reached" },
      {
        metric: "payment_success_rate",
        role: "guardrail",
        direction: "at_least",
        line: 0.85,
        minimum: 200,
        value: 0.9,
        volume: 90,
        outcome: "too_few",
      },
    ],
  },
};
export const launches: LaunchList = { items: [running, over], next: null };
const course = (one: LaunchLine) =>
  Array.from({ length: 13 }, (_, index) => ({
    at_ms: START + (index * DAY) / 4,
    value: index > 6 ? null : one.unit === "ratio" ? one.status.value : (2600 * index) / 6,
    planned: one.unit === "ratio" ? null : (one.line * index) / 12,
  }));
export const launch: LaunchFull = {
  ...running,
  lines: [sessions, paid].map((one) => ({ ...one, course: course(one) })),
  definition: { name: "autumn_sale", kind: "campaign" },
};

export const launchAnswers: Record<string, unknown> = {
  "GET /api/launches": launches,
  "GET /api/launches/autumn_sale": launch,
  "POST /api/launches": { ...running, state: "planned" },
  "POST /api/launches/autumn_sale/cancel": { ...running, state: "cancelled" },
};
