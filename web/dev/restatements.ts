/** What the server answers about restatements, for the page's tests and for looking at it without a server. */

import type { RestatedDay, Restatements, RestatementsMark } from "../src/api/restatements";

const metric = (name: string, en: string, zh: string, unit: string, lag: number) => ({
  name,
  title: { en, zh },
  unit,
  direction: "up",
  lag_hours: lag,
});
const late: RestatedDay = {
  day: "2026-10-20",
  closed_at: "2026-10-23T00:00:00+08:00",
  metrics: [
    {
      name: "revenue",
      closed_at: "2026-10-23T00:00:00+08:00",
      at_close: "98000.00",
      now: "98850.00",
      difference: "850.00",
      share: "0.008673",
      certain: true,
    },
  ],
  causes: [
    {
      kind: "import",
      source: "bookings",
      batch_id: "b_3",
      rows: 12,
      exact: true,
      at: "2026-11-02T10:00:00+08:00",
      until: "2026-11-02T10:00:00+08:00",
    },
    { kind: "merge", source: "", batch_id: null, rows: 2, exact: true, at: "2026-11-02T11:00:00+08:00", until: "2026-11-03T11:00:00+08:00" },
  ],
  told: [
    {
      kind: "today",
      id: "snapshot_1",
      en: "Today",
      zh: "今日",
      at: "2026-10-21T08:45:00+08:00",
      people: null,
      to: [],
      owner: "",
      period: null,
      values: [{ name: "revenue", value: "97000.00", now: null }],
    },
    {
      kind: "target",
      id: "target_1",
      en: "2026-10, Website",
      zh: "2026-10，官网",
      at: "2026-11-01T08:45:00+08:00",
      people: null,
      to: [],
      owner: "Sales",
      period: { start: "2026-10-01", end: "2026-10-31" },
      values: [{ name: "revenue", value: "2900000.00", now: "2900850.00" }],
    },
    {
      kind: "report",
      id: "rep_1",
      en: "Weekly money",
      zh: "Weekly money",
      at: "2026-10-26T09:00:00+08:00",
      people: 2,
      to: ["chen@gull.example", "li@gull.example"],
      owner: "",
      period: null,
      values: [{ name: "revenue", value: null, now: null }],
    },
  ],
};
const unsure: RestatedDay = {
  day: "2026-10-18",
  closed_at: "2026-10-24T00:00:00+08:00",
  metrics: [{ name: "uv", closed_at: "2026-10-24T00:00:00+08:00", at_close: "310", now: "310", difference: "0", share: "0", certain: false }],
  causes: [
    {
      kind: "correction",
      source: "site",
      batch_id: null,
      rows: 40,
      exact: false,
      at: "2026-11-01T10:00:00+08:00",
      until: "2026-11-01T10:00:00+08:00",
    },
  ],
  told: [],
};

export const restatements: Restatements = {
  period: { start: "2026-10-01", end: "2026-10-28" },
  currency: "CNY",
  metrics: [metric("revenue", "Revenue", "收入", "money", 48), metric("uv", "Visitors", "访客", "count", 120)],
  days: [late, unsure],
  changed: 2,
  closed: 28,
  filled: ["2026-10-01"],
  filled_days: 1,
  single: ["channel_cost"],
  batch: null,
};

export const restatedByBatch: Restatements = {
  ...restatements,
  days: [late],
  changed: 1,
  batch: {
    batch_id: "b_3",
    source: "bookings",
    kind: "orders",
    state: "loaded",
    exact: true,
    at: "2026-11-02T10:00:00+08:00",
    had: [],
    had_days: 0,
  },
};

export const restatedMark: RestatementsMark = {
  period: { start: "2026-10-22", end: "2026-11-18" },
  metrics: ["revenue", "orders"],
  days: ["2026-11-02", "2026-10-25"],
  whole: true,
};

export const restatementAnswers: Record<string, unknown> = {
  "GET /api/restatements": restatements,
  "GET /api/restatements/mark": restatedMark,
  "GET /api/restatements/batch/b_3": restatedByBatch,
};
