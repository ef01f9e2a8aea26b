import { describe, expect, it } from "vitest";
import { known } from "../../../dev/analyses";
import { retention } from "../../../dev/retention";
import * as d from "./retentionDefinition";

const BASE: d.Retention = { start: { event: "search" }, grain: "day", period: { last: 28, unit: "day" } };

describe("a retention of the address", () => {
  it("is read as people write it, and what the builder has no control for is kept", () => {
    const written = { retention: "R", start: "search", return: ["a", "b"], who: { tag: "x" }, breakdown: "device", brackets: [0, 1, 7] };
    expect(d.readRetention(written)).toEqual({
      ...written,
      start: { event: "search" },
      return: { event: ["a", "b"] },
      grain: "brackets",
      period: { last: 28, unit: "day" },
      breakdown: { field: "device" },
    });
  });
  it("is refused where it is none", () => {
    for (const wrong of ["x", null, [], {}, { start: 1 }, { start: "a", return: 1 }, { start: "a", grain: "year" }, { start: "a", breakdown: 1 }])
      expect(d.readRetention(wrong)).toBeNull();
  });
  it("is whole when events, filters, brackets and the measure say what they mean", () => {
    expect(d.isWholeRetention(BASE)).toBe(true);
    const unfinished: Partial<d.Retention>[] = [
      { start: { event: "" } },
      { return: { event: "" } },
      { start: { event: "a", where: [{ field: "device", op: "=", value: "" }] } },
      { grain: "brackets", brackets: [1] },
      { measure: { sum: "" } },
      { who: { did: "" } },
    ];
    for (const patch of unfinished) expect(d.isWholeRetention({ ...BASE, ...patch }), JSON.stringify(patch)).toBe(false);
  });
  it("begins with what people do most", () => {
    expect(d.usualRetention(known).start).toEqual({ event: "search" });
    expect(d.usualRetention({ ...known, events: known.events.slice(1) }).start).toEqual({ event: "detail_view" });
  });
});

describe("another grain", () => {
  it("takes out what has no meaning there", () => {
    const trip: d.Retention = { ...BASE, grain: "trip", interval: "own", cohorts: "week", cells: 4 };
    expect(d.grained(trip, "brackets")).toEqual({ ...BASE, grain: "brackets", cohorts: "week", brackets: [0, 1, 2, 3, 7, 14, 30, 60] });
    expect(d.grained(trip, "week")).toEqual({ ...BASE, grain: "week", cells: 8 });
    expect(d.grained({ ...BASE, grain: "brackets", brackets: [0, 1] }, "trip")).toEqual({ ...BASE, grain: "trip", cells: 4, cohorts: "month" });
  });
});

describe("brackets", () => {
  it("are read as growing days, each once", () => {
    expect(d.readBrackets("0, 1,3 7")).toEqual([0, 1, 3, 7]);
    expect(d.readBrackets("7，0，7")).toEqual([0, 7]);
    for (const wrong of ["", "3", "a", "0, 99999"]) expect(d.readBrackets(wrong)).toBeNull();
    expect(d.readBrackets(Array.from({ length: 200 }, (_, day) => day).join(","))).toHaveLength(d.CELLS_MOST + 1);
  });
});

describe("whose list is open", () => {
  it("is written and read back", () => {
    for (const [text, place] of [
      ["all", { row: "total", value: null, cell: null, lost: false }],
      ["3", { row: "total", value: null, cell: 3, lost: false }],
      ["0-:cohort:2026-10-01", { row: "cohort", value: "2026-10-01", cell: 0, lost: true }],
      ["all:value:a:b", { row: "value", value: "a:b", cell: null, lost: false }],
      ["1:none", { row: "none", value: null, cell: 1, lost: false }],
    ] as const) {
      expect(d.readRetentionPlace(text)).toEqual(place);
      expect(d.writeRetentionPlace(place)).toBe(text);
    }
    for (const wrong of [undefined, "", "x", "123", "1:other", "-1"]) expect(d.readRetentionPlace(wrong)).toBeNull();
  });
});

describe("an answer", () => {
  it("colours no first cell that everybody is in", () => {
    expect(d.isFirstTrivial(retention)).toBe(true);
    const some = { ...retention, cohorts: [{ ...retention.total, cells: [{ judged: 400, returned: 399, rate: "0.9975" }] }] };
    expect(d.isFirstTrivial(some)).toBe(false);
  });
  it("has a scale from the least to the most of cells with enough starts", () => {
    const rows = [retention.total, ...retention.cohorts];
    expect(d.scaleOf(rows, 1, (cell) => cell.rate)).toEqual({ low: 0.2, high: 0.3 });
    expect(d.scaleOf([], 0, (cell) => cell.rate)).toBeNull();
    expect(d.placeOn(0.25, { low: 0.2, high: 0.3 })).toBeCloseTo(0.5);
    expect(d.placeOn(0.9, { low: 0.2, high: 0.3 })).toBe(1);
    expect(d.placeOn(0.2, { low: 0.2, high: 0.2 })).toBe(0.5);
    expect(d.placeOn(0, { low: 0, high: 0 })).toBe(0);
  });
  it("is told as far as its total is", () => {
    expect(d.lastTold(retention)).toBe(2);
    const young = { ...retention, total: { ...retention.total, cells: [{ judged: 0, returned: null, rate: null }] } };
    expect(d.lastTold(young)).toBeNull();
  });
  it("names the rows that are compared", () => {
    expect(d.readPicked(JSON.stringify(["cohort:2026-11-18"]))).toEqual(["cohort:2026-11-18"]);
    expect(d.readPicked("[]")).toEqual([]);
    for (const wrong of [undefined, "x", "{}"]) expect(d.readPicked(wrong)).toBeNull();
    expect(retention.breakdown.map(d.rowKey)).toEqual(["value:android", "value:a***@g***.example", "other", "none"]);
  });
});
