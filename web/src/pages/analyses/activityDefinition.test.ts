import { describe, expect, it } from "vitest";
import type { LifecycleBucket } from "@/api/activity";
import { lifecycle } from "../../../dev/activity";
import { known } from "../../../dev/analyses";
import * as d from "./activityDefinition";

const BASE: d.Activity = { event: { event: "*" }, by: "week", period: { last: 28, unit: "day" } };

describe("an activity of the address", () => {
  it("is read as people write it", () => {
    expect(d.readActivity({ stickiness: "S", event: ["a", "b"], who: { tag: "x" } })).toEqual({
      stickiness: "S",
      event: { event: ["a", "b"] },
      who: { tag: "x" },
      by: "week",
      period: { last: 28, unit: "day" },
    });
    for (const wrong of ["x", null, {}, { event: 1 }, { event: "a", by: "year" }]) expect(d.readActivity(wrong)).toBeNull();
    expect(d.usualActivity(known)).toEqual(BASE);
  });
  it("is whole with an event, and a value in each filter", () => {
    expect(d.isWholeActivity(BASE)).toBe(true);
    expect(d.isWholeActivity({ ...BASE, event: { event: "" } })).toBe(false);
    expect(d.isWholeActivity({ ...BASE, where: [{ field: "device", op: "=", value: "" }] })).toBe(false);
  });
  it("turns into the other kind without its name, and without days as buckets of stickiness", () => {
    const daily = { ...BASE, by: "day", lifecycle: "L" } as d.Activity;
    expect(d.asKind(daily, "stickiness")).toEqual(BASE);
    expect(d.asKind({ ...BASE, by: "month" }, "lifecycle")).toEqual({ ...BASE, by: "month" });
    expect(d.readKind("lifecycle")).toBe("lifecycle");
    expect(d.readKind("x")).toBe("stickiness");
  });
});

describe("whose list is open", () => {
  it("is written and read back", () => {
    const none = { bucket: null, days: null, at_least: false, day: null, window: 1 } as const;
    for (const [text, place] of [
      ["b:2026-10-05", { ...none, bucket: "2026-10-05" }],
      ["b:2026-10-05:3", { ...none, bucket: "2026-10-05", days: 3 }],
      ["b:2026-10-05:3+", { ...none, bucket: "2026-10-05", days: 3, at_least: true }],
      ["d:2026-10-05:30", { ...none, day: "2026-10-05", window: 30 }],
    ] as const) {
      expect(d.readStickyPlace(text)).toEqual(place);
      expect(d.writeStickyPlace(place)).toBe(text);
    }
    for (const wrong of [undefined, "", "b:x", "d:2026-10-05:14", "b:2026-10-05:100"]) expect(d.readStickyPlace(wrong)).toBeNull();
    expect(d.writeStagePlace({ bucket: "2026-10-05", state: "new" })).toBe("2026-10-05:new");
    expect(d.readStagePlace("2026-10-05:dormant")).toEqual({ bucket: "2026-10-05", state: "dormant" });
    for (const wrong of [undefined, "2026-10-05", "x:new", "2026-10-05:gone"]) expect(d.readStagePlace(wrong)).toBeNull();
  });
});

describe("a bucket", () => {
  it("is looked at when it is named, else the last that is over", () => {
    const { buckets } = lifecycle;
    expect(d.lookedAt(buckets, undefined)?.bucket).toBe("2026-11-09");
    expect(d.lookedAt(buckets, "2026-11-16")?.bucket).toBe("2026-11-16");
    expect(d.lookedAt(buckets.slice(1), "never")?.bucket).toBe("2026-11-16");
    expect(d.lookedAt([], undefined)).toBeUndefined();
  });
  it("keeps a share of the one before, and gains for each who is lost", () => {
    const [over, open] = lifecycle.buckets as [LifecycleBucket, LifecycleBucket];
    expect(d.keptShare(over)).toBeCloseTo(120 / 360);
    expect(d.gainOverLoss(over)).toBeCloseTo(280 / 240);
    expect([d.keptShare(open), d.gainOverLoss(open)]).toEqual([null, null]);
    expect(d.gainOverLoss({ ...over, dormant: 0 })).toBeNull();
  });
});
