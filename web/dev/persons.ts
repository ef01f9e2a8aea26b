/** Made-up people for the pages of people: found, seen from all sides, suggested, and the policy that made them. */

import type {
  FoundPerson,
  GraphEdge,
  Moment,
  PeoplePage,
  Person,
  Policy,
  PolicyPreview,
  ShownId,
  Suggestion,
  SuggestionsPage,
  TimelinePage,
} from "../src/api/people";

const NAMES: Record<string, [string, string]> = {
  anon: ["匿名ID", "Anonymous id"],
  login: ["会员号", "Member number"],
  email: ["邮箱", "E-mail address"],
  phone: ["手机号", "Phone number"],
  member: ["常旅客卡号", "Loyalty card number"],
  openid: ["微信OpenID", "WeChat openid"],
  pnr_name: ["订座记录与姓名", "Booking reference and name"],
};
const id = (did: number, namespace: string, shown: string): ShownId => ({
  did,
  namespace,
  namespace_zh: NAMES[namespace]?.[0] ?? namespace,
  namespace_en: NAMES[namespace]?.[1] ?? namespace,
  shown,
});
const ids = [
  id(101, "login", "GA***455"),
  id(102, "anon", "8f***c1"),
  id(103, "anon", "1a***9e"),
  id(104, "openid", "oX***7Q"),
  id(105, "phone", "138****1234"),
  id(106, "email", "l***@g***.example"),
  id(107, "member", "60***31"),
];
const found = (did: number, name: string | null, shown: ShownId[], orders: number, value: string, seen: string): FoundPerson => ({
  did,
  pid: did,
  name,
  ids: shown,
  orders,
  last_seen: seen,
  value,
  currency: "CNY",
});
export const people: PeoplePage = {
  items: [
    found(101, "李薇", ids, 7, "12840.50", "2026-11-20T21:14:00+08:00"),
    found(201, "Anna Berg", [id(201, "login", "GA***812"), id(202, "email", "a***@b***.example")], 3, "4210.00", "2026-11-20T18:02:00+08:00"),
    found(301, null, [id(301, "anon", "77***0b")], 0, "0.00", "2026-11-20T17:40:00+08:00"),
  ],
  next: null,
};

const edge = (edge_id: number, a: number, b: number, kind: string, words: [string, string], more: Partial<GraphEdge> = {}): GraphEdge => ({
  edge_id,
  a,
  b,
  kind,
  kind_zh: words[0],
  kind_en: words[1],
  evidence: "2026-03-03T23:50:00+08:00",
  last: "2026-11-20T21:14:00+08:00",
  source: "web",
  applied: true,
  why: "applied",
  why_zh: "已采用：两个ID属于同一人",
  why_en: "Counts: the two ids are one person",
  decided_by: null,
  ...more,
});
export const person: Person = {
  did: 101,
  pid: 101,
  name: "李薇",
  as_of: null,
  ids,
  traits: [
    {
      name: "name",
      value: "李薇",
      source: "server",
      at: "2026-03-04T00:10:00+08:00",
      trust: "server",
      others: [{ value: "Li Wei", source: "web", at: "2026-03-03T23:52:00+08:00" }],
    },
    { name: "city", value: "上海", source: "import:crm", at: "2026-08-01T09:00:00+08:00", trust: "server", others: [] },
    { name: "birth_date", value: "19**-**-12", source: "import:crm", at: "2026-08-01T09:00:00+08:00", trust: "server", others: [] },
  ],
  roles: [
    { role: "booker", orders: 7 },
    { role: "traveller", orders: 5 },
    { role: "payer", orders: 7 },
  ],
  summary: {
    first_seen: "2026-03-03T23:50:00+08:00",
    last_seen: "2026-11-20T21:14:00+08:00",
    events: 384,
    sessions: 42,
    orders: 7,
    amount: "12840.50",
    currency: "CNY",
    channels: [
      { channel: "web", events: 210, orders: 4, last_seen: "2026-11-20T21:14:00+08:00" },
      { channel: "app", events: 174, orders: 2, last_seen: "2026-11-18T08:00:00+08:00" },
      { channel: "call_centre", events: 0, orders: 1, last_seen: "2026-07-02T10:00:00+08:00" },
    ],
  },
  merged_from: [
    { did: 102, shown: "8f***c1", since: "2026-03-04T00:10:00+08:00", by: "login" },
    { did: 103, shown: "1a***9e", since: "2026-05-11T12:10:00+08:00", by: "login" },
  ],
  graph: {
    nodes: [
      ...ids.map((entry) => ({ did: entry.did, namespace: entry.namespace, shown: entry.shown, pid: 101, mine: true })),
      { did: 401, namespace: "login", shown: "GA***990", pid: 401, mine: false },
    ],
    edges: [
      edge(1, 101, 102, "login", ["登录", "Signed in, seen by a server"]),
      edge(2, 101, 103, "login", ["登录", "Signed in, seen by a server"], { source: "app" }),
      edge(3, 101, 105, "phone", ["同一手机号", "Same phone number"], { source: "server" }),
      edge(4, 101, 106, "email", ["同一邮箱", "Same e-mail address"], { source: "server" }),
      edge(5, 101, 107, "member", ["同一常旅客卡", "Same loyalty card"], { source: "import:crm" }),
      edge(6, 104, 105, "openid", ["同一微信OpenID", "Same WeChat openid"], { source: "mini_program" }),
      edge(7, 105, 106, "accepted", ["人工确认", "Accepted by a person"], { source: "review", decided_by: "林岚" }),
      edge(8, 103, 401, "login", ["登录", "Signed in, seen by a server"], {
        applied: false,
        why: "two_logins",
        why_zh: "两侧已登录为不同会员",
        why_en: "Both sides have signed in as different members",
      }),
    ],
    complete: true,
  },
};

const moment = (at: string, kind: Moment["kind"], words: [string, string], more: Partial<Moment> = {}): Moment => ({
  at,
  kind,
  title_zh: words[0],
  title_en: words[1],
  channel: "web",
  source: "web",
  detail: {},
  order_key: null,
  ...more,
});
export const timeline: TimelinePage = {
  items: [
    moment("2026-11-20T21:14:00+08:00", "payment", ["支付", "Payment"], {
      channel: null,
      source: "orders",
      detail: { amount: "1840.00", currency: "CNY" },
      order_key: 1,
    }),
    moment("2026-11-20T21:12:40+08:00", "order", ["下单", "Order placed"], {
      detail: { route: "SHA-PEK", pax: 2, booked_amount: "1840.00", currency: "CNY" },
      order_key: 1,
    }),
    moment("2026-11-20T21:05:11+08:00", "event", ["搜索航班", "Flight searched"], { detail: { origin: "SHA", destination: "PEK" } }),
    moment("2026-11-18T08:00:00+08:00", "event", ["打开应用", "App opened"], { channel: "app", source: "app" }),
    moment("2026-03-04T00:10:00+08:00", "identity", ["并入匿名ID 8f***c1", "Anonymous id 8f***c1 joined"], { channel: null, source: "web" }),
    moment("2026-03-03T23:50:00+08:00", "event", ["搜索航班", "Flight searched"], { detail: { origin: "SHA", destination: "CAN" } }),
  ],
  next: null,
};

const suggestion = (key: string, probability: number, a: [string, string], b: [string, string], more: Partial<Suggestion> = {}): Suggestion => ({
  id: key,
  probability,
  model: "splink-1",
  a: { did: 501, pid: 501, name: a[0], ids: [a[1]], traits: { birth_date: "1988-04-12", phone: "138****1234", city: "上海" } },
  b: { did: 502, pid: 502, name: b[0], ids: [b[1]], traits: { birth_date: "1988-04-12", phone: "138****1243", city: "上海" } },
  reasons: [
    { field: "name", agreement_zh: "拼音一致", agreement_en: "Same in pinyin", weight: 5.2 },
    { field: "birth_date", agreement_zh: "完全一致", agreement_en: "Equal", weight: 8.1 },
    { field: "phone", agreement_zh: "差两位", agreement_en: "Two digits differ", weight: -1.4 },
  ],
  state: "open",
  decided_by: null,
  decided: null,
  note: "",
  ...more,
});
export const suggestions: SuggestionsPage = {
  items: [
    suggestion("sug_1", 0.9871, ["Li Wei", "l***@g***.example"], ["李薇", "GA***455"]),
    suggestion("sug_2", 0.9312, ["Anna Berg", "GA***812"], ["Anna Bergh", "a***@b***.example"]),
    suggestion("sug_3", 0.812, ["陈思远", "cs***@q***.example"], ["陈思源", "GA***317"]),
  ],
  counts: { open: 3, accepted: 12, rejected: 4 },
  next: null,
};

export const policy: Policy = {
  version: 3,
  pending: null,
  persons: 11_482,
  merged_ids: 4_210,
  shared_ids: 33,
  body: {
    limits: { login: 1, member: 1 },
    ids_max: 50,
    shared_after: 5,
    naming: ["customer", "document", "email", "login", "member", "phone"],
    kinds: {
      login: { priority: 10, joins: true },
      member: { priority: 15, joins: true },
      order: { priority: 20, joins: true },
      unionid: { priority: 25, joins: true },
      openid: { priority: 30, joins: true },
      email: { priority: 30, joins: true },
      phone: { priority: 30, joins: true },
      document: { priority: 35, joins: true },
      device: { priority: 40, joins: true },
      cookie: { priority: 45, joins: true },
      pnr_name: { priority: 60, joins: false },
      claim: { priority: 90, joins: false },
      probable: { priority: 95, joins: false },
    },
    blocked: { phone: ["+862112345678"] },
    blocked_mailboxes: ["booking"],
    blocked_domains: ["agency.example"],
  },
};
export const preview: PolicyPreview = {
  persons_before: 11_482,
  persons_after: 11_390,
  join: 118,
  split: 26,
  largest: [{ pid: 101, ids: 12, before: 7, shown: ["GA***455", "138****1234"] }],
  samples: [
    { pids: [101, 502], ids: ["GA***455", "l***@g***.example"], what: "join" },
    { pids: [801], ids: ["77***0b", "GA***812"], what: "split" },
  ],
};

export const personAnswers: Record<string, unknown> = {
  "GET /api/people": people,
  "GET /api/people/101": person,
  "GET /api/people/101/timeline": timeline,
  "POST /api/people/merge": { changed: 2, pids: [101] },
  "POST /api/people/101/erase": { job: "job_1" },
  "POST /api/people/101/export": { tables: { "identity.identity": [{ did: 101 }] } },
  "POST /api/people/split": { changed: 1, pids: [101, 102] },
  "GET /api/identity/suggestions": suggestions,
  "POST /api/identity/suggestions/sug_1": { changed: 1, pids: [501] },
  "GET /api/identity/policy": policy,
  "POST /api/identity/policy/preview": preview,
  "POST /api/identity/policy": { version: 4, job: "job_1" },
  "GET /api/jobs/job_1": { id: "job_1", kind: "identity.rebuild", state: "running", done: 40, total: 100, note: "", error: null },
};
