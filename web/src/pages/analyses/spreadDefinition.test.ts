import { describe, expect, it } from "vitest";
import { known } from "../../../dev/analyses";
import { attribution } from "../../../dev/flows";
import {
  bestOf,
  figureOf,
  measuresOf,
  placeOf,
  readAttribution,
  readAttributionPlace,
  readMeasure,
  removalOf,
  runsOf,
  totalOf,
  usualAttribution,
  wholeAttribution,
  writeAttributionPlace,
} from "./attributionDefinition";
import { partsOf } from "./length";
import {
  lengthMs,
  placeAmong,
  readDistribution,
  readInterval,
  readSpreadPlace,
  shownBins,
  usualDistribution,
  usualInterval,
  wholeDistribution,
  wholeInterval,
  withOf,
  writeSpreadPlace,
} from "./spreadDefinition";

describe("intervals and distributions", () => {
  it("are read, and refused where they are none", () => {
    expect(readInterval({ from: "a", to: ["b", "c"], period: { last: 7, unit: "day" } })).toMatchObject({ from: { event: "a" }, window: "7 days" });
    expect(readDistribution({ event: "a", of: "nonsense" })).toMatchObject({ of: "times" });
    for (const bad of [null, {}, { from: "a" }, { event: 5 }]) expect([readInterval(bad), readDistribution(bad)]).toEqual([null, null]);
  });
  it("begin with what was stored", () => {
    expect(usualInterval(known)).toMatchObject({ from: { event: "search" }, to: { event: "payment_succeeded" } });
    expect(wholeInterval(usualInterval(known)) && wholeDistribution(usualDistribution(known))).toBe(true);
    expect(wholeInterval({ ...usualInterval(known), to: { event: "" } })).toBe(false);
    expect(wholeDistribution({ ...usualDistribution(known), of: "sum" })).toBe(false);
  });
  it("take a field and bins only where they have a meaning", () => {
    const sum = withOf({ ...usualDistribution(known), bins: [2, 5] }, "sum");
    expect([sum.field, sum.bins]).toEqual(["price", undefined]);
    expect(withOf(sum, "days")).not.toHaveProperty("field");
  });
  it("show the bins from the first that holds somebody to the last", () => {
    expect(shownBins([0, 0, 5, 0, 2, 0])).toEqual({ first: 3, last: 5 });
    expect(shownBins([0, 0])).toEqual({ first: 1, last: 2 });
  });
  it("mark a figure where it lies within its bin", () => {
    const edges = [
      { low: 0, high: 60 },
      { low: 60, high: 120 },
      { low: 120, high: null },
    ];
    expect(placeAmong(90, edges, 1, 0)).toBe(1.5);
    expect(placeAmong(90, edges, 2, 0)).toBe(0.5);
    expect(placeAmong(999, edges, 1, 0)).toBe(2.5);
    expect(
      placeAmong(
        2,
        [
          { low: 1, high: 2 },
          { low: 2, high: 3 },
        ],
        1,
        1,
      ),
    ).toBe(1.5);
    expect(placeAmong(-5, [{ low: null, high: 0 }], 1, 0)).toBe(0.5);
  });
  it("tell lengths in their two largest units", () => {
    expect(partsOf(93_784_000)).toEqual([
      [1, "day"],
      [2, "hour"],
    ]);
    expect([partsOf(0), partsOf(400), partsOf(60_000), partsOf(59_999)]).toEqual([
      [[0, "second"]],
      [[0, "second"]],
      [[1, "minute"]],
      [[1, "minute"]],
    ]);
    expect([lengthMs("90 seconds"), lengthMs("1 hour"), lengthMs("soon")]).toEqual([90_000, 3_600_000, null]);
  });
  it("stand in the address", () => {
    for (const place of [
      { bin: 3, cell: "total", value: null },
      { bin: null, cell: "value", value: "a:b" },
      { bin: 2, cell: "none", value: null },
      { bin: null, cell: "bucket", value: "2026-11-19" },
    ] as const)
      expect(readSpreadPlace(writeSpreadPlace(place))).toEqual(place);
    expect(readSpreadPlace("x")).toBeNull();
  });
});

describe("attribution", () => {
  it("is read, and begins with what was stored", () => {
    const usual = usualAttribution(known);
    expect(usual).toMatchObject({ conversion: { event: "payment_succeeded" }, touches: { event: "search" }, by: "sales_channel" });
    expect(wholeAttribution(usual)).toBe(true);
    expect(wholeAttribution({ ...usual, by: "" })).toBe(false);
    expect(readAttribution({ conversion: "a", touches: "b", by: "c", models: ["best"] })?.models).toHaveLength(8);
    for (const bad of [null, { conversion: "a", touches: "b" }, { conversion: 5, touches: "b", by: "c" }]) expect(readAttribution(bad)).toBeNull();
  });
  it("can be looked at by cost only where there is one", () => {
    expect(measuresOf(attribution)).toEqual(["conversions", "value", "cpa", "roas"]);
    expect(measuresOf({ ...attribution, cost: null })).toEqual(["conversions", "value"]);
    expect(measuresOf({ ...attribution, value: null })).toEqual(["conversions", "cpa"]);
    expect([readMeasure("cpa", attribution), readMeasure("cpa", { ...attribution, cost: null })]).toEqual(["cpa", "conversions"]);
  });
  it("adds up to its total by every model", () => {
    for (const model of attribution.models) {
      const sum = attribution.rows.reduce((all, row) => all + Number(figureOf(row, model, "conversions")), 0);
      expect(sum).toBe(Number(totalOf(attribution, "conversions")));
    }
    expect([totalOf(attribution, "value"), totalOf(attribution, "cpa"), totalOf(attribution, "roas")]).toEqual(["10000.000000", "8.00", "12.500000"]);
  });
  it("says who gets most by each model, and what is lost without a value", () => {
    expect(bestOf(attribution).map((one) => [one.model, one.row.value, one.share])).toEqual([
      ["first", "web", 0.5],
      ["markov", "app", 0.405],
    ]);
    expect(attribution.rows.map((row) => removalOf(attribution, row))).toEqual([0.6, 0.61, 0.1, null]);
  });
  it("tells the same touch in a row once", () => {
    expect(runsOf(["a", "a", "b", "a"])).toEqual([
      { name: "a", times: 2 },
      { name: "b", times: 1 },
      { name: "a", times: 1 },
    ]);
  });
  it("opens lists of what can be asked for", () => {
    expect(attribution.rows.map((row) => placeOf(row)?.kind)).toEqual(["value", "value", "missing", "untouched"]);
    expect(placeOf({ ...(attribution.rows[0] as (typeof attribution.rows)[0]), masked: true })).toBeNull();
    for (const place of [
      { kind: "value", value: "a:b" },
      { kind: "untouched", value: null },
    ] as const)
      expect(readAttributionPlace(writeAttributionPlace(place))).toEqual(place);
    expect(readAttributionPlace("other")).toBeNull();
  });
});
