/** What the server answers about funnels, for the page's tests and for looking at it without a server. */

import type { FunnelAnswer, FunnelCell, FunnelPeople, FunnelProof, Known, SavedAnalysis } from "../src/api/analyses";
import { basketAnswers } from "./basket.ts";
import { growthAnswers } from "./growth.ts";
import { moneyAnswers } from "./money.ts";
import { trendAnswers } from "./trend.ts";

const event = (name: string, en: string, zh: string, volume: number) => ({ name, title: { en, zh }, volume, last: "2026-11-20T22:00:00.000+08:00" });
const field = (name: string, en: string, zh: string, valued = true) => ({ name, title: { en, zh }, valued });

export const known: Known = {
  events: [
    event("search", "Searched", "搜索", 5000),
    event("detail_view", "Detail viewed", "查看详情", 2000),
    event("payment_succeeded", "Payment succeeded", "支付成功", 300),
  ],
  fields: [
    field("device", "device", "设备"),
    field("provider", "payment provider", "支付服务商"),
    field("order_ref", "order", "订单", false),
    field("properties.cart", "cart", "cart", false),
  ],
  line_fields: [field("goods_id", "goods", "商品"), field("route", "route", "航线"), field("cabin", "cabin", "舱位")],
  orders: { first: "2026-01-05", last: "2026-11-20" },
  traits: ["tier", "city"],
  today: "2026-11-21",
};

const times = (median_ms: number | null) => ({
  count: 60,
  least_ms: 1000,
  p25_ms: 30_000,
  median_ms,
  p75_ms: 900_000,
  most_ms: 3_600_000,
  mean_ms: 300_000,
});

function cell(kind: FunnelCell["kind"], counts: [number, number, number], more: Partial<FunnelCell> = {}): FunnelCell {
  const of = (part: number, whole: number) => (whole ? (part / whole).toFixed(6) : null);
  const [first, second, third] = counts;
  return {
    kind,
    value: null,
    values: [],
    bucket: null,
    steps: [
      { count: first, of_first: of(first, first), of_before: of(first, first), dropped: first - second, hop: null },
      { count: second, of_first: of(second, first), of_before: of(second, first), dropped: second - third, hop: times(120_000) },
      { count: third, of_first: of(third, first), of_before: of(third, second), dropped: null, hop: times(360_000) },
    ],
    to_convert: times(480_000),
    still_open: 0,
    ...more,
  };
}

export const funnel: FunnelAnswer = {
  name: "Funnel",
  count: "people",
  order: "ordered",
  period: { from: "2026-10-25", to: "2026-11-21" },
  steps: ["search", "detail_view", "payment_succeeded"],
  fields: ["device", "provider"],
  total: cell("total", [1000, 600, 60], { still_open: 12 }),
  breakdown: [
    cell("value", [700, 400, 20], { value: '["android","wechat_pay"]', values: ["android", "wechat_pay"] }),
    cell("value", [200, 150, 30], { value: '["ios",null]', values: ["ios", null] }),
    cell("none", [60, 30, 6]),
    cell("other", [40, 20, 4]),
  ],
  trend: [cell("bucket", [500, 300, 40], { bucket: "2026-11-19" }), cell("bucket", [520, 310, 20], { bucket: "2026-11-20", still_open: 12 })],
  notes: [{ code: "never_stored", en: "No event called 'pay' was ever stored.", zh: "从未收到过名为“pay”的事件。" }],
  asked_ms: 1_795_000_000_000,
};

export const funnelPeople: FunnelPeople = {
  total: 540,
  people: [
    {
      person: 12,
      name: "login 10***55",
      held: null,
      value: null,
      times: ["2026-11-19T10:00:00+08:00", "2026-11-19T10:02:00+08:00", null],
      start_ms: 1_795_053_600_123,
    },
    { person: 40, name: "", held: null, value: null, times: ["2026-11-20T10:00:00+08:00", null, null], start_ms: 1_795_140_000_000 },
  ],
  next: "50",
};

export const funnelProof: FunnelProof = {
  person: 12,
  steps: [
    {
      step: "search",
      why: "counted",
      event: { event: "search", key: "0:0", at: "2026-11-19T10:00:00.000+08:00" },
      gap_ms: null,
      limit_ms: null,
      en: "1. search: counted: search at 2026-11-19T10:00:00.000+08:00 [event 0:0]",
      zh: "1. search: 已计入：search 在 2026-11-19T10:00:00.000+08:00",
    },
    {
      step: "pay",
      why: "late",
      event: null,
      gap_ms: 1_860_000,
      limit_ms: 1_800_000,
      en: "2. pay: not counted: 31 minutes after step 1, window 30 minutes",
      zh: "2. pay: 未计入：距第 1 步 31 分钟，窗口 30 分钟",
    },
  ],
};

export const savedAnalysis: SavedAnalysis = {
  id: "ana_1",
  kind: "funnel",
  name: "Search to payment",
  definition: { funnel: "Search to payment", steps: ["search", "payment_succeeded"], window: "2 days", period: { last: 7, unit: "day" } },
  owner: "Lin Lan",
  mine: true,
  may_edit: true,
  version: 3,
  changed: "2026-11-20T10:00:00+08:00",
};

export const analysisAnswers: Record<string, unknown> = {
  ...basketAnswers,
  ...growthAnswers,
  ...moneyAnswers,
  ...trendAnswers,
  "GET /api/analyses/known": known,
  "GET /api/analyses/values": { values: ["android", "ios"] },
  "POST /api/analyses/funnel": funnel,
  "POST /api/analyses/funnel/people": funnelPeople,
  "POST /api/analyses/funnel/explain": funnelProof,
  "GET /api/analyses/saved": { items: [savedAnalysis], next: null },
  "POST /api/analyses/saved": { ...savedAnalysis, id: "ana_2", version: 1 },
  "PUT /api/analyses/saved/ana_1": { ...savedAnalysis, version: 4 },
};
