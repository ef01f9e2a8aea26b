/** What the server answers about baskets, for the page's tests and for looking at it without a server. */

import type { BasketAnswer, BasketPage, BasketPair, BasketProof } from "../src/api/basket";

const pair = (
  one: string,
  other: string,
  together: number,
  confidences: [string, string],
  lift: string,
  more: Partial<BasketPair> = {},
): BasketPair => ({
  one,
  other,
  fields: ["goods_id", "goods_id"],
  values: [one, other],
  together,
  with_one: 400,
  with_other: 200,
  support: (together / 1000).toFixed(6),
  confidence: confidences[0],
  confidence_back: confidences[1],
  lift,
  leverage: "0.020000",
  chance: "1.2e-9",
  false_share: "3.4e-8",
  found: true,
  ...more,
});

export const basket: BasketAnswer = {
  name: "Basket",
  in: "order",
  fields: ["goods_id"],
  period: { from: "2026-08-24", to: "2026-11-21" },
  baskets: 1000,
  items: 12,
  items_left_out: 3,
  looked_at: 66,
  pairs_left_out: 0,
  pairs: [
    pair("flight", "bag", 120, ["0.300000", "0.600000"], "1.500000"),
    pair("bag", "seat", 60, ["0.150000", "0.300000"], "1.250000"),
    pair("flight", "lounge", 11, ["0.027500", "0.055000"], "0.700000", { found: false, chance: "0.3", false_share: "0.41" }),
    {
      ...pair("", "", 15, ["0.100000", "0.100000"], "1.100000", { found: false, false_share: "0.5" }),
      one: null,
      other: null,
      values: ["bag", "a***@g***.example"],
    },
  ],
  notes: [],
  asked_ms: 1_795_240_000_000,
};

const baskets: BasketPage = {
  total: 120,
  baskets: [
    { basket: "GU-7001", person: 12, name: "login 10***55", first: "2026-11-20T10:00:00+08:00" },
    { basket: "GU-7002", person: null, name: "", first: "2026-11-20T11:00:00+08:00" },
  ],
  next: "50",
};

const at = "2026-11-20T10:00:00.000+08:00";
const proof: BasketProof = {
  person: 12,
  items: [
    { basket: "GU-6000", item: "flight", at: "2026-10-01T10:00:00.000+08:00", looked_at: true },
    { basket: "GU-6000", item: "golf", at: "2026-10-01T10:00:00.000+08:00", looked_at: false },
    { basket: "GU-7001", item: "flight", at, looked_at: true },
    { basket: "GU-7001", item: "bag", at, looked_at: true },
  ],
  en: [],
  zh: [],
};

export const basketAnswers: Record<string, unknown> = {
  "POST /api/analyses/basket": basket,
  "POST /api/analyses/basket/people": baskets,
  "POST /api/analyses/basket/explain": proof,
};
