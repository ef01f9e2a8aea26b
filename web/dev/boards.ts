/** Made-up answers for dashboards and reports, by method and path. */

import type { Board, BoardData, BoardItem, BoardPanel } from "../src/api/boards";
import type { Destination, Report } from "../src/api/reports";

const words = (en: string, zh: string) => ({ en, zh });
const days = Array.from({ length: 7 }, (_, index) => `2026-11-${String(14 + index).padStart(2, "0")}`);
const panel = (id: string, kind: BoardPanel["kind"], more: Partial<BoardPanel>): BoardPanel => ({
  id,
  kind,
  title: words("", ""),
  at: { x: 0, y: 0, w: 6, h: 6 },
  metrics: [],
  by: [],
  where: [],
  grain: "auto",
  top: 8,
  clock: null,
  text: null,
  analysis: null,
  ...more,
});
const item = (id: string, title: { en: string; zh: string }, more: Partial<BoardItem> = {}): BoardItem => ({
  id,
  origin: "shipped",
  title,
  description: words("How is the business?", "生意怎么样？"),
  theme: "overall",
  panels: 4,
  owner: null,
  mine: false,
  shared: [],
  version: 0,
  changed: null,
  pinned: false,
  may_edit: false,
  has_data: true,
  ...more,
});

const overall = item("overall", words("Company overview", "公司总览"));
const mine = item("dash_1", words("My routes", "我的航线"), { origin: "made", theme: "own", mine: true, may_edit: true, version: 3, owner: "mem_1" });
const panels: BoardPanel[] = [
  panel("revenue", "number", { metrics: ["revenue"], at: { x: 0, y: 0, w: 4, h: 3 } }),
  panel("gone", "number", { metrics: ["old_metric"], at: { x: 4, y: 0, w: 4, h: 3 } }),
  panel("channels", "bars", { title: words("By channel", "按渠道"), metrics: ["revenue"], by: ["sales_channel"], at: { x: 0, y: 3, w: 6, h: 6 } }),
  panel("tile", "analysis", { analysis: "ana_1", at: { x: 6, y: 6, w: 4, h: 6 } }),
  panel("text", "text", { text: words("Read me first.", "请先读我。"), at: { x: 6, y: 3, w: 6, h: 3 } }),
];
const shape = {
  title: mine.title,
  description: mine.description,
  theme: "own" as const,
  days: 7,
  compare: "previous" as const,
  filters: ["sales_channel"],
  panels,
};
const board: Board = { ...mine, board: shape, last_day: "2026-11-20" };

const revenue = {
  name: "revenue",
  title: words("Revenue", "收入"),
  unit: "money",
  direction: "up" as const,
  clock: "payment",
  currency: "CNY",
  additivity: "additive",
};
const answer = {
  metrics: [revenue],
  by: [] as string[],
  grain: "total",
  period: { from: "2026-11-14", to: "2026-11-20" },
  compared_with: { from: "2026-11-07", to: "2026-11-13" },
  rows: [{ revenue: "1284000.00", "revenue.previous": "1200000.00" }] as Record<string, string | number | null>[],
  total: null,
  complete_until: "2026-11-20T16:00:00+00:00",
  as_of: "2026-11-21T01:00:00+00:00",
  notes: [],
  next_cursor: null,
};
const none = { error: null, spark: null, lines: null, band: null, rest: null, whole_until: "2026-11-20", tree: null, tile: null };
const tile = {
  kind: "funnel",
  name: "Search to payment",
  title: words("Conversion", "转化率"),
  value: "0.0803",
  before: "0.0903",
  unit: "ratio" as const,
  currency: null,
  sentence: words("1,520 of 18,918 people came from search to paid: 8.0%.", "18,918 人从 search 开始，1,520 人到达 paid：8.0%。"),
  course: days.map((period, index) => ({ period, value: `0.08${index}` })),
  definition: { funnel: "Search to payment", steps: ["search", "payment_succeeded"], period: { from: "2026-11-14", to: "2026-11-20" } },
  notes: [words("The filters of the page do not narrow an analysis.", "页面上的筛选不作用于分析。")],
};
const data: BoardData = {
  period: { start: "2026-11-14", end: "2026-11-20" },
  compared_with: { start: "2026-11-07", end: "2026-11-13" },
  currency: "CNY",
  notes: [{ id: "note_1", date: "2026-11-16", text: "Fare sale starts", author: "Lin Lan", mine: true }],
  panels: [
    { ...none, id: "revenue", answer, spark: days.map((period, index) => ({ period, value: String(1000 + index) })) },
    {
      ...none,
      id: "gone",
      answer: null,
      error: {
        code: "metric_gone",
        message: "The metric 'old_metric' does not exist any more, or not yet.",
        where: "metrics",
        fix: "Edit this panel.",
      },
    },
    { ...none, id: "tile", answer: null, tile },
    {
      ...none,
      id: "channels",
      rest: { revenue: "84000.00" },
      answer: {
        ...answer,
        by: ["sales_channel"],
        rows: [
          { sales_channel: "web", revenue: "700000.00", "revenue.previous": "600000.00" },
          { sales_channel: "app", revenue: "500000.00", "revenue.previous": "510000.00" },
        ],
        total: { revenue: "1284000.00" },
      },
    },
  ],
};

const place: Destination = {
  name: "mail",
  kind: "email",
  host: "smtp.example.com",
  port: 587,
  security: "starttls",
  user: "desk",
  sender: "desk@gull.example",
  domains: [],
  has_secret: true,
  created: "2026-11-01T00:00:00+00:00",
  created_by: "mem_1",
  members: [],
  per_minute: 60,
  private: false,
  told: { counts: {}, failed: null, sent: null },
};
const report: Report = {
  id: "rep_1",
  name: "Monday numbers",
  dashboard: "overall",
  destination: "mail",
  enabled: true,
  language: "en",
  recipients: ["lin@gull.example"],
  timetable: { cadence: "weekly", at: "08:30", weekday: 0, day: 1 },
  version: 2,
  mine: true,
  next: "2026-11-23T00:30:00+00:00",
  runs: [
    { period: "2026-11-09:2026-11-15", state: "failed", due: "2026-11-16T00:30:00+00:00", sent: null, error: "The mail server answers 554: spam" },
  ],
};

export const boardAnswers = {
  "GET /api/dashboards": {
    items: [item("first", words("What your data shows", "数据里能看到什么"), { origin: "first" }), mine, overall],
    next: null,
  },
  "GET /api/dashboards/dash_1": board,
  "GET /api/dashboards/overall": { ...overall, board: shape, last_day: "2026-11-20" } as Board,
  "POST /api/dashboards/data": data,
  "POST /api/dashboards": { ...board, id: "dash_2" },
  "PUT /api/dashboards/dash_1": { ...board, version: 4 },
  "PUT /api/dashboards/overall/pin": { ...overall, pinned: true },
  "POST /api/dashboards/notes": data.notes[0],
  "GET /api/reports": { items: [report], next: null },
  "GET /api/destinations": { items: [place], next: null },
  "POST /api/reports": report,
  "PUT /api/reports/rep_1": report,
  "POST /api/reports/preview": { subject: "Gull: week", text: "Revenue ¥1.28M", html: "<p></p>", pictures: [] },
  "PUT /api/destinations/hook": place,
};
