/** What a server answers about ways out and the inbox: for the tests and for looking at pages without a server. */

import type { Delivery } from "../src/api/deliveries";
import type { InboxList } from "../src/api/inbox";

const one: Delivery = {
  id: "dlv_1",
  destination: "mail",
  kind: "email",
  subject: "Payment success fell from 95.7 % to 87.8 %",
  message_id: "msg_1",
  recipients: 1,
  state: "dead",
  attempts: 12,
  by: "system",
  created: "2026-11-20T10:15:00+08:00",
  changed: "2026-11-20T14:15:00+08:00",
  next: null,
  tries: [{ at: "2026-11-20T14:15:00+08:00", outcome: "never", status: 550, answer: "mailbox unavailable" }],
};

export const deliveries = { items: [one, { ...one, id: "dlv_2", state: "sent" as const, attempts: 1, tries: [] }], next: null };

export const inbox: InboxList = {
  items: [
    {
      id: "in_1",
      subject: "Payment success fell from 95.7 % to 87.8 %",
      text: "About 2,172 CNY lost an hour.",
      severity: "critical",
      path: "/watch/alerts?alert=alert_1",
      at: "2026-11-20T14:15:00+08:00",
      read: null,
    },
  ],
  unread: 1,
  next: null,
};

export const wayAnswers: Record<string, unknown> = {
  "GET /api/destinations/deliveries": deliveries,
  "POST /api/destinations/deliveries/dlv_1/resend": { ...one, state: "waiting" },
  "POST /api/destinations/deliveries/dlv_1/dismiss": { ...one, state: "dismissed" },
  "GET /api/inbox": inbox,
  "GET /api/inbox/unread": { unread: 1 },
  "POST /api/inbox/read": { unread: 0 },
};
