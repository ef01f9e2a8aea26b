import { describe, expect, it } from "vitest";
import { compared, lastDays, length, presets, readWhere, writeWhere } from "./period";

describe("periods", () => {
  it("end on the day they are asked to", () => {
    expect(lastDays("2026-11-20", 28)).toEqual({ start: "2026-10-24", end: "2026-11-20" });
    expect(length({ start: "2026-10-24", end: "2026-11-20" })).toBe(28);
  });
  it("are compared with as many days before them", () => {
    expect(compared({ start: "2026-10-24", end: "2026-11-20" }, "previous")).toEqual({ start: "2026-09-26", end: "2026-10-23" });
  });
  it("compare a whole month with the whole month before", () => {
    expect(compared({ start: "2026-03-01", end: "2026-03-31" }, "previous")).toEqual({ start: "2026-02-01", end: "2026-02-28" });
  });
  it("compare one day with the same weekday", () => {
    expect(compared({ start: "2026-11-20", end: "2026-11-20" }, "last_week")).toEqual({ start: "2026-11-13", end: "2026-11-13" });
  });
  it("compare with last year, and with one's own choice", () => {
    expect(compared({ start: "2016-01-01", end: "2016-12-31" }, "last_year")).toEqual({ start: "2015-01-01", end: "2015-12-31" });
    expect(compared({ start: "2016-01-01", end: "2016-01-02" }, "custom", { start: "2015-05-01", end: "2015-05-02" }).start).toBe("2015-05-01");
  });
  it("fall back when one's own choice is no date", () => {
    expect(compared({ start: "2026-11-20", end: "2026-11-20" }, "custom", { start: "x" }).start).toBe("2026-11-19");
  });
  it("offer quarters that are over", () => {
    expect(presets("2026-11-20").find((preset) => preset.key === "lastQuarter")?.span).toEqual({ start: "2026-07-01", end: "2026-09-30" });
  });
});

describe("conditions in the address", () => {
  it("come back as they went", () => {
    const given = [
      { field: "property", op: "=", value: "City Hotel: north|south" },
      { field: "device", op: "is null", value: null },
    ];
    expect(readWhere(writeWhere(given))).toEqual(given);
  });
  it("leave out what is no condition", () => {
    expect(readWhere("nonsense|:x|DROP TABLE:1|device:%E0%A4%A")).toEqual([]);
    expect(writeWhere([])).toBeUndefined();
  });
});
