import { describe, expect, it } from "vitest";
import { known } from "../../../dev/analyses";
import * as d from "./definition";
import * as g from "./given";
import { readPlace, writePlace } from "./place";

const BASE: d.Definition = { steps: [{ event: "a" }, { event: "b" }, { event: "c" }], window: "7 days", period: { last: 28, unit: "day" } };

describe("a definition of the address", () => {
  it("is read as people write it, and what the builder has no control for is kept", () => {
    const written = {
      funnel: "F",
      steps: ["a", { event: ["b", "c"], within: "5 minutes" }],
      window: "same day",
      who: { did: "x" },
      breakdown: "device",
    };
    expect(d.readDefinition(written)).toEqual({
      ...written,
      steps: [{ event: "a" }, { event: ["b", "c"], within: "5 minutes" }],
      period: { last: 28, unit: "day" },
      breakdown: { field: "device" },
    });
  });
  it("is refused where it is none, too long, or has too many steps", () => {
    const long = { ...BASE, steps: [{ event: "a".repeat(13_000) }, { event: "b" }] };
    for (const wrong of ["x", null, [], {}, { steps: [1, 2] }, { steps: Array(13).fill("a") }, long]) expect(d.readDefinition(wrong)).toBeNull();
  });
  it("is whole when each step has an event and each test a value", () => {
    expect(d.isWhole(BASE)).toBe(true);
    expect(d.isWhole({ ...BASE, steps: [{ event: "a" }] })).toBe(false);
    expect(d.isWhole({ ...BASE, steps: [...BASE.steps, { event: "" }] })).toBe(false);
    const test = (op: string, value?: unknown) => ({ ...BASE, where: [{ field: "device", op, value }] });
    expect([d.isWhole(test("=", "")), d.isWhole(test("in", [])), d.isWhole(test("is null")), d.isWhole(test("=", 0))]).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(d.isWhole({ ...BASE, without: [{ event: "" }] })).toBe(false);
  });
});

describe("changing a definition", () => {
  it("moves steps, and the first one keeps nothing that only later ones may have", () => {
    const steps = [{ event: "a" }, { event: "b", optional: true, within: "1 hour" }];
    expect(d.moved(steps, 1, -1)).toEqual([{ event: "b" }, { event: "a" }]);
    expect(d.moved(steps, 0, -1)).toBe(steps);
  });
  it("takes a step out, and the breakdown follows its step", () => {
    const cut = (step: number) => d.without({ ...BASE, breakdown: { field: "device", step } }, 1).breakdown?.step;
    expect([cut(1), cut(2), cut(3)]).toEqual([1, 1, 2]);
  });
  it("in any order leaves out what has no meaning there", () => {
    const full = {
      ...BASE,
      count: "entries",
      each_within: "1 hour",
      steps: [{ event: "a" }, { event: "b", optional: true }],
      without: [{ event: "x", after: "a" }],
    };
    const { steps, count, each_within, without } = d.ordered(full, "unordered");
    expect({ steps, count, each_within, without }).toEqual({
      steps: [{ event: "a" }, { event: "b" }],
      count: "people",
      each_within: undefined,
      without: [{ event: "x" }],
    });
  });
  it("takes out what is undefined", () => {
    expect(Object.keys(g.patched({ ...BASE, trend: "day" }, { trend: undefined }))).not.toContain("trend");
  });
});

describe("what a new funnel asks", () => {
  it("is the usual way as far as it was stored, up to the last data", () => {
    expect(d.usualDefinition(known).steps.map((step) => step.event)).toEqual(["search", "detail_view", "payment_succeeded"]);
    expect(g.usualPeriod(known)).toEqual({ last: 28, unit: "day" });
    expect(g.usualPeriod({ ...known, today: "2026-12-31" })).toEqual({ from: "2026-10-24", to: "2026-11-20" });
    const other = { ...known, events: known.events.slice(1, 2) };
    expect(d.isWhole(d.usualDefinition(other))).toBe(false);
  });
});

describe("values, lengths and shares", () => {
  it("are numbers where they are written as such", () => {
    expect(g.asValue("=", ["a", "12.5"])).toBe(12.5);
    expect(g.asValue("=", ["007"])).toBe("007");
    expect(g.asValue("in", ["1", "x"])).toEqual([1, "x"]);
    expect(g.asValue("is null", ["x"])).toBeUndefined();
    expect(g.readLength("1 day")).toEqual({ count: 1, unit: "days" });
    expect(g.readLength("90 s")).toBeNull();
    expect([d.worst([5, 9, null]), d.worst([0, null])]).toEqual([1, null]);
    expect([g.share(1, 4), g.share(0, 0)]).toEqual([0.25, null]);
  });
  it("a trend is whole up to the first bucket that can still change", () => {
    const cells = [0, 0, 2, 0].map((still_open, index) => ({ bucket: `2026-11-0${index + 1}`, still_open }));
    expect(d.closedUntil(cells)).toBe("2026-11-02");
    expect(d.closedUntil(cells.slice(0, 2))).toBeNull();
    expect(d.closedUntil(cells.slice(2))).toBe("2026-11-02");
  });
});

describe("whose list is open", () => {
  it("reads back what it writes", () => {
    const places = ["2", "2-", '2:value:["a:b",null]', "1-:bucket:2026-10-01", "12:none"];
    for (const text of places) expect(writePlace(readPlace(text) as NonNullable<ReturnType<typeof readPlace>>)).toBe(text);
    for (const wrong of ["", "x", "2:other", undefined]) expect(readPlace(wrong)).toBeNull();
  });
});

describe("exclusions between steps", () => {
  const held: d.Definition = { ...BASE, without: [{ event: "x", after: "b" }, { event: "y", before: "b" }, { event: "z" }] };
  it("call steps as the server does", () => {
    expect(d.calledSteps([{ event: "a" }, { event: "b", name: "a" }, { event: "c" }, { event: "c" }])).toEqual(["a 1", "a", "c", "c 4"]);
  });
  it("are told and written by the steps that they stand between", () => {
    const called = d.calledSteps(held.steps);
    expect(held.without?.map((one) => d.stretch(one, called))).toEqual([
      [1, 2],
      [0, 1],
      [0, 2],
    ]);
    expect(d.stretched({ event: "x", after: "b" }, [0, 1], called)).toEqual({ event: "x", before: "b" });
  });
  it("follow their steps when these are moved, renamed by another event, or gone", () => {
    expect(d.shifted(held, 2, 1).without).toEqual(
      [{ event: "x" }, { event: "y", before: "b" }, { event: "z" }].map((one) => (one.event === "y" ? { event: "y" } : one)),
    );
    const other = { ...known, events: known.events.slice(1, 2) };
    expect(d.isWhole(d.usualDefinition(other))).toBe(false);
  });
});

describe("values, lengths and shares", () => {
  it("are numbers where they are written as such", () => {
    expect(g.asValue("=", ["a", "12.5"])).toBe(12.5);
    expect(g.asValue("=", ["007"])).toBe("007");
    expect(g.asValue("in", ["1", "x"])).toEqual([1, "x"]);
    expect(g.asValue("is null", ["x"])).toBeUndefined();
    expect(g.readLength("1 day")).toEqual({ count: 1, unit: "days" });
    expect(g.readLength("90 s")).toBeNull();
    expect([d.worst([5, 9, null]), d.worst([0, null])]).toEqual([1, null]);
    expect([g.share(1, 4), g.share(0, 0)]).toEqual([0.25, null]);
  });
  it("a trend is whole up to the first bucket that can still change", () => {
    const cells = [0, 0, 2, 0].map((still_open, index) => ({ bucket: `2026-11-0${index + 1}`, still_open }));
    expect(d.closedUntil(cells)).toBe("2026-11-02");
    expect(d.closedUntil(cells.slice(0, 2))).toBeNull();
    expect(d.closedUntil(cells.slice(2))).toBe("2026-11-02");
  });
});

describe("whose list is open", () => {
  it("reads back what it writes", () => {
    const places = ["2", "2-", '2:value:["a:b",null]', "1-:bucket:2026-10-01", "12:none"];
    for (const text of places) expect(writePlace(readPlace(text) as NonNullable<ReturnType<typeof readPlace>>)).toBe(text);
    for (const wrong of ["", "x", "2:other", undefined]) expect(readPlace(wrong)).toBeNull();
  });
});

describe("exclusions between steps", () => {
  const held: d.Definition = { ...BASE, without: [{ event: "x", after: "b" }, { event: "y", before: "b" }, { event: "z" }] };
  it("call steps as the server does", () => {
    expect(d.calledSteps([{ event: "a" }, { event: "b", name: "a" }, { event: "c" }, { event: "c" }])).toEqual(["a 1", "a", "c", "c 4"]);
  });
  it("are told and written by the steps that they stand between", () => {
    const called = d.calledSteps(held.steps);
    expect(held.without?.map((one) => d.stretch(one, called))).toEqual([
      [1, 2],
      [0, 1],
      [0, 2],
    ]);
    expect(d.stretched({ event: "x", after: "b" }, [0, 1], called)).toEqual({ event: "x", before: "b" });
  });
  it("follow their steps when these are moved, renamed by another event, or gone", () => {
    expect(d.shifted(held, 0, 1).without).toEqual(
      [{ event: "x" }, { event: "y", before: "a" }, { event: "z" }].map((one, at) => (at === 1 ? { event: "y" } : one)),
    );
    const other = d.withSteps(held, [{ event: "a" }, { event: "q" }, { event: "c" }], [0, 1, 2]);
    expect(other.without).toEqual([{ event: "x", after: "q" }, { event: "y", before: "q" }, { event: "z" }]);
    expect(d.withSteps(held, [...held.steps, { event: "e" }], [0, 1, 2, -1]).without).toEqual(held.without);
    expect(d.without(held, 1).without).toEqual([{ event: "x" }, { event: "y" }, { event: "z" }]);
  });
});
