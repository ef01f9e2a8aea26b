/** What a server answers about root causes: for the tests and for looking at pages without a server. */

import type { RootCause } from "../src/api/rootCause";

export const rootCause: RootCause = {
  told: {
    en: "Payment success fell from 95 % to 77.5 %: Payment provider = WeChat Pay, Device = Android (26 % of expected, −28 orders); 100 % of the fall.",
    zh: "支付成功率由 95 % 下降至 77.5 %：支付渠道 = 微信支付，设备 = 安卓（为预期的 26 %，−28 单）；占跌幅的 100 %。",
  },
  kind: "ratio",
  before: 0.95,
  after: 0.775,
  change: -28,
  mix: 1.2,
  mixed_by: null,
  elements: [{ element: { provider: "wechat_pay", device: "android" }, change: -28, share: 1, ratio: 0.26, confidence: 0.99 }],
  dimensions: [
    {
      dimension: "provider",
      values: [
        { value: "wechat_pay", real: 48, expected: 76, change: -28 },
        { value: "alipay", real: 76, expected: 76, change: 0 },
      ],
      count: 2,
    },
    { dimension: "device", values: [{ value: "android", real: 48, expected: 76, change: -28 }], count: 4 },
  ],
  leaves: 8,
  weeks: 4,
  from_ms: 0,
  to_ms: 1,
  took_ms: 900,
};

export const rootCauseAnswers: Record<string, unknown> = { "POST /api/root-cause": rootCause };
