/** What a server answers about the event library: for the tests and for looking at pages without a server. */

import type { KnownEvent, KnownEvents } from "../src/api/knownEvents";

const words = (en: string, zh: string) => ({ en, zh });

const { body, may_edit, may_approve, ...item } = {
  name: "payment_provider_fault",
  title: words("Payment provider fault", "支付渠道故障"),
  about: words("One payment provider refuses or loses payments.", "某个支付渠道大量拒付或丢单。"),
  owner: "payments",
  origin: "shipped" as const,
  state: "active" as const,
  version: 1,
  newest: 2,
  author: "陈立",
  changed: "2026-11-20T14:15:00+08:00",
  ships: true,
  may_edit: true,
  may_approve: true,
  body: {
    known_event: "payment_provider_fault",
    title: words("Payment provider fault", "支付渠道故障"),
    about: words("One payment provider refuses or loses payments.", "某个支付渠道大量拒付或丢单。"),
    owner: "payments",
    signature: {
      moves: [{ metric: "payment_success_rate", direction: "down", lead: true }],
      steady: ["sessions"],
      named: ["provider"],
      course: "sudden",
      lasts_min: [5, 1440],
    },
    checks: [
      {
        title: words("Which provider and device fail", "看哪个支付渠道、哪类设备在失败"),
        metric: "payment_success_rate",
        by: ["provider", "device"],
      },
    ],
    causes: [words("A certificate or key of ours has expired.", "我方的证书或密钥过期。")],
    playbook: [
      { action: "notify", mode: "auto", title: words("Tell payments on duty", "通知支付值班"), with: { slot: "cashier", cap_per_hour: "1" } },
    ],
    tests: [
      {
        name: "provider on android",
        finding: { moved: { payment_success_rate: "down" as const }, quiet: ["sessions"], where: [{ provider: "wechat_pay", device: "android" }] },
        expect: true,
      },
    ],
  },
};

export const knownEvents: KnownEvents = { items: [item], next: null };
export const knownEvent: KnownEvent = { ...item, body, may_edit, may_approve };

const version = {
  kind: "known_event",
  name: "payment_provider_fault",
  author: "陈立",
  approver: null,
  sha256: "",
  created: "2026-11-20T14:15:00+08:00",
};
/** Two versions: the second names another owner, one more cause, and no place. */
export const knownEventVersions = {
  definitions: [
    {
      ...version,
      version: 2,
      state: "draft" as const,
      reason: "learned on Friday",
      changed: "2026-11-20T14:15:00+08:00",
      body: {
        ...body,
        owner: "cashier",
        signature: { ...body.signature, named: undefined, lasts_min: [5, 60] },
        causes: [words("The bank is down.", "银行故障。"), ...body.causes],
      },
    },
    { ...version, version: 1, state: "active" as const, reason: "first", changed: "2026-11-19T14:15:00+08:00", body },
  ],
  next_cursor: null,
};

export const knownEventAnswers: Record<string, unknown> = {
  "GET /api/definitions/known_event/payment_provider_fault/history": knownEventVersions,
  "GET /api/known-events": knownEvents,
  "GET /api/known-events-named": { items: [{ known_event: "payment_provider_fault", named: 12, right: 8, wrong: 1, last_ms: 1_795_000_000_000 }] },
  "GET /api/known-events/payment_provider_fault": knownEvent,
  "POST /api/known-events": knownEvent,
  "POST /api/known-events/payment_provider_fault/approve": knownEvent,
};
