/** What a server answers about monitors: for the tests and for looking at pages without a server. */

import type { MonitorDetail, Monitors, Preview, Replay } from "../src/api/monitors";

const words = (en: string, zh: string) => ({ en, zh });
const AT = Date.parse("2026-11-20T06:00:00Z");
const HOUR = 3_600_000;

const detail: MonitorDetail = {
  name: "payment_success",
  title: words("Payment success by provider and device", "支付成功率，按支付渠道和设备"),
  why: words("The first alert of every shop.", "每家店最先要看的告警。"),
  metric: "payment_success_rate",
  metric_title: words("Payment success", "支付成功率"),
  state: "library",
  version: 0,
  watched: true,
  owner: "payments",
  definition: {
    name: "payment_success",
    title: words("Payment success by provider and device", "支付成功率，按支付渠道和设备"),
    metric: "payment_success_rate",
    by: ["provider", "device"],
    every: "15m",
    over: "4h",
    rule: { kind: "ratio", toward: "down", sure: 4, at_least: 0.08 },
    minimum: 5,
    owner: "payments",
    worth: { metric: "average_order_value" },
  },
  cursor_ms: AT,
  ticked_ms: AT,
  series: 12,
  trouble: "",
  note: "",
  open_alerts: 1,
  states: [{ key: { provider: "wechat_pay", device: "android" }, shown: "firing", since_ms: AT - HOUR }],
};
const { states: _, ...paying } = detail;
const late = {
  ...paying,
  name: "visits_hourly",
  title: words("Visits by the hour", "每小时访问"),
  metric: "sessions",
  metric_title: words("Sessions", "会话数"),
  definition: {
    ...paying.definition,
    name: "visits_hourly",
    metric: "sessions",
    by: [],
    every: "1h",
    rule: { kind: "band", toward: "down", dial: 1 },
  },
  trouble: "late",
  note: "Not whole: app",
  open_alerts: 0,
};

export const monitors: Monitors = {
  items: [paying, late, { ...late, name: "off", title: words("Nothing comes", "没有数据"), watched: false, trouble: "" }],
  next: null,
};

export const preview: Preview = {
  series: [
    {
      key: { provider: "wechat_pay", device: "android" },
      points: Array.from({ length: 30 }, (_unused, index) => ({
        at_ms: AT + (index - 30) * HOUR,
        value: index === 28 ? 0.4 : 0.95,
        expected: 0.95,
        low: 0.87,
        high: 1,
        verdict: index === 28 ? "breach" : "clear",
      })),
      smallest: 0.12,
    },
  ],
  count: 12,
};

export const replay: Replay = {
  fired: [
    {
      key: { provider: "wechat_pay", device: "android" },
      from_ms: AT - 4 * HOUR,
      to_ms: AT,
      direction: "down",
      value: 0.42,
      expected: 0.95,
      peak: 0.38,
      score: 8.1,
      money: "8480.00",
      label: "true",
    },
  ],
  times: 1,
  series: 12,
  points: 2880,
  from_ms: AT - 720 * HOUR,
  to_ms: AT,
  money: "8480.00",
  currency: "CNY",
  precision: 1,
  recall: 1,
  labelled: 1,
};

export const monitorAnswers: Record<string, unknown> = {
  "GET /api/monitors": monitors,
  "GET /api/monitors/payment_success": detail,
  "POST /api/monitors": { ...detail, state: "draft", version: 1 },
  "POST /api/monitors/preview": preview,
  "POST /api/monitors/replay": replay,
  "POST /api/monitors/payment_success/switch": { ...detail, watched: false },
};
