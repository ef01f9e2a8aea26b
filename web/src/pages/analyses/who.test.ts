import { describe, expect, it } from "vitest";
import { fresh, lastOf, readWho, wholeWho, writeWho } from "./who";

const SHOWN = [
  undefined,
  { did: "search" },
  { did: ["search", "view"], times: 3, period: { last: 30, unit: "day" } },
  { did: "search", times: { op: "<=", value: 2 }, where: [{ field: "device", op: "=", value: "app" }] },
  { all: [{ did: "search" }, { did_not: "order_placed", period: { last: 7, unit: "day" } }] },
  { any: [{ orders: "count", is: { op: ">=", value: 2 } }, { not: { has_id: "member" } }] },
  { any: [{ has_id: "login" }] },
];
const KEPT = [
  { sequence: ["a", "b"], within: "1 day" },
  { all: [{ any: [{ did: "a" }] }] },
  { did: "search", same: "route" },
  { did: "search", times: { op: ">", value: 2 } },
  { not: { did: "search" } },
  { orders: "sum", currency: "CNY", is: 5 },
  { trait: "tier", op: "=", value: "gold" },
  { did_not: "search", times: 2 },
  { all: [{ did: "a" }], any: [] },
  [],
  "search",
];

describe("a condition on people", () => {
  it("is written again as it was read", () => {
    for (const who of SHOWN) expect(writeWho(readWho(who) as NonNullable<ReturnType<typeof readWho>>)).toEqual(who);
  });
  it("is kept where there are no controls for it", () => {
    for (const who of KEPT) expect(readWho(who), JSON.stringify(who)).toBeNull();
  });
  it("waits for what is missing", () => {
    expect(wholeWho({ did: "" })).toBe(false);
    expect(wholeWho({ did: "a", where: [{ field: "", op: "=", value: "" }] })).toBe(false);
    expect([...SHOWN, ...KEPT].every(wholeWho)).toBe(true);
    expect(writeWho({ join: "all", leaves: [fresh("did")] })).toEqual({ did: "", period: { last: 30, unit: "day" } });
  });
  it("looks back some days, or always", () => {
    expect([lastOf(undefined), lastOf("always"), lastOf({ last: 3 }), lastOf({ last: 3, unit: "week" }), lastOf({ past: "1 hour" })]).toEqual([
      null,
      null,
      3,
      undefined,
      undefined,
    ]);
  });
});
