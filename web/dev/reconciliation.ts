/** What the server answers about reconciliation, for the page's tests and for looking at it without a server. */

import type { Items, Reconciliation } from "../src/api/reconciliation";

const sums = { items: 120, matched: 110, by_statement: 4, other_day: 9, ours: "98000.00", theirs: "97150.00", difference: "850.00" };
const reasons = [
  { reason: "only_in_orders", items: 3, difference: "900.00" },
  { reason: "only_in_file", items: 2, difference: "-350.00" },
  { reason: "date", items: 5, difference: "300.00" },
];

export const reconciliation: Reconciliation = {
  period: { start: "2026-10-01", end: "2026-10-28" },
  clock: "payment",
  by: "channel",
  channel: "",
  provider: "",
  currency: "CNY",
  statement_rows: 900,
  total: { ...sums, reasons },
  groups: [
    { ...sums, name: "web", items: 118, difference: "1200.00", theirs: "96800.00", reasons: [reasons[0], reasons[2]] as typeof reasons },
    { ...sums, name: "", items: 2, matched: 0, ours: "0.00", theirs: "350.00", difference: "-350.00", reasons: [reasons[1]] as typeof reasons },
  ],
  bridge: [
    { name: "revenue", kind: "total", amount: "90000.00", items: null },
    { name: "suppliers", kind: "part", amount: "8000.00", items: null },
    { name: "orders", kind: "total", amount: "98000.00", items: 120 },
    { name: "only_in_orders", kind: "part", amount: "-900.00", items: 3 },
    { name: "only_in_file", kind: "part", amount: "350.00", items: 2 },
    { name: "date", kind: "part", amount: "-300.00", items: 5 },
    { name: "file", kind: "total", amount: "97150.00", items: null },
  ],
  missing: [{ provider: "card", channel: "call_centre", items: 7, amount: "4200.00" }],
};

const item = {
  order_key: 1,
  order_ref: "B-1",
  kind: "payment",
  channel: "web",
  provider: "alipay",
  currency: "CNY",
  file_currency: "CNY",
  ours: "500.00",
  theirs: "0.00",
  ours_value: "500.00",
  theirs_value: "0.00",
  difference: "500.00",
  ours_day: "2026-10-05",
  theirs_day: null,
  detail: null,
  by_statement: false,
};
export const items: Items = {
  items: [
    item,
    { ...item, order_key: null, order_ref: null, ours_day: null, theirs_day: "2026-10-06", difference: "-350.00", detail: "no_reference" },
  ],
  next_cursor: null,
};

export const reconciliationAnswers: Record<string, unknown> = {
  "GET /api/reconciliation": reconciliation,
  "GET /api/reconciliation/items": items,
};
