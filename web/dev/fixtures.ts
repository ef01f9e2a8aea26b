/** Made-up answers in the shapes of the server: for the tests of pages, and to draw pages without a server. */

import type {
  Answer,
  Catalogue,
  Decomposition,
  Metric,
  RowsPage,
  SessionBody,
  State,
  Today,
  Tree,
  TreeNode,
  ValueNames,
  WorkspaceInfo,
} from "../src/api/types";

export const workspace: WorkspaceInfo = {
  name: "Gull 航空与酒店",
  timezone: "Asia/Shanghai",
  currency: "CNY",
  language: "zh",
  week_start: 0,
  good_colour: "green",
};
export const session: SessionBody = {
  user: {
    id: "usr_1",
    name: "林岚",
    email: "lin.lan@gull.example",
    role: "admin",
    language: "en",
    theme: "auto",
    good_colour: "green",
    permissions: [
      "session.own",
      "metrics.read",
      "targets.write",
      "promises.write",
      "alerts.read",
      "alerts.handle",
      "incidents.read",
      "incidents.work",
      "incidents.manage",
      "orders.read",
      "people.see",
      "export",
      "import.write",
      "sources.read",
      "sources.manage",
      "events.see",
      "quarantine.manage",
      "people.merge",
      "people.erase",
      "people.unmask",
      "definitions.read",
      "definitions.write",
      "definitions.approve",
      "members.manage",
      "tokens.manage",
      "jobs.read",
      "system.read",
    ],
  },
  csrf: "token",
  workspace,
};
export const state: State = { version: "0.1.0", first_run: false, workspace, ui_built: true };

const DAY_MS = 86_400_000;
const day = (back: number) => new Date(Date.UTC(2026, 10, 20) - back * DAY_MS).toISOString().slice(0, 10);
const wave = (seed: number, index: number) => Math.sin(seed * 12.9898 + index * 4.1414) * 0.5 + Math.sin(index / 1.114 + seed) * 0.5;
const series = (seed: number, level: number, spread: number, count = 28) =>
  Array.from({ length: count }, (_, index) => ({ period: day(count - 1 - index), value: (level * (1 + spread * wave(seed, index))).toFixed(4) }));

const words = (en: string, zh: string) => ({ en, zh });

export const today: Today = {
  date: day(0),
  snapshot: { id: "snp_20261121_0845", as_of: "2026-11-21T00:45:00+00:00" },
  cards: [
    ["revenue", words("Revenue", "收入"), "money", "1284320.55", "1342210.10", "1391880.40", 11],
    ["uv", words("Visitors (UV)", "访客数"), "count", 48210, 47950, 46102, 3],
    ["conversion", words("Conversion", "转化率"), "ratio", "0.031240", "0.033800", "0.034510", 7],
    ["average_order_value", words("Average order value", "客单价"), "money", "1048.22", "1031.40", "1040.05", 5],
    ["take_rate", words("Take rate", "变现率"), "ratio", "0.412000", "0.409000", "0.412000", 9],
  ].map(([metric, title, unit, value, previous, same, seed]) => ({
    metric: metric as string,
    title: title as { en: string; zh: string },
    unit: unit as string,
    value: value as string,
    previous: previous as string,
    same_weekday: same as string,
    change_rate: "-0.0773",
    direction: "up",
    spark: series(seed as number, Number(value), 0.08),
    complete: metric !== "uv",
    owner: "operations lead",
    state: metric === "revenue" ? "below" : "within",
    expected: value as string,
    plan: metric === "revenue" ? { value: "1350000.00", grain: "month", target: "target_1", rate: "0.951348" } : null,
  })),
  flags: [{ start: day(9), end: day(9), kind: "holiday", ...words("Singles' Day sales", "双十一"), link: "" }],
  runs: [
    { start: day(0), end: day(0), kind: "spend", ...words("Search: 12,000.00 CNY spent", "搜索：花费 12,000.00 元"), link: "" },
    { start: day(-3), end: day(-3), kind: "stock", ...words("4 nearly sold out, 3 left", "4 个商品将售罄，余 3"), link: "" },
  ],
  band: {
    metric: "revenue",
    points: series(11, 1_300_000, 0.09, 42).map((point, index) => ({
      period: point.period,
      value: index === 39 ? "1010000.00" : index === 41 ? "1284320.55" : point.value,
      expected: (1_300_000 * (1 + 0.07 * wave(11, index))).toFixed(2),
      low: (1_170_000 * (1 + 0.07 * wave(11, index))).toFixed(2),
      high: (1_430_000 * (1 + 0.07 * wave(11, index))).toFixed(2),
      partial: index === 41,
    })),
  },
  why: {
    currency: "CNY",
    notes: [],
    from: { start: day(7), end: day(7) },
    to: { start: day(0), end: day(0) },
    waterfall: [
      { label: words("Fri 13 Nov", "上周五"), node: "revenue", amount: "1391880.40", kind: "start" },
      { label: words("Visitors", "访客"), node: "tracked.uv", amount: "31210.00", kind: "part" },
      { label: words("Conversion", "转化率"), node: "tracked.conversion", amount: "-92400.35", kind: "part" },
      { label: words("Order value", "客单价"), node: "tracked.average_order_value", amount: "4130.50", kind: "part" },
      { label: words("Take rate", "变现率"), node: "tracked.take_rate", amount: "0.00", kind: "part" },
      { label: words("Other channels", "其他渠道"), node: "untracked", amount: "-50500.00", kind: "part" },
      { label: words("Fri 20 Nov", "周五"), node: "revenue", amount: "1284320.55", kind: "end" },
    ],
    sentences: [
      {
        ...words("Conversion fell from 3.45 % to 3.12 %, which cost ¥92.4K.", "转化率从 3.45 % 降到 3.12 %，少收 ¥9.24 万。"),
        node: "tracked.conversion",
        amount: "-92400.35",
      },
      {
        ...words("Orders of OTA and agents fell, which cost ¥50.5K.", "OTA 与代理的订单减少，少收 ¥5.05 万。"),
        node: "untracked",
        amount: "-50500.00",
      },
      { ...words("More visitors came, which brought ¥31.2K.", "访客增加，多收 ¥3.12 万。"), node: "tracked.uv", amount: "31210.00" },
    ],
  },
  late: [
    {
      source: "orders",
      name: "Booking system",
      complete_until: "2026-11-20T16:00:00+00:00",
      lag_ms: 600_000,
      state: "ok",
      kind: "orders",
      note: words("", ""),
    },
    {
      source: "app",
      name: "App events",
      complete_until: "2026-11-20T13:00:00+00:00",
      lag_ms: 11_400_000,
      state: "late",
      kind: "events",
      note: words("3 h behind", "晚 3 小时"),
    },
    {
      source: "web",
      name: "Web events",
      complete_until: "2026-11-20T16:00:00+00:00",
      lag_ms: 300_000,
      state: "ok",
      kind: "orders",
      note: words("", ""),
    },
  ],
  red: [
    {
      id: "band:revenue",
      kind: "band",
      ...words("Revenue is below its expected range", "收入低于预期区间"),
      metric: "revenue",
      money: "107559.85",
      owner: "operations lead",
      link: "",
    },
  ],
  notes: [],
  currency: "CNY",
  complete_until: "2026-11-20T13:00:00+00:00",
  changed_since: [{ metric: "revenue", title: words("Revenue", "收入"), unit: "money", at_snapshot: "1284320.55", now: "1286020.55" }],
};

const node = (
  id: string,
  parent: string | null,
  title: { en: string; zh: string },
  operator: TreeNode["operator"],
  unit: string,
  from: string,
  to: string,
  contribution: string,
  extra: Partial<TreeNode> = {},
): TreeNode => ({
  id,
  parent,
  metric: id.split(".").at(-1) ?? id,
  title,
  operator,
  unit,
  direction: "up",
  from,
  to,
  change: String(Number(to) - Number(from)),
  change_rate: String((Number(to) - Number(from)) / Number(from)),
  contribution,
  spark: series(id.length, Number(to), 0.1),
  missing: null,
  collapsed: false,
  factors: [],
  where: [],
  alone: null,
  target: null,
  by: null,
  value: null,
  ...extra,
});

export const tree: Tree = {
  method: "shapley",
  interactions: [{ branch: "tracked", nodes: ["tracked.uv", "tracked.conversion"], amount: "-41230.10" }],
  from: { start: "2026-09-26", end: "2026-10-23" },
  to: { start: "2026-10-24", end: "2026-11-20" },
  currency: "CNY",
  complete_until: "2026-11-20T16:00:00+00:00",
  notes: [{ code: "latest", en: "The last day is still filling up.", zh: "最后一天的数据还在到达。" }],
  clock: "payment",
  nodes: [
    node("revenue", null, words("Revenue", "收入"), "sum", "money", "36210440.10", "38402110.85", "2191670.75", { target: "40000000.00" }),
    node("tracked", "revenue", words("Own channels", "自有渠道"), "product", "money", "15010220.00", "15480310.25", "470090.25"),
    node("untracked", "revenue", words("OTA, agents, corporate", "OTA、代理、企业"), "product", "money", "21200220.10", "22921800.60", "1721580.50"),
    node("tracked.uv", "tracked", words("Visitors", "访客数"), "leaf", "count", "702110", "748220", "960110.25"),
    node("tracked.conversion", "tracked", words("Conversion", "转化率"), "leaf", "ratio", "0.0345", "0.0331", "-640020.00"),
    node("tracked.average_order_value", "tracked", words("Average order value", "客单价"), "leaf", "money", "1031.4", "1040.2", "150000.00"),
    node("tracked.take_rate", "tracked", words("Take rate", "变现率"), "leaf", "ratio", "0.601", "0.601", "0.00"),
    node("untracked.orders", "untracked", words("Orders", "订单数"), "leaf", "count", "41200", "45100", "1990000.00"),
    node("untracked.average_order_value", "untracked", words("Average order value", "客单价"), "leaf", "money", "1310.20", "1288.05", "-268419.50"),
    node("untracked.take_rate", "untracked", words("Take rate", "变现率"), "leaf", "ratio", "0.39", "0.39", "0.00"),
  ],
  sentences: today.why?.sentences ?? [],
  waterfall: [
    { label: words("Before", "对比期"), node: "revenue", amount: "36210440.10", kind: "start" },
    { label: words("Visitors", "访客数"), node: "tracked.uv", amount: "960110.25", kind: "part" },
    { label: words("Conversion", "转化率"), node: "tracked.conversion", amount: "-640020.00", kind: "part" },
    { label: words("Order value", "客单价"), node: "tracked.average_order_value", amount: "150000.00", kind: "part" },
    { label: words("Other orders", "其他订单"), node: "untracked.orders", amount: "1990000.00", kind: "part" },
    { label: words("Other order value", "其他客单价"), node: "untracked.average_order_value", amount: "-268419.50", kind: "part" },
    { label: words("Now", "本期"), node: "revenue", amount: "38402110.85", kind: "end" },
  ],
};

export const hotelTree: Tree = {
  ...tree,
  notes: [{ code: "no_visits", en: "This data has no visits: the tree starts from orders.", zh: "这份数据没有访问记录：指标树从订单开始。" }],
  nodes: tree.nodes.map((entry) =>
    entry.id === "tracked" || entry.id.startsWith("tracked.")
      ? {
          ...entry,
          from: null,
          to: null,
          change: null,
          change_rate: null,
          contribution: "0.00",
          spark: [],
          missing: words("No visits in this data", "这份数据没有访问记录"),
        }
      : entry,
  ),
};

export const decomposition: Decomposition = {
  simpson: false,
  worth: null,
  metric: "revenue",
  title: words("Revenue", "收入"),
  unit: "money",
  currency: "CNY",
  by: "sales_channel",
  from: { ...tree.from, value: "36210440.10" },
  to: { ...tree.to, value: "38402110.85" },
  change: "2191670.75",
  parts: [
    ["ota_a", "12210440.10", "13402110.85", "1191670.75", "0.34", "0.35"],
    ["app", "8000000.00", "8900000.00", "900000.00", "0.22", "0.23"],
    ["web", "7000000.00", "6800000.00", "-200000.00", "0.19", "0.18"],
    [null, "9000000.00", "9300000.00", "300000.00", "0.25", "0.24"],
  ].map(([channel, from, to, change, before, after]) => ({
    sales_channel: channel ?? null,
    kind: "value",
    from: from ?? null,
    to: to ?? null,
    change: change ?? null,
    rate: null,
    mix: null,
    share_from: before ?? null,
    share_to: after ?? null,
  })),
  sums: true,
  sentences: [],
  notes: [],
};

const metric = (
  name: string,
  group: string,
  scope: Metric["scope"],
  unit: string,
  title: { en: string; zh: string },
  extra: Partial<Metric> = {},
): Metric => ({
  name,
  class: group,
  scope,
  use: ["track", "assess"],
  monitorable: true,
  unit,
  direction: "up",
  owner: "operations",
  clock: "booking",
  clocks: ["booking", "payment"],
  hourly: true,
  additivity: unit === "ratio" ? "ratio" : "additive",
  state: "library",
  version: null,
  lag_hours: 24,
  minimum_sample: 0,
  title,
  description: words(`${title.en}, as everybody counts it.`, `${title.zh}，大家都用的口径。`),
  formula: words(`${title.en} = a / b`, `${title.zh} = 甲 / 乙`),
  expression: "a / b",
  dimensions: ["property", "sales_channel", "device"],
  depends_on: [],
  used_by: [],
  example: { given: { a: 6, b: 3 }, expect: 2 },
  ...extra,
});

export const values: ValueNames = {
  values: {
    sales_channel: {
      web: words("Website", "官网"),
      app: words("App", "手机应用"),
      mini_program: words("Mini-program", "小程序"),
      call_centre: words("Call centre", "呼叫中心"),
      ota_a: words("OTA A", "在线旅行社A"),
      ota_b: words("OTA B", "在线旅行社B"),
      agent: words("Agents", "代理人"),
      corporate: words("Corporate", "企业客户"),
    },
    kind: { flight: words("Flight", "机票"), hotel: words("Hotel", "酒店") },
    sold_as: { own: words("Own", "自营"), agency: words("Agency", "代理") },
  },
};

export const catalogue: Catalogue = {
  metrics: [
    metric("revenue", "overall", "goods", "money", words("Revenue", "收入"), { depends_on: ["booked_amount", "take_rate"], clock: "payment" }),
    metric("uv", "traffic", "people", "count", words("Visitors (UV)", "访客数"), { additivity: "distinct", clock: "event" }),
    metric("conversion", "conversion", "people", "ratio", words("Conversion", "转化率"), { depends_on: ["orders", "uv"] }),
    metric("orders", "overall", "goods", "count", words("Orders", "订单数"), { used_by: ["conversion", "average_order_value"] }),
    metric("cancel_rate", "risk", "goods", "ratio", words("Cancel rate", "取消率"), { direction: "down", use: ["track", "study"] }),
    metric("booked_amount", "overall", "goods", "money", words("Booked amount (GMV)", "成交额"), { used_by: ["revenue"] }),
    metric("adr", "goods", "goods", "money", words("Average daily rate", "平均房价"), {
      clock: "arrival",
      depends_on: ["room_revenue", "room_nights"],
    }),
    metric("room_nights", "goods", "goods", "nights", words("Room nights", "间夜"), { clock: "arrival", used_by: ["adr"] }),
    metric("take_rate", "overall", "place", "ratio", words("Take rate", "变现率"), { used_by: ["revenue"], monitorable: false }),
  ],
  dimensions: [
    { name: "property", kind: "text", values: {}, title: words("Property", "酒店") },
    { name: "sales_channel", kind: "text", values: {}, title: words("Sales channel", "销售渠道") },
    { name: "device", kind: "text", values: {}, title: words("Device", "设备") },
  ],
  hierarchies: [],
};

export const answer: Answer = {
  metrics: [
    { name: "revenue", title: words("Revenue", "收入"), unit: "money", direction: "up", clock: "payment", currency: "CNY", additivity: "additive" },
  ],
  by: [],
  grain: "day",
  period: { from: day(27), to: day(0) },
  compared_with: null,
  rows: series(11, 1_300_000, 0.1).map((point) => ({ period: point.period, revenue: point.value })),
  total: { revenue: "36402110.85" },
  complete_until: "2026-11-20T16:00:00+00:00",
  as_of: "2026-11-21T00:45:00+00:00",
  notes: [],
  next_cursor: null,
};

export const rows: RowsPage = {
  fact: "posting",
  columns: [
    { name: "order_ref", title: words("Order", "订单"), kind: "text" },
    { name: "paid_at", title: words("Paid", "支付时间"), kind: "instant" },
    { name: "sales_channel", title: words("Channel", "渠道"), kind: "text" },
    { name: "amount", title: words("Amount", "金额"), kind: "money" },
    { name: "person", title: words("Person", "用户"), kind: "text" },
  ],
  rows: Array.from({ length: 30 }, (_, index) => ({
    order_key: index + 1,
    order_ref: `GA${(820144 + index * 37).toString()}`,
    paid_at: `2026-11-20T0${index % 9}:12:00+00:00`,
    sales_channel: ["app", "web", "ota_a"][index % 3] ?? null,
    amount: (480 + index * 31.5).toFixed(2),
    person: "a***@e***.com",
  })),
  next_cursor: "next",
  total: 1229,
};

export const order = {
  order_key: 1,
  order_ref: "GA820144",
  state: "paid",
  sales_channel: "app",
  booked_ms: 1_795_000_000_000,
  booked_amount: "1480.00",
  currency: "CNY",
  lines: [{ line_no: 1, kind: "air", route: "SHA-PEK", flight_no: "GA1201", pax: 1, booked_amount: "1480.00", arrival_date: "2026-11-28" }],
  states: [{ state: "created", at_ms: 1_795_000_000_000 }],
  postings: [{ kind: "payment", at_ms: 1_795_000_060_000, amount: "1480.00" }],
  travellers: [{ pax_no: 1, kind: "adult", id: "林*" }],
};

const draftBody = {
  name: "long_stays",
  class: "goods",
  scope: "goods",
  use: ["track"],
  monitorable: false,
  unit: "count",
  direction: "up",
  owner: "revenue lead",
  additivity: "additive",
  clock: "booking",
  title: words("Long stays", "长住订单"),
  description: words("Orders of three nights and more.", "三晚及以上的订单。"),
  formula: words("orders of 3 nights or more", "三晚及以上的订单数"),
  measures: [{ fact: "order_line", aggregate: "count_distinct", value: "order", where: "nights >= 3", clocks: ["booking", "arrival"] }],
};
const steps = [
  { depth: 0, kind: "metric" as const, name: "revenue", title: words("Revenue", "收入"), text: "booked_amount * take_rate", seen: false },
  { depth: 1, kind: "metric" as const, name: "take_rate", title: words("Take rate", "变现率"), text: "a / b", seen: false },
];

/** A metric that nobody has certified yet. */
export const oneDraft = {
  items: [
    {
      name: "long_stays",
      version: 1,
      title: draftBody.title,
      body: draftBody,
      author: "ana",
      reason: "asked for by sales",
      changed: "2026-11-20T09:00:00+08:00",
      certified: false,
    },
  ],
  next: null,
};

/** What the pages of metrics that people write ask for. */
export const authoringAnswers: Record<string, unknown> = {
  "GET /api/metrics/authoring/drafts": { items: [], next: null },
  "GET /api/metrics/authoring/vocabulary": {
    facts: [
      {
        name: "order_line",
        title: words("Order lines", "订单行"),
        source: "orders",
        clocks: ["booking", "arrival"],
        fields: [{ name: "order", title: words("Order", "订单") }],
        dimensions: ["property"],
      },
    ],
    choices: { class: ["overall", "goods"], unit: ["count", "ratio"], use: ["track", "study"], clock: ["booking"] },
  },
  "GET /api/metrics/authoring/metrics/revenue": {
    name: "revenue",
    state: "library",
    version: null,
    newest: 0,
    body: { ...draftBody, name: "revenue" },
    draft: null,
    draft_version: null,
    shipped: true,
    versions: [],
    steps,
    made: [],
    uses: [
      { kind: "tree", id: "tree", title: words("Revenue tree", "收入树") },
      { kind: "dashboard", id: "overall", title: words("Company overview", "公司总览") },
      { kind: "report", id: "rep_1", title: words("Morning", "晨报") },
      { kind: "target", id: "conversion", title: words("2 targets", "2 项目标") },
    ],
    problem: null,
  },
  "GET /api/metrics/authoring/metrics/long_stays": {
    name: "long_stays",
    state: "draft",
    version: null,
    newest: 1,
    body: draftBody,
    draft: draftBody,
    draft_version: 1,
    shipped: false,
    versions: [
      {
        version: 1,
        state: "draft",
        author: "ana",
        approver: null,
        reason: "asked for by sales",
        created: "2026-11-20T09:00:00+08:00",
        changed: "2026-11-20T09:00:00+08:00",
      },
    ],
    steps: [],
    made: [],
    uses: [],
    problem: null,
  },
  "POST /api/metrics/authoring/check": {
    ok: true,
    findings: [],
    units: ["ratio"],
    additivity: "ratio",
    clocks: ["booking"],
    dimensions: ["property"],
    steps,
    sql: "SELECT 1",
  },
  "POST /api/metrics/authoring/preview": {
    from: day(27),
    to: day(0),
    unit: "ratio",
    currency: null,
    value: "0.0421",
    previous: "0.0400",
    points: [{ period: day(0), value: "0.0421" }],
    cells: null,
    complete_until: null,
    notes: [],
  },
  "POST /api/metrics/authoring/drafts": { name: "orders_per_visit", version: 1, state: "draft" },
  "POST /api/metrics/authoring/certify": { name: "long_stays", version: 1, state: "active" },
  "POST /api/metrics/authoring/import": {
    entries: [{ name: "long_stays", does: "new", problem: "", notes: [], changes: [] }],
    counts: { new: 1, changed: 0, certify: 0, same: 0, wrong: 0 },
    ready: true,
    written: 0,
  },
};
