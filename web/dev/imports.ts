/** Made-up answers for the pages of imports. */

import type { Batch, BatchDetail, Field, Kind, Preview, RejectionsPage, Report, Schedule, Sniff, Upload } from "../src/api/imports";

const batch = (batch_id: string, file_name: string, more: Partial<Batch> = {}): Batch => ({
  batch_id,
  kind: "orders",
  source: "hotel",
  file_name,
  mapping: "hotel-orders",
  state: "loaded",
  rows_read: 12_840,
  rows_added: 12_611,
  rows_known: 211,
  rows_rejected: 18,
  rows_repeated: 0,
  replaces: null,
  started: "2026-11-20T09:00:00+08:00",
  finished: "2026-11-20T09:00:12+08:00",
  actor: "林岚",
  undoable: true,
  ...more,
});
export const batches: { items: Batch[]; next: string | null } = {
  items: [
    batch("b_3", "orders-november.xlsx"),
    batch("b_2", "members.csv", { kind: "people", source: "crm", rows_rejected: 0, rows_added: 4_210, rows_read: 4_210, rows_known: 0 }),
    batch("b_1", "orders-october.xlsx", { state: "undone", undoable: false }),
  ],
  next: null,
};
export const batchDetail: BatchDetail = { batch: batches.items[0] as Batch, flags: { paid_before_booked: 4 } };
export const rejections: RejectionsPage = {
  items: [
    { line: 41, column: "booked_amount", reason_zh: "不是一个金额", reason_en: "This is no amount", value: "待定", raw: null },
    { line: 97, column: "booked_at", reason_zh: "日期不存在", reason_en: "There is no such date", value: "2026-02-30", raw: null },
  ],
  next: null,
};

const field = (name: string, zh: string, en: string, required = false, words: string[] = []): Field => ({
  field: name,
  title_zh: zh,
  title_en: en,
  required,
  types: ["text"],
  words,
});
const fields = [
  field("order_ref", "订单号", "Order number", true),
  field("booked_at", "下单时间", "Booked at", true),
  field("booked_amount", "订单金额", "Booked amount", true),
  field("currency", "币种", "Currency", true),
  field("phone", "手机", "Phone"),
  field("sold_as", "销售方式", "Sold as", false, ["own", "agency"]),
];
export const kinds: { items: Kind[] } = {
  items: [
    { kind: "orders", title_zh: "订单", title_en: "Orders", fields },
    { kind: "people", title_zh: "会员", title_en: "People", fields: [] },
  ],
};
export const upload: Upload = {
  id: "upload_1a",
  name: "orders-november.csv",
  size: 300,
  received: 300,
  chunk: 100,
  whole: true,
  created: "2026-11-21T09:00:00+08:00",
  expires: "2026-11-22T09:00:00+08:00",
  job: null,
  report: null,
};
export const report: Report = {
  batch_id: null,
  dry_run: true,
  rows_read: 812,
  rows_added: 790,
  rows_changed: 4,
  rows_known: 15,
  rows_rejected: 3,
  rows_repeated: 0,
  flags: { paid_before_booked: 2 },
  rejections: [{ line: 41, column: "booked_amount", reason: "This is no amount", value: "待定" }],
  notes: [],
};
export const sniffed: Sniff = {
  format: "csv",
  encoding: "gb18030",
  delimiter: ",",
  sheet: "",
  sheets: [],
  header_line: 1,
  rows_about: 812,
  columns: [
    { name: "订单编号", samples: ["H2026110001", "H2026110002"], looks_like: "text", pii: null },
    { name: "下单时间", samples: ["2026年11月1日 上午9:30", "2026年11月1日 下午2:05"], looks_like: "datetime", pii: null },
    { name: "金额", samples: ["1.2万", "￥880"], looks_like: "money", pii: null },
    { name: "联系电话", samples: ["138****1234"], looks_like: "phone", pii: "phone" },
    { name: "备注", samples: [], looks_like: "empty", pii: null },
  ],
  kinds: [
    { kind: "orders", score: 0.92 },
    { kind: "people", score: 0.31 },
  ],
  kind: "orders",
  mapping: {
    use: "",
    columns: { 订单编号: "order_ref", 下单时间: "booked_at", 金额: "booked_amount", 联系电话: "phone" },
    constants: {},
    expressions: {},
    types: {},
  },
  fields,
};
export const tried: Preview = {
  columns: ["订单编号", "下单时间", "金额"],
  rows: [
    {
      line: 2,
      cells: ["H2026110001", "2026年11月1日 上午9:30", "1.2万"],
      mapped: { order_ref: "H2026110001", booked_at: "2026-11-01T09:30:00+08:00", booked_amount: "12000.00" },
      errors: [],
    },
    {
      line: 3,
      cells: ["H2026110002", "2026年11月1日 下午2:05", "待定"],
      mapped: { order_ref: "H2026110002", booked_at: "2026-11-01T14:05:00+08:00", booked_amount: null },
      errors: [{ column: "金额", value: "待定", reason_zh: "不是一个金额", reason_en: "This is no amount" }],
    },
  ],
  good: 98,
  bad: 2,
};
const feed = (name: string, more: Partial<Schedule> = {}): Schedule => ({
  name,
  kind: "orders",
  source: "pms",
  connection: "pms",
  folder: null,
  at_local: "03:30",
  every_minutes: 0,
  enabled: true,
  cursor: "2026-11-20 23:58:11",
  last_batch: "b_3",
  last_run: "2026-11-21T03:30:04+08:00",
  last_note: "412 rows",
  version: 1,
  ...more,
});
export const feeds: { items: Schedule[] } = {
  items: [feed("pms-orders"), feed("finance-folder", { connection: null, folder: "watch/finance", at_local: "", cursor: null })],
};

export const importAnswers: Record<string, unknown> = {
  "GET /api/imports": batches,
  "GET /api/imports/kinds": kinds,
  "GET /api/imports/mappings": {
    items: [{ name: "alipay", kind: "orders", title_zh: "支付宝账单", title_en: "Alipay statement", built_in: true, version: null, changed: null }],
  },
  "GET /api/imports/connections": {
    items: [
      {
        name: "pms",
        kind: "postgres",
        host: "pms.internal",
        port: 5432,
        database: "pms",
        user: "reader",
        created: "2026-10-01T09:00:00+08:00",
        created_by: "林岚",
      },
    ],
  },
  "POST /api/imports/connections": { name: "till" },
  "DELETE /api/imports/connections/pms": { items: [] },
  "GET /api/imports/schedules": feeds,
  "POST /api/imports/schedules/pms-orders/run": { job: "job_2" },
  "GET /api/imports/b_3": batchDetail,
  "GET /api/imports/b_3/rejections": rejections,
  "POST /api/imports/b_3/undo": { batch_id: "b_3", taken_back: 12_600, restored: 11, left: 0 },
  "POST /api/imports/uploads": { ...upload, received: 0, whole: false },
  "PUT /api/imports/uploads/upload_1a": { received: 300 },
  "GET /api/imports/uploads/upload_1a": { ...upload, report },
  "POST /api/imports/uploads/upload_1a/sniff": sniffed,
  "POST /api/imports/uploads/upload_1a/preview": tried,
  "POST /api/imports/uploads/upload_1a/dry-run": { job: "job_2" },
  "POST /api/imports/uploads/upload_1a/commit": { job: "job_2" },
  "GET /api/jobs/job_2": { id: "job_2", kind: "imports.run", state: "done", done: 812, total: 812, note: "", error: null, cancel_asked: false },
};
