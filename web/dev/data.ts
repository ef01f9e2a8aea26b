/** Made-up answers for the data pages, by method and path; the tests and the mock server give them. */

import type {
  Balance,
  Inferred,
  Internal,
  LivePage,
  Plan,
  Qualities,
  Quarantine,
  QuarantinePage,
  Replayed,
  Snippets,
  Source,
  Sources,
  StripMinute,
  Tried,
  WriteKey,
} from "../src/api/data";

const END = Date.UTC(2026, 10, 21, 1, 0);
const ago = (minutes: number) => new Date(END - minutes * 60_000).toISOString().replace(".000Z", "+00:00");
const wave = (seed: number, index: number) => Math.sin(seed * 12.9898 + index * 4.1414) * 0.5 + Math.sin(index / 5 + seed) * 0.5;

function strip(seed: number, level: number, bad: number, holeFrom = 60): StripMinute[] {
  return Array.from({ length: 60 }, (_, index) => {
    const received = index >= holeFrom ? 0 : Math.max(0, Math.round(level * (1 + 0.35 * wave(seed, index))));
    return { at: ago(60 - index), received, bad: Math.round(received * bad * (1 + wave(seed + 1, index))) };
  });
}

function source(code: string, kind: string, name: string, more: Partial<Source> = {}): Source {
  const counts = { received: 128_400, stored: 126_950, duplicate: 1_102, quarantined: 348 };
  return {
    source: code,
    kind,
    name,
    complete_until: ago(1),
    last_loaded: ago(0),
    payment_known: null,
    lag_ms: 42_000,
    state: "ok",
    balance: { until: ago(0), ...counts, holds: true },
    collects: kind !== "import",
    channel: null,
    stopped: null,
    keys: 1,
    in_flight: 0,
    last_event: ago(0),
    strip: [],
    bad_share: "0.0027",
    ...more,
  };
}

export const sources: Sources = {
  sources: [
    source("web", "web", "Website", { strip: strip(1, 84, 0.003), keys: 2, in_flight: 96 }),
    source("app", "app", "Mobile app", {
      strip: strip(2, 120, 0.012, 44),
      state: "late",
      lag_ms: 11_400_000,
      complete_until: ago(190),
      last_event: ago(190),
      bad_share: "0.0121",
    }),
    source("mini", "mini_program", "Mini-program", { strip: strip(3, 31, 0.064), bad_share: "0.0642" }),
    source("booking", "import", "Booking system", { strip: [], keys: 0, lag_ms: 600_000, bad_share: null }),
    source("kiosk", "server", "Airport kiosks", {
      strip: [],
      keys: 1,
      state: "silent",
      complete_until: null,
      last_loaded: null,
      last_event: null,
      lag_ms: null,
      balance: null,
      bad_share: null,
    }),
  ],
};

export const keys: { items: WriteKey[] } = {
  items: [
    {
      id: "key_1",
      source: "web",
      name: "Browser",
      kind: "public",
      secret: "wpk_2f6c9a7d41e84b0c",
      hint: "wpk_2f6c",
      sensors_default: false,
      created: ago(90_000),
      created_by: "Lin Lan",
      used: ago(0),
      revoked: null,
    },
    {
      id: "key_2",
      source: "web",
      name: "Checkout service",
      kind: "server",
      secret: null,
      hint: "wsk_91be",
      sensors_default: false,
      created: ago(80_000),
      created_by: "Lin Lan",
      used: ago(3),
      revoked: null,
    },
  ],
};

export const snippets: Snippets = {
  endpoint: "https://collect.gull.example",
  items: [
    {
      id: "web",
      title_zh: "网页",
      title_en: "Web page",
      language: "html",
      code: '<script>\n  !function(){ /* loader */ }();\n  analytics.load("wpk_2f6c9a7d41e84b0c", {\n    integrations: { "Segment.io": { apiHost: "collect.gull.example/v1" } }\n  });\n  analytics.page();\n</script>',
    },
    {
      id: "python",
      title_zh: "Python 服务端",
      title_en: "Python server",
      language: "python",
      code: 'import segment.analytics as analytics\n\nanalytics.write_key = "wpk_2f6c9a7d41e84b0c"\nanalytics.host = "https://collect.gull.example"\nanalytics.track("u-1001", "search", {"route": "PVG-CDG", "pax": 2})\nanalytics.flush()',
    },
    {
      id: "mini",
      title_zh: "微信小程序",
      title_en: "Mini-program",
      language: "javascript",
      code: "const sensors = require('sensorsdata.min.js');\nsensors.setPara({\n  name: 'sensors',\n  server_url: 'https://collect.gull.example/sa?token=wpk_2f6c9a7d41e84b0c'\n});\nsensors.init();",
    },
  ],
};

const ARRIVED = 20;
const EVENTS = ["page_view", "search", "list_view", "detail_view", "page_view", "checkout", "search", "payment_attempted"];
export const live: LivePage = {
  items: Array.from({ length: ARRIVED }, (_, index) => {
    const event = EVENTS[index % EVENTS.length] as string;
    const state = index % 13 === 9 ? "quarantined" : index % 11 === 5 ? "duplicate" : "stored";
    return {
      id: `e${index}`,
      received: new Date(END - (ARRIVED - index) * 1_700).toISOString(),
      at: new Date(END - (ARRIVED - index) * 1_700 - 900).toISOString(),
      source: "web",
      event,
      name: event === "page_view" ? "page" : event,
      type: event === "page_view" ? "page" : "track",
      who: `anon:${(index * 7919).toString(16).padStart(4, "0")}…`,
      state,
      reason: state === "quarantined" ? "missing_property" : null,
      flags: index % 7 === 3 ? ["bot"] : index % 9 === 4 ? ["unknown_property"] : [],
      properties: { page: "/flights/pvg-cdg", route: "PVG-CDG", pax: 2, lead_days: 41, price: "3260.00" },
    };
  }),
  next: "40",
};

export const internal: Internal = {
  version: 2,
  latest: 2,
  events: 571600,
  said: 1200,
  ruled: 3800,
  would: 3800,
  rules: [
    { name: "staff", by: "email_domain", values: ["gull.example"], key: null, sources: [], events_7d: 3750 },
    { name: "uptime", by: "user_agent", values: ["pingdom"], key: null, sources: [], events_7d: null },
    { name: "offices", by: "network", values: ["203.0.113.0/24", "2001:db8::/32"], key: null, sources: [], events_7d: null },
  ],
};

export const plan: Plan = {
  version: 7,
  latest: 7,
  state: "active",
  modes: { unknown_event: "flag", unknown_property: "flag", wrong_type: "flag", missing_property: "quarantine", out_of_range: "flag" },
  sources: {},
  events: [
    ["page_view", "Page viewed", "浏览页面", 412_840, 0, true, "client"],
    ["search", "Searched", "搜索", 96_412, 38, true, "client"],
    ["detail_view", "Detail viewed", "查看详情", 61_204, 0, true, "client"],
    ["checkout", "Checkout begun", "进入结算", 8_120, 12, true, "client"],
    ["payment_succeeded", "Payment succeeded", "支付成功", 3_944, 0, true, "server"],
    ["lounge_view", "lounge_view", "lounge_view", 1_208, 1_208, false, "client"],
    ["seat_changed", "Seat changed", "更换座位", 0, 0, true, "client"],
  ].map(([event, en, zh, volume, flagged, planned, who]) => ({
    event: event as string,
    title_en: en as string,
    title_zh: zh as string,
    means_en: planned ? "Somebody asked for flights or rooms on dates." : "",
    means_zh: planned ? "按日期搜索航班或酒店。" : "",
    who: who as "client" | "server",
    activity: event === "page_view",
    aliases: event === "search" ? ["Products Searched", "搜索"] : [],
    planned: planned as boolean,
    seen: (volume as number) > 0,
    volume_7d: volume as number,
    last_seen: (volume as number) > 0 ? ago(2) : null,
    flagged_7d: flagged as number,
    properties: [
      {
        name: "route",
        type: "text",
        required: true,
        planned: true,
        share_7d: "0.9981",
        seen_types: ["text"],
        values: null,
        pii: false,
        drift: null,
      },
      {
        name: "pax",
        type: "integer",
        required: false,
        planned: true,
        share_7d: "0.8714",
        seen_types: ["integer", "text"],
        values: null,
        pii: false,
        drift: event === "search" ? "integer ≠ text 21.0%" : null,
      },
      {
        name: "cabin",
        type: "text",
        required: false,
        planned: true,
        share_7d: "0.6310",
        seen_types: ["text"],
        values: ["economy", "business", "first"],
        pii: false,
        drift: null,
      },
      {
        name: "contact",
        type: "text",
        required: false,
        planned: false,
        share_7d: "0.0120",
        seen_types: ["text"],
        values: null,
        pii: true,
        drift: null,
      },
    ],
  })),
};

export const inferred: Inferred = {
  proposal: { events: { lounge_view: { who: "client" } } },
  changes: [
    { event: "lounge_view", property: null, change: "new", before: null, after: "client" },
    { event: "search", property: "pax", change: "type", before: "integer", after: "text" },
    { event: "search", property: "cabin", change: "values", before: ["economy", "business"], after: ["economy", "business", "first"] },
    { event: "seat_changed", property: null, change: "gone", before: "client", after: null },
  ],
  events_read: 571_600,
  sampled: false,
};

export const quarantine: Quarantine = {
  groups: [
    ["1111111111111111", "mini", "missing_property", "缺少必需属性", "A property that the event needs is missing", "order_ref", "checkout", 812],
    ["2222222222222222", "app", "wrong_type", "属性类型不对", "A property has another type than planned", "price", "detail_view", 331],
    ["3333333333333333", "web", "untrusted_event", "公开密钥不得发送该事件", "A public key may not send this event", null, "payment_succeeded", 118],
    ["4444444444444444", "web", "undecodable", "无法解码", "The body is no JSON", null, null, 23],
  ].map(([id, code, reason, zh, en, field, event, count]) => ({
    id: id as string,
    source: code as string,
    reason: reason as string,
    reason_zh: zh as string,
    reason_en: en as string,
    field: field as string | null,
    event: event as string | null,
    count: count as number,
    first: ago(2_900),
    last: ago(4),
    fixable: reason !== "undecodable",
  })),
  total: 1_284,
};

export const quarantineRows: QuarantinePage = {
  items: Array.from({ length: 12 }, (_, index) => ({
    qid: 900 + index,
    received: ago(index * 7 + 4),
    trust: "public",
    event: "checkout",
    raw: {
      event: "checkout",
      anonymous_id: `${(index * 5077).toString(16).padStart(4, "0")}…`,
      properties: { route: "PVG-CDG", price: "3260.00", orderRef: `GA82${index}` },
    },
  })),
  next: "12",
};

export const tried: Tried = {
  rows: 100,
  would_pass: 97,
  examples: [
    {
      before: { event: "checkout", properties: { route: "PVG-CDG" } },
      after: { event: "checkout", properties: { route: "PVG-CDG", order_ref: "unknown" } },
      reason: null,
    },
    {
      before: { event: "checkout", properties: { route: "PVG-NRT", price: "-1" } },
      after: { event: "checkout", properties: { route: "PVG-NRT", price: "-1", order_ref: "unknown" } },
      reason: "negative_price",
    },
  ],
};
export const replayed: Replayed = { stored: 788, duplicate: 0, quarantined: 24, job: null };

export const quality: Qualities = {
  items: sources.sources.map((entry, place) => {
    const level = [5_040, 7_200, 1_860, 240, 0][place] ?? 100;
    const state = (["ok", "late", "warn", "ok", "no_data"] as const)[place] ?? "ok";
    const none = state === "no_data";
    const low = state === "late" ? 0.18 : 1;
    return {
      source: entry.source,
      name: entry.name,
      state,
      sentence_en: {
        ok: "Volume and rules are as usual.",
        late: "Nothing has come for 3 h; 14 % of the expected volume is here.",
        warn: "6.4 % of the events break the plan, mostly a missing order_ref.",
        no_data: "No event has ever come from this source.",
      }[state],
      sentence_zh: {
        ok: "数量和规则都正常。",
        late: "已有 3 小时没有数据，只到了预期数量的 14 %。",
        warn: "6.4 % 的事件不符合方案，多为缺少 order_ref。",
        no_data: "这个来源还没有来过事件。",
      }[state],
      volume: none
        ? { actual: 0, expected: null, low: null, high: null }
        : { actual: Math.round(level * low), expected: level, low: Math.round(level * 0.86), high: Math.round(level * 1.15) },
      lag_ms: entry.lag_ms,
      completeness: none ? null : "0.9942",
      uniqueness: none ? null : "0.9914",
      validity: none ? null : state === "warn" ? "0.9358" : "0.9973",
      late_share: none ? null : "0.0031",
      bot_share: none ? null : "0.0214",
      series: none
        ? []
        : Array.from({ length: 48 }, (_, index) => ({
            at: ago((47 - index) * 60),
            actual: Math.round(level * (1 + 0.3 * wave(place, index)) * (state === "late" && index > 44 ? 0.05 : 1)),
            expected: Math.round(level * (1 + 0.28 * wave(place, index))),
            low: Math.round(level * 0.85 * (1 + 0.28 * wave(place, index))),
            high: Math.round(level * 1.15 * (1 + 0.28 * wave(place, index))),
          })),
      drift:
        state === "warn"
          ? [
              { event: "search", property: "pax", what: "type", before: "integer", after: "text", measure: "21 %" },
              { event: "search", property: "cabin", what: "new_values", before: "—", after: "premium", measure: "3.4 %" },
            ]
          : [],
      findings:
        state === "warn" ? [{ rule: "missing_property", count: 812, en: "order_ref is missing on checkout", zh: "checkout 缺少 order_ref" }] : [],
    };
  }),
};

const HOURS = 24;
const balanceRows = ["web", "app", "mini"].flatMap((code, place) =>
  Array.from({ length: HOURS }, (_, index) => {
    const received = Math.round([5_040, 7_200, 1_860][place] as number) + Math.round(400 * wave(place, index));
    const duplicate = Math.round(received * 0.009);
    const quarantined = Math.round(received * (place === 2 ? 0.064 : 0.003));
    return {
      source: code,
      at: ago((HOURS - 1 - index) * 60),
      received,
      stored: received - duplicate - quarantined,
      duplicate,
      quarantined,
      in_flight: index === HOURS - 1 && place === 0 ? 96 : 0,
      holds: true,
    };
  }),
);
const total = (field: "received" | "stored" | "duplicate" | "quarantined" | "in_flight") => balanceRows.reduce((sum, row) => sum + row[field], 0);
export const balance: Balance = {
  rows: balanceRows,
  totals: {
    received: total("received"),
    stored: total("stored"),
    duplicate: total("duplicate"),
    quarantined: total("quarantined"),
    in_flight: total("in_flight"),
    acked: total("received") + total("in_flight"),
  },
  holds: true,
};

export const dataAnswers: Record<string, unknown> = {
  "GET /api/sources": sources,
  "POST /api/sources": sources.sources[4],
  "PUT /api/sources/web/running": {},
  "GET /api/keys": keys,
  "POST /api/keys": { key: { ...keys.items[1], id: "key_3", name: "Night job" }, secret: "wsk_only_once_2d41" },
  "DELETE /api/keys/key_1": {},
  "GET /api/sources/web/snippets": snippets,
  "GET /api/sources/kiosk/snippets": snippets,
  "GET /api/events/live": live,
  "GET /api/plan": plan,
  "GET /api/internal-traffic": internal,
  "POST /api/internal-traffic/preview": { ...internal, would: 5210 },
  "PUT /api/internal-traffic": { version: 3, state: "active" },
  "POST /api/internal-traffic/apply": { job: "job_2" },
  "POST /api/plan/infer": inferred,
  "POST /api/plan/freeze": { version: 8, state: "active" },
  "PUT /api/plan/modes": { version: 8, state: "active" },
  "GET /api/quarantine": quarantine,
  "GET /api/quarantine/rows": quarantineRows,
  "POST /api/quarantine/try": tried,
  "POST /api/quarantine/replay": replayed,
  "POST /api/quarantine/discard": { discarded: 118, job: null },
  "GET /api/quality": quality,
  "GET /api/intake/balance": balance,
};
