import { describe, expect, it } from "vitest";
import { isWhole, moneyOf, readDefinition, readPlace, stageOf, withinOf, withStage, writePlace } from "./growth";

const PERIOD = { last: 7, unit: "day" };

describe("a board of growth", () => {
  it("is read from the address, and refused where it is none", () => {
    expect(readDefinition({ period: PERIOD, breakdown: "device" })).toEqual({ period: PERIOD, breakdown: { field: "device" } });
    for (const wrong of [undefined, [], { stages: [] }, { breakdown: ["a", "b"] }]) expect(readDefinition(wrong)).toBeNull();
  });
  it("has the stages of a travel seller until one is named", () => {
    const plain = { period: PERIOD };
    expect([stageOf(plain, "activation").event, withinOf(plain), moneyOf(plain), isWhole(plain)]).toEqual(["", 7, "paid", true]);
    const named = withStage(plain, "activation", { event: "search" });
    expect(named).toEqual({ period: PERIOD, stages: { activation: "search" } });
    expect(withStage(named, "activation", { event: "" })).toEqual(plain);
    const later = withStage(plain, "retention", { event: "", within: "30 days" });
    expect([later.stages, withinOf(later)]).toEqual([{ retention: { within: "30 days" } }, 30]);
    expect(moneyOf(withStage(plain, "revenue", "booked"))).toBe("booked");
    expect(moneyOf({ period: PERIOD, stages: { revenue: { event: "pay", field: "price" } } })).toBe("kept");
  });
  it("waits for what a filter lacks", () => {
    expect(isWhole({ period: PERIOD, stages: { activation: { event: "search", where: [{ field: "", op: "=", value: "" }] } } })).toBe(false);
  });
  it("carries whose list is open", () => {
    const place = { stage: "activation", lost: true, row: "value", value: "a|b", before: false } as const;
    expect(readPlace(writePlace(place))).toEqual(place);
    for (const wrong of [undefined, "", "activation", "nothing|total|||", "activation|other|||"]) expect(readPlace(wrong)).toBeNull();
  });
});
