/** What a server answers about incidents: for the tests and for looking at pages without a server. */

import type { HandOver, ItsmRecord, ItsmRecords, ItsmWhole, Review, Rota } from "../src/api/incidents";

export const incident: ItsmRecord = {
  id: "inc_1",
  kind: "incident",
  title_zh: "支付成功率由 95 % 下降至 78 %：支付渠道 = 微信支付，设备 = 安卓",
  title_en: "Payment success fell from 95 % to 78 %: Payment provider = WeChat Pay, Device = Android",
  state: "new",
  plain: { zh: "未查看", en: "New" },
  version: 1,
  cause: "place-1",
  owner: "",
  severity: 2,
  money_per_hour: "8480.25",
  people: null,
  cost: "12720.40",
  worked_s: 5400,
  waiting: "",
  escalated: 0,
  unverified: 0,
  merged_into: null,
  fallback: "",
  accepted_risk: "",
  rule: "",
  review: null,
  person: "",
  opened_by: "Windsock",
  opened: "2026-11-20T14:15:00+08:00",
  changed: "2026-11-20T14:15:00+08:00",
  seen: null,
  resolved: null,
  closed: null,
  events: ["see", "work", "watch", "wait", "resolve", "merge"],
  body: { metric: "payment_success_rate" },
};
const solved: ItsmRecord = {
  ...incident,
  id: "inc_2",
  state: "resolved",
  plain: { zh: "已完成", en: "Done" },
  resolved: "2026-11-20T16:00:00+08:00",
  events: ["close", "reopen"],
};
const problem: ItsmRecord = {
  ...incident,
  id: "prb_1",
  kind: "problem",
  title_en: "WeChat Pay on Android",
  title_zh: "微信支付安卓端",
  state: "open",
  plain: null,
  money_per_hour: null,
  cost: null,
  worked_s: null,
  events: ["analyse", "know"],
};

export const records: ItsmRecords = { items: [incident], next: null };

export const whole: ItsmWhole = {
  record: incident,
  timeline: [
    { at: "2026-11-20T14:15:00+08:00", by: "Windsock", what: "open", text: "An alert was found.", before: "", after: "new", evidence: {} },
    { at: "2026-11-20T14:20:00+08:00", by: "陈立", what: "note", text: "called the provider", before: "", after: "", evidence: {} },
  ],
  alerts: [{ alert: "alert_1", joined: "2026-11-20T14:15:00+08:00", ended: null }],
  linked: [problem],
  of: [],
  actions: [],
};

export const review: Review = {
  record: "inc_2",
  review: null,
  version: 0,
  saved: null,
  saved_by: null,
  answers: { what: "Payment success fell", seen: "14:15", cost: "12720.40 CNY", cause: "Payment provider fault", change: "" },
};

export const rota: Rota = {
  items: [{ id: "dut_1", level: 1, member: "陈立", weekday: 0, from_minute: 540, to_minute: 1080, from_ms: null, to_ms: null }],
  now: { "1": "陈立" },
};

export const handOver: HandOver = { zh: "交接班：1 起未结。", en: "Hand-over: 1 open.", open: [incident], open_count: 1, happened: {}, duty: "陈立" };

export const incidentAnswers: Record<string, unknown> = {
  "GET /api/itsm/records": records,
  "GET /api/itsm/records/inc_1": whole,
  "GET /api/itsm/records/inc_2": { ...whole, record: solved },
  "GET /api/itsm/records/inc_2/review": review,
  "GET /api/itsm/records/inc_2/lesson": {
    name: "inc_2, 2026-08-24",
    finding: { moved: { payment_success_rate: "down" }, where: [{ provider: "psp_2" }] },
    expect: true,
    like: null,
  },
  "PUT /api/itsm/records/inc_2/review": { ...review, version: 1 },
  "POST /api/itsm/records/inc_1/moves": incident,
  "GET /api/itsm/rota": rota,
  "GET /api/itsm/hand-over": handOver,
};
