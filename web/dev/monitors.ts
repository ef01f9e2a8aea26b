/** What a server answers about monitors: for the tests and for looking at pages without a server. */

import type { Compared, MonitorDetail, Monitors, Preview, Replay, Tried } from "../src/api/monitors";

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

const day = (date: string, one: Partial<Compared["champion_days"][number]> = {}) => ({ date, true: 0, wrong: 0, unjudged: 0, missed: 0, ...one });
/** Over three days the one in force called a dip a fault; the one on trial did not. */
export const compared: Compared = {
  monitor: "payment_success",
  start: "2026-11-17",
  end: "2026-11-19",
  champion: { version: 0, times: 2, true: 1, wrong: 1, unjudged: 0, missed: 0 },
  challenger: { version: 2, times: 1, true: 1, wrong: 0, unjudged: 0, missed: 0 },
  common: 1,
  verdict: "better",
  champion_days: [day("2026-11-17", { true: 1 }), day("2026-11-18", { wrong: 1 }), day("2026-11-19")],
  challenger_days: [day("2026-11-17", { true: 1 }), day("2026-11-18"), day("2026-11-19")],
  labels: { true: 1, false: 1 },
};
const attempt: Tried = {
  name: "payment_success",
  version: 2,
  state: "trial",
  definition: { ...detail.definition, rule: { kind: "ratio", toward: "down", sure: 6, at_least: 0.1 } },
  author: "陈立",
  reason: "a dip is no fault",
  was: 0,
  back_from: null,
  created: "2026-11-20T14:15:00+08:00",
  changed: "2026-11-20T14:15:00+08:00",
};

export const monitorAnswers: Record<string, unknown> = {
  "GET /api/monitors": monitors,
  "GET /api/monitors/payment_success": detail,
  "POST /api/monitors": { ...detail, state: "draft", version: 1 },
  "GET /api/monitors/payment_success/challengers": {
    items: [attempt, { ...attempt, version: 1, state: "retired", was: 0, back_from: 3 }],
    next: null,
  },
  "GET /api/monitors/payment_success/compare": compared,
  "POST /api/monitors/payment_success/challengers": { name: "payment_success", version: 3, state: "trial" },
  "POST /api/monitors/payment_success/promote": compared,
  "POST /api/monitors/preview": preview,
  "POST /api/monitors/replay": replay,
  "POST /api/monitors/payment_success/switch": { ...detail, watched: false },
};
