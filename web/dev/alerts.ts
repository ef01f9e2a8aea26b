/** What a server answers about alerts: for the tests and for looking at pages without a server. */

import type { Alert, AlertCourse, AlertDetail, Alerts, AlertWhy, KeptWarnings, Noise, Silences, Warnings } from "../src/api/alerts";
import type { MaintenanceList } from "../src/api/maintenance";

const words = (en: string, zh: string) => ({ en, zh });
const AT = Date.parse("2026-11-20T06:00:00Z");
const QUARTER = 900_000;
const told = words(
  "Payment success fell from 95 % to 78 %: Payment provider = WeChat Pay, Device = Android (42 % of expected, −31 orders); 94.6 % of the fall; about 8,480 CNY lost an hour.",
  "支付成功率由 95 % 下降至 78 %：支付渠道 = 微信支付，设备 = 安卓（为预期的 42 %，−31 单）；占跌幅的 94.6 %；约每小时损失 8,480 CNY。",
);
const why: Alert["why"] = {
  cause: "place-1",
  told,
  money_hour: 8480.25,
  known_event: { name: "payment_provider_fault", title: words("Payment provider fault", "支付渠道故障") },
};

const paying: Alert = {
  id: "alert_1",
  kind: "metric",
  monitor: "payment_success",
  monitor_title: words("Payment success by provider and device", "支付成功率，按支付渠道和设备"),
  version: 0,
  metric: "payment_success_rate",
  metric_title: words("Payment success", "支付成功率"),
  unit: "ratio",
  key: { provider: "wechat_pay", device: "android" },
  state: "open",
  direction: "down",
  severity: "critical",
  owner: "payments",
  opened_ms: AT + QUARTER,
  first_ms: AT,
  last_ms: AT + 3 * QUARTER,
  ended_ms: null,
  value: 0.42,
  expected: 0.95,
  low: 0.87,
  high: 1,
  score: 12.4,
  peak: 0.38,
  peak_ms: AT + 2 * QUARTER,
  money: "8480.00",
  currency: "CNY",
  label: null,
  suppressed_by: null,
  acked_by: null,
  note: "",
  revision: 1,
  why,
};
const orders: Alert = {
  ...paying,
  id: "alert_2",
  monitor: "orders_by_channel",
  monitor_title: words("Orders by channel", "各渠道订单"),
  metric: "orders",
  metric_title: words("Orders", "订单量"),
  unit: "count",
  key: { sales_channel: "app" },
  severity: "normal",
  value: 61,
  expected: 92,
  money: null,
  why: why ? { ...why, money_hour: null } : null,
};
const late: Alert = {
  ...paying,
  id: "alert_3",
  kind: "data",
  monitor: "",
  monitor_title: null,
  metric: "",
  metric_title: null,
  unit: "count",
  key: {},
  severity: "normal",
  owner: "platform",
  value: null,
  expected: null,
  peak: null,
  money: null,
  note: "Not whole: app. Held: checkout_completion.",
  why: null,
};
const alone: Alert = {
  ...orders,
  id: "alert_4",
  key: {},
  metric: "refunds",
  metric_title: words("Refunds", "退款"),
  state: "acked",
  money: "300.00",
  why: null,
};

export const alerts: Alerts = { items: [orders, late, alone, paying], next: null, counts: { open: 3, acked: 1, closed: 12 } };

export const alertDetail: AlertDetail = {
  ...paying,
  behind: {
    kind: "funnel",
    definition: { name: "To payment", steps: ["search", "payment_succeeded"], window: "2 hours", period: { from: "2026-10-20", to: "2026-10-20" } },
    step: 1,
    dropped: true,
    cell: "value",
    value: "ios",
  },
  steps: [
    { at_ms: AT + QUARTER, actor: "system", actor_name: "Windsock", before: null, after: "open", reason: "" },
    { at_ms: AT + 2 * QUARTER, actor: "usr_2", actor_name: "陈立", before: "open", after: "acked", reason: "on it" },
  ],
};

export const alertCourse: AlertCourse = {
  points: Array.from({ length: 40 }, (_, index) => ({
    at_ms: AT + (index - 36) * QUARTER,
    value: index < 36 ? 0.94 + 0.01 * (index % 3) : 0.42,
    expected: 0.95,
    low: 0.87,
    high: 1,
    verdict: index < 36 ? "clear" : "breach",
  })),
  step_ms: QUARTER,
  minimum: 20,
};

export const alertWhy: AlertWhy = {
  alert: "alert_1",
  cause: "place-1",
  told,
  elements: [{ element: { provider: "wechat_pay", device: "android" }, change: -31.2, share: 0.946, ratio: 0.421, confidence: 0.98 }],
  matches: [
    {
      known_event: "payment_provider_fault",
      title: words("Payment provider fault", "支付渠道故障"),
      likeness: 0.93,
      reasons: [
        {
          part: "moves",
          what: "payment_success_rate",
          fit: 1,
          weight: 2,
          sentence: words("Payment success moves as it does in this event", "支付成功率的变动方向与该事件一致"),
        },
        { part: "hours", what: "", fit: null, weight: 0.5, sentence: words("when it began is not known", "开始时间未知") },
      ],
    },
  ],
  money_hour: 8480.25,
  dimensions: ["provider", "device", "app_version"],
  from_ms: AT,
  until_ms: AT + 4 * QUARTER,
  made_ms: AT + 4 * QUARTER,
  took_ms: 1900,
  mix: {},
};

export const noise: Noise = {
  days: 28,
  items: [
    { monitor: "visits_hourly", title: words("Visits by the hour", "每小时访问"), true: 1, false: 3, expected: 1, data_fault: 0, unsaid: 2 },
    {
      monitor: "payment_success",
      title: words("Payment success by provider and device", "支付成功率，按支付渠道和设备"),
      true: 4,
      false: 0,
      expected: 0,
      data_fault: 1,
      unsaid: 1,
    },
  ],
};

const warnings: Warnings = {
  limits: [],
  stock: [],
  items: [
    {
      target: "target_1",
      metric: "orders",
      title: { en: "Orders", zh: "订单数" },
      unit: "count",
      key: {},
      owner: "web",
      value: 420,
      now: 180,
      until_ms: 1_792_555_200_000,
      hours_left: 9,
      ahead: { probability: 0.83, expected: 391, low: 366, high: 424, needed: 240, days: 56 },
      why_not: "",
    },
  ],
};

const keptWarnings: KeptWarnings = {
  items: [
    {
      id: "wrn_1",
      kind: "sold_out",
      title: { en: "GU1017 Qingdao - Sanya", zh: "GU1017 青岛-三亚" },
      text: {
        en: "GU1017 Qingdao - Sanya, 2026-10-17: 85% likely to sell out; 8 of 77 left",
        zh: "GU1017 青岛-三亚 2026-10-17：有 85% 的可能售罄，剩 8，共 77",
      },
      owner: "revenue operations",
      state: "open",
      outcome: null,
      first_probability: 0.62,
      probability: 0.85,
      about: {
        product: "GU1017",
        product_kind: "flight",
        place: "TAO-SYX",
        date: "2026-10-17",
        capacity: 77,
        left: 8,
        unit: "count",
        out_on: "2026-10-16",
      },
      at_ms: AT + 96 * QUARTER,
      due_ms: AT + 200 * QUARTER,
      opened_ms: AT,
      changed_ms: AT,
      told_ms: AT,
      decided_ms: null,
      dismissed_by: null,
      reason: "",
    },
  ],
  record: [
    { kind: "target", hit: 0, false: 0, unknown: 0, open: 0 },
    { kind: "breach", hit: 0, false: 0, unknown: 0, open: 0 },
    { kind: "sold_out", hit: 9, false: 2, unknown: 0, open: 1 },
    { kind: "empty", hit: 0, false: 0, unknown: 0, open: 0 },
  ],
  next: null,
};

export const silences: Silences = {
  items: [
    {
      id: "sil_1",
      monitor: "orders_hourly",
      matches: { sales_channel: "app" },
      from_ms: AT,
      until_ms: AT + 16 * QUARTER,
      reason: "release",
      created_ms: AT,
      created_name: "陈立",
    },
  ],
};

export const maintenance: MaintenanceList = {
  items: [
    {
      id: "mnt_1",
      monitors: [],
      from_ms: AT,
      until_ms: AT + 8 * QUARTER,
      reason: "new payment gateway",
      created_ms: AT,
      created_name: "陈立",
      now: true,
    },
  ],
  next: null,
};

export const alertAnswers: Record<string, unknown> = {
  "GET /api/alerts": alerts,
  "GET /api/alerts/noise": noise,
  "GET /api/alerts/alert_1": alertDetail,
  "GET /api/alerts/alert_1/course": alertCourse,
  "GET /api/alerts/alert_1/why": alertWhy,
  "POST /api/alerts/alert_1/ack": paying,
  "POST /api/alerts/alert_1/close": paying,
  "GET /api/silences": silences,
  "GET /api/warnings": warnings,
  "GET /api/warnings/kept": keptWarnings,
  "POST /api/warnings/wrn_1/dismiss": keptWarnings.items[0],
  "GET /api/maintenance": maintenance,
  "POST /api/maintenance": maintenance.items[0],
  "DELETE /api/maintenance/mnt_1": {},
};
