/** What the server says of SQL. */

import type { SqlAnswer, SqlBook, SqlDraft } from "@/api/sql";

const words = (en: string, zh: string) => ({ en, zh });

export const sqlBook: SqlBook = {
  views: [
    {
      name: "events",
      about: words("What people did", "用户行为事件"),
      columns: [
        { name: "date", kind: "date", about: words("Local day", "本地日期") },
        { name: "person", kind: "number", about: words("Who", "用户编号") },
      ],
    },
    { name: "orders", about: words("Orders", "订单"), columns: [{ name: "state", kind: "text", about: words("Newest state", "最新状态") }] },
  ],
  examples: [{ title: words("Visitors by day", "每日访客数"), sql: "SELECT date, COUNT(*) AS n FROM events GROUP BY date" }],
  limits: { seconds: 30, rows: 10_000, file_rows: 100_000, memory_bytes: 1_000_000_000, fresh_s: 60, characters: 10_000 },
};

export const sqlAnswer: SqlAnswer = {
  columns: [
    { name: "date", kind: "date" },
    { name: "device", kind: "text" },
    { name: "n", kind: "number" },
    { name: "person", kind: "number" },
  ],
  rows: [
    ["2026-10-30", "ios", 12_345, 7],
    ["2026-10-30", "web", 3, 8],
    ["2026-10-31", "ios", "20.50", 9],
    ["2026-10-31", "web", null, null],
  ],
  cut: false,
  ms: 420,
  age_s: 0,
  printed: "SELECT 1",
  views: ["events"],
};

export const sqlDraft: SqlDraft = {
  definition: { measures: [{ fact: "event", aggregate: "count", clocks: ["event"] }], unit: "count", additivity: "additive", clock: "event" },
  notes: [words("Read from events.", "取自 events。")],
};

export const sqlAnswers = {
  "GET /api/sql/views": sqlBook,
  "POST /api/sql/run": sqlAnswer,
  "POST /api/sql/draft": sqlDraft,
};
