import { describe, expect, it } from "vitest";
import { known } from "../../../dev/analyses";
import { drawable, isShare, isWhole, lookedAt, readDefinition, readPlace, usualDefinition, wholeUntil, without, writePlace } from "./trend";

const PERIOD = { last: 7, unit: "day" };
const SERIES = [
  { letter: "A", name: "a", measure: "people", of: null },
  { letter: "B", name: "b", measure: "events", of: null },
] as const;
const buckets = (...states: ("whole" | "open")[]) => states.map((state, index) => ({ bucket: `2026-11-1${index}`, state, before: null }));

describe("a trend", () => {
  it("is read from the address, short forms and all", () => {
    expect(readDefinition({ series: ["search", ["a", "b"]], breakdown: "device", period: PERIOD })).toEqual({
      series: [{ event: "search" }, { event: ["a", "b"] }],
      breakdown: { field: "device" },
      period: PERIOD,
    });
    for (const wrong of [undefined, [], { series: [] }, { series: [1] }, { series: Array(11).fill("a") }]) expect(readDefinition(wrong)).toBeNull();
  });
  it("begins with who searches and who pays", () => {
    expect(usualDefinition(known)).toMatchObject({ series: [{ event: "search" }, { event: "payment_succeeded" }], formula: "B / A" });
    expect(isWhole(usualDefinition(known))).toBe(true);
  });
  it("waits for the field of a sum", () => {
    expect(isWhole({ series: [{ event: "a", measure: "sum" }], period: PERIOD })).toBe(false);
    expect(isWhole({ series: [{ event: "a", measure: "sum", of: "price" }], period: PERIOD })).toBe(true);
    expect(isWhole({ series: [{ event: "" }], period: PERIOD })).toBe(false);
  });
  it("loses a formula that names what is gone or has another letter now", () => {
    const three = { series: [{ event: "a" }, { event: "b" }, { event: "c" }], period: PERIOD };
    expect(without({ ...three, formula: "B / A" }, 2).formula).toBe("B / A");
    expect(without({ ...three, formula: "C / A" }, 1).formula).toBeUndefined();
  });
  it("shows the formula first, and what the address says", () => {
    const answer = { series: [...SERIES], formula: "B / A" };
    expect([lookedAt(answer, undefined), lookedAt(answer, "B"), lookedAt(answer, "Z"), lookedAt({ ...answer, formula: null }, "formula")]).toEqual([
      "formula",
      "B",
      "formula",
      "all",
    ]);
    expect([isShare("B / A"), isShare("(A - B) / A"), isShare("A * 100"), isShare("B / A * 100"), isShare(null)]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
  it("draws no bucket that is not over, unless none is", () => {
    expect(drawable({ buckets: buckets("whole", "open") }, ["5", "1"])).toEqual(["5", null]);
    expect(drawable({ buckets: buckets("open") }, ["1"])).toEqual(["1"]);
    expect([wholeUntil({ buckets: buckets("whole", "open") }), wholeUntil({ buckets: buckets("whole") })]).toEqual(["2026-11-10", null]);
  });
  it("carries whose list is open", () => {
    const place = { series: "A", line: "value", value: '["a|b","~"]', bucket: "2026-11-10", before: true } as const;
    expect(readPlace(writePlace(place))).toEqual(place);
    const whole = { series: "B", line: "total", value: null, bucket: null, before: false } as const;
    expect([writePlace(whole), readPlace(writePlace(whole))]).toEqual(["B|total|||", whole]);
    for (const wrong of [undefined, "", "Z|total|||", "A|other|||", "A|total"]) expect(readPlace(wrong)).toBeNull();
  });
});
