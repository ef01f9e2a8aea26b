/** What the server answers about correlations, driver trees and seasons, for the pages' tests and for looking at them without a server. */

import type { CellPeople, CorrelationAnswer, CorrelationProof, Fact } from "../src/api/correlation";
import type { DriverNode, DriversAnswer, DriversProof, LeafPeople } from "../src/api/drivers";
import type { SeasonsAnswer, SeasonsPoint } from "../src/api/seasons";

const period = { from: "2026-10-25", to: "2026-11-21" };
const asked_ms = 1_795_000_000_000;
const side = (count: number, converted: number) => ({ count, converted, rate: (converted / count).toFixed(6) });
const span = (value: number, low: number, high: number) => ({ value: String(value), low: String(low), high: String(high) });

const fact = (kind: number, fields: string[], values: string[], difference: [number, number, number], more: Partial<Fact> = {}): Fact => ({
  kind,
  family: "at",
  fields,
  value: values.length > 1 ? JSON.stringify(values) : (values[0] ?? null),
  values,
  with: side(156, 64),
  without: side(211, 195),
  difference: span(...difference),
  odds_ratio: span(0.06, 0.03, 0.11),
  chance: "0.0000012",
  false_share: "0.0000024",
  found: true,
  ...more,
});

export const correlation: CorrelationAnswer = {
  name: "Separates",
  count: "people",
  period,
  from: "search",
  to: "payment_succeeded",
  attempts: 367,
  converted: 259,
  looked_at: 14,
  left_out: 0,
  more: [
    fact(1, ["device"], ["ios"], [0.21, 0.12, 0.3], { with: side(169, 154), without: side(198, 105) }),
    fact(3, [], ["coupon"], [0.04, -0.02, 0.1], { family: "between", chance: "0.2", false_share: "0.31", found: false }),
  ],
  less: [
    fact(2, ["provider", "device"], ["wechat_pay", "android"], [-0.514, -0.593, -0.424]),
    fact(4, ["email"], ["a***@e***"], [-0.1, -0.19, -0.01], { family: "trait", value: null, chance: "0.03", false_share: "0.12", found: false }),
  ],
  notes: [],
  asked_ms,
};

export const cellPeople: CellPeople = {
  total: 92,
  people: [{ person: 12, name: "login 10***55", held: null, from: "2026-11-19T10:00:00+08:00", to: null }],
  next: null,
};

export const correlationProof: CorrelationProof = {
  person: 12,
  attempts: [
    { from: "2026-11-19T10:00:00+08:00", to: null, held: null, facts: [{ kind: 1, value: "android", at: "2026-11-19T10:00:00+08:00" }] },
    { from: "2026-11-20T10:00:00+08:00", to: "2026-11-20T10:04:00+08:00", held: null, facts: [] },
  ],
  en: ["1. search at 10:00: did not reach pay in time", "   at the step, 10:00: device = android", "2. search at 10:00: went on to pay at 10:04"],
  zh: ["1. 10:00 到达 search：未到达 pay", "   该步骤当时（10:00）：device = android", "2. 10:00 到达 search：10:04 到达 pay"],
};

const rate = (people: number, mean: number, low: number, high: number) => ({ people, mean: String(mean), low: String(low), high: String(high) });
const node = (place: number, parent: number | null, driver: string | null, is: string[], people: number, leaf: number | null): DriverNode => {
  const figures: Record<number, [number, number, number]> = {
    1: [0.2, 0.18, 0.22],
    2: [0.1, 0.08, 0.12],
    3: [0.3, 0.27, 0.33],
    4: [0.21, 0.17, 0.25],
    5: [0.45, 0.4, 0.5],
  };
  const [mean, low, high] = figures[place] as [number, number, number];
  return { node: place, parent, driver, is, people, figure: rate(people / 2, mean, low, high), leaf };
};

export const drivers: DriversAnswer = {
  name: "Drivers",
  what: "rate",
  period,
  people: 1200,
  young: 90,
  total: rate(610, 0.2, 0.18, 0.22),
  nodes: [
    node(1, null, null, [], 1200, null),
    node(2, 1, "device", ["android", "(not known)"], 600, 1),
    node(3, 1, "device", ["ios"], 600, null),
    node(4, 3, "price", ["under 300"], 400, 2),
    node(5, 3, "price", ["300 to under 900", "900 and more"], 200, 3),
  ],
  leaves: [
    { leaf: 1, way: [{ driver: "device", is: ["android", "(not known)"] }], people: 600, figure: rate(300, 0.1, 0.08, 0.12) },
    {
      leaf: 2,
      way: [
        { driver: "device", is: ["ios"] },
        { driver: "price", is: ["under 300"] },
      ],
      people: 400,
      figure: rate(200, 0.21, 0.17, 0.25),
    },
    {
      leaf: 3,
      way: [
        { driver: "device", is: ["ios"] },
        { driver: "price", is: ["300 to under 900", "900 and more"] },
      ],
      people: 200,
      figure: rate(100, 0.45, 0.4, 0.5),
    },
  ],
  steady: {
    resamples: 40,
    same_split: 30,
    first: [
      { driver: "device", times: 37 },
      { driver: "(no split)", times: 3 },
    ],
    share: "0.93",
  },
  seed: 1,
  notes: [],
  asked_ms,
};

export const leafPeople: LeafPeople = {
  total: 200,
  people: [{ person: 12, name: "login 10***55", start: "2026-11-19T10:00:00+08:00", figure: "1", estimates: true }],
  next: null,
};

export const driversProof: DriversProof = {
  person: 12,
  leaf: 3,
  start: "2026-11-19T10:00:00+08:00",
  figure: "1",
  estimates: true,
  known: [{ driver: "device", is: "ios" }],
  en: ["Started at 10:00; figure 1", "   device: ios", "Leaf 3, in the half that gives the leaf its figure"],
  zh: ["起始于 10:00；数值 1", "   device：ios", "第 3 组，属于估计数值的一半：计入该组数值"],
};

const WEEK = [40, 5, 33, 4, -6, -42, -34];
const points = Array.from({ length: 28 }, (_, index): SeasonsPoint => {
  const rest = index === 10 ? 60 : index % 2 ? 2 : -2;
  const week = WEEK[(index + 6) % 7] ?? 0;
  const last = index === 27;
  return {
    at: `2026-10-${String(index + 4).padStart(2, "0")}`,
    value: last ? null : String(300 + week + rest),
    trend: last ? null : "300",
    seasons: { week: last ? null : String(week) },
    rest: last ? null : String(rest),
    score: last ? null : index === 10 ? "20.24" : "0.67",
    unusual: index === 10,
    missing: last ? "incomplete" : null,
  };
});

export const seasons: SeasonsAnswer = {
  name: "orders",
  metric: "orders",
  unit: "count",
  currency: null,
  by: "day",
  robust: true,
  period: { from: "2026-10-04", to: "2026-10-31" },
  seasons: ["week"],
  steady: { week: true },
  trend_strength: "0.05",
  season_strengths: { week: "0.92" },
  missing: 0,
  incomplete: 1,
  unusual: 1,
  points,
  notes: [],
  asked_ms,
};

export const separatesAnswers: Record<string, unknown> = {
  "POST /api/analyses/correlation": correlation,
  "POST /api/analyses/correlation/people": cellPeople,
  "POST /api/analyses/correlation/explain": correlationProof,
  "POST /api/analyses/seasons": seasons,
  "POST /api/analyses/drivers": drivers,
  "POST /api/analyses/drivers/people": leafPeople,
  "POST /api/analyses/drivers/explain": driversProof,
};
