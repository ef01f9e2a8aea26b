/** What the server answers about channels and the matrix, for the pages' tests and for looking at them without a server. */

import type { Balance, Figures, Kept, Matrix, Movable, People } from "../src/api/channels";

const figures = (orders: number, revenue: string, cost: string, margin: string, share: string): Figures => ({
  orders,
  booked: revenue,
  gross: revenue,
  refunds: "0.00",
  revenue,
  commission: cost,
  fees: "0.00",
  payment: "0.00",
  marketing: "0.00",
  service: "0.00",
  cost,
  margin,
  margin_rate: "0.93",
  cost_rate: "0.07",
  share,
});
const rates = { commission_rate: "0.08", fee_per_segment: "5.00", payment_fee_rate: "0.00" };
const web = { ...figures(320, "350000.00", "14000.00", "336000.00", "0.35"), before: figures(300, "330000.00", "14000.00", "316000.00", "0.33") };
const ota = { ...figures(640, "650000.00", "58000.00", "592000.00", "0.65"), before: figures(650, "670000.00", "60000.00", "610000.00", "0.67") };

const plain = {
  service_cost: {},
  move_rate: { buys_direct: "0.10", member: "0.05", visitor: "0.02", stranger: "0.005" },
  incentive: "10.00",
  repeat_value: "0.00",
  direct_take_rate: "0.10",
  direct_cost_rate: null,
};

export const balance: Balance = {
  period: { start: "2026-10-24", end: "2026-11-20" },
  compared_with: { start: "2026-09-26", end: "2026-10-23" },
  currency: "CNY",
  clock: null,
  complete_until: "2026-11-20T16:00:00+00:00",
  channels: [
    { name: "ota_a", title: { en: "OTA A", zh: "在线旅行社A" }, group: "ota", tracked: false, rates, ...ota },
    { name: "web", title: { en: "Website", zh: "官网" }, group: "direct", tracked: true, rates, ...web },
  ],
  groups: [
    { name: "direct", title: { en: "Direct", zh: "直销" }, group: "direct", tracked: false, rates, ...web },
    { name: "ota", title: { en: "Online travel agency", zh: "在线旅行社" }, group: "ota", tracked: false, rates, ...ota },
  ],
  total: { ...figures(960, "1000000.00", "72000.00", "928000.00", "1"), before: figures(950, "1000000.00", "74000.00", "926000.00", "1") },
  direct_share: "0.35",
  direct_share_before: "0.33",
  metrics: { orders: "orders", booked: "booked_amount", commission: "commission_cost", marketing: "marketing_cost" },
  notes: [],
  assumptions: plain,
};

export const assumptions: Kept = { ...plain, version: 0, changed_by: null, changed: null };

const reach = (name: string | null, people: number, orders: number, private_orders = 0) => ({
  channel: null,
  group: null,
  reach: name,
  people,
  orders,
  booked: `${orders * 800}.00`,
  private_orders,
  private_people: private_orders,
});

export const movable: Movable = {
  period: balance.period,
  currency: "CNY",
  reaches: [],
  rows: [reach("buys_direct", 90, 120), reach("member", 60, 70, 6), reach("unknown", 0, 310), reach(null, 150, 500, 6)],
  plans: [
    {
      channel: null,
      moved: "50.00",
      value: "800.00",
      rate_from: "0.15",
      rate_to: "0.04",
      incentive: "10.00",
      also: "220.00",
      repeat_value: "0.00",
      saved: "4400.00",
      repeat: "0.00",
      incentives: "2700.00",
      net: "1700.00",
      counted_movers_only: "3900.00",
      counted_all_moved: "21060.00",
    },
  ],
  direct_cost_rate: "0.04",
  moved: { people: 12, orders: 14, booked: "11200.00" },
};

export const movers: People = {
  items: [{ did: "42", name: "login 10***55", orders: 3, booked: "2400.00", last_booked: "2026-11-18", channels: "ota_a", private_trips: true }],
  next: null,
};

export const matrix: Matrix = {
  groups: [{ name: "goods", title: { en: "Goods", zh: "货" } }],
  modules: [
    { name: "price", group: "goods", title: { en: "Price", zh: "价格" } },
    { name: "stock", group: "goods", title: { en: "Stock", zh: "库存" } },
  ],
  goals: [
    { name: "uv", metric: "uv", title: { en: "Visitors (UV)", zh: "访客（UV）" } },
    { name: "conversion", metric: "conversion", title: { en: "Conversion", zh: "转化率" } },
  ],
  cells: ["price", "stock"].flatMap((module) =>
    ["uv", "conversion"].map((goal) => {
      const filled = module === "price" && goal === "conversion";
      return {
        module,
        goal,
        version: filled ? 1 : 0,
        judgement: filled ? { direction: "down" as const, size: 2, effort: 1, note: "Dearer converts worse" } : null,
        changed_by: filled ? "Lin" : null,
        changed: filled ? "2026-11-20T08:00:00+00:00" : null,
        measured: filled ? { effect: "0.032", low: "0.014", high: "0.05", direction: "up", count: 1, total: 1 } : null,
        effects: filled
          ? [
              {
                id: "mfx_1",
                source: "experiment",
                ref: "exp-1",
                effect: "0.032",
                low: "0.014",
                high: "0.05",
                first: "2026-10-01",
                last: "2026-10-31",
                recorded_by: "Lin",
                recorded: "2026-11-01T08:00:00+00:00",
              },
            ]
          : [],
      };
    }),
  ),
};

export const channelAnswers: Record<string, unknown> = {
  "POST /api/metrics/channels": balance,
  "POST /api/metrics/channels/movable": movable,
  "POST /api/metrics/channels/people": movers,
  "GET /api/metrics/channels/assumptions": assumptions,
  "PUT /api/metrics/channels/assumptions": { ...assumptions, version: 1 },
  "GET /api/metrics/matrix": matrix,
  "PUT /api/metrics/matrix/stock/uv": { ...matrix.cells[2], version: 1 },
};
