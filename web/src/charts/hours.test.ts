import { describe, expect, it } from "vitest";
import { formatHour, formatHourFull, isHour, startsAfter } from "@/kit/format";
import type { Format } from "@/kit/use";
import { flagLines, flagText } from "./flags";
import { hourAxis, hourTitle, named } from "./hours";

const english = { hour: (iso: string) => formatHour(iso, "en"), hourFull: (iso: string) => formatHourFull(iso, "en") } as Format;
const chinese = { hour: (iso: string) => formatHour(iso, "zh"), hourFull: (iso: string) => formatHourFull(iso, "zh") } as Format;
const two = (number: number) => String(number).padStart(2, "0");
const days = (count: number, offset = "+08:00") =>
  Array.from({ length: count * 24 }, (_, index) => `2026-11-${two(1 + Math.floor(index / 24))}T${two(index % 24)}:00:00${offset}`);
const shown = (periods: string[], format: Format) => {
  const axis = hourAxis(periods, format);
  return periods.flatMap((period, index) => (axis.interval(index) ? [axis.formatter(period, index)] : []));
};
/** Berlin, 25 October 2026: 02 comes twice. */
const twice = ["00:00:00+02:00", "01:00:00+02:00", "02:00:00+02:00", "02:00:00+01:00", "03:00:00+01:00"].map((time) => `2026-10-25T${time}`);

describe("hours", () => {
  it("are called as the clock on the wall has it, in whatever zone the browser is", () => {
    expect(formatHour("2026-11-03T14:00:00+08:00", "en")).toBe("3 Nov, 14:00");
    expect(formatHour("2026-11-03T00:30:00-03:30", "zh")).toBe("11\u67083\u65e5 00:30");
    expect(formatHourFull("2026-11-03T14:00:00+08:00", "en")).toBe("Tue 3 Nov 2026, 14:00");
    expect([isHour("2026-11-03"), isHour("2026-11-03T14:00:00+08:00"), isHour(undefined)]).toEqual([false, true, false]);
  });
  it("follow each other by time, not by name", () => {
    expect(startsAfter(twice[3] as string, twice[2] as string)).toBe(true);
    expect(startsAfter(twice[2] as string, twice[3] as string)).toBe(false);
    expect(startsAfter("2026-11-04", "2026-11-03")).toBe(true);
  });
  it("that come twice say which they are", () => {
    expect(twice.map((period) => hourTitle(period, twice, english)).slice(1, 4)).toEqual([
      "Sun 25 Oct 2026, 01:00",
      "Sun 25 Oct 2026, 02:00 (UTC+02:00)",
      "Sun 25 Oct 2026, 02:00 (UTC+01:00)",
    ]);
  });
  it("are named without a crowd, from one day to a month", () => {
    expect(shown(days(1), english)).toEqual(["1 Nov", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"]);
    expect(shown(days(2), chinese)).toEqual(["11月1日", "06:00", "12:00", "18:00", "11月2日", "06:00", "12:00", "18:00"]);
    expect(shown(days(31), english)).toEqual(["1 Nov", "5 Nov", "9 Nov", "13 Nov", "17 Nov", "21 Nov", "25 Nov", "29 Nov"]);
    for (let count = 1; count <= 31; count += 1) expect(named(days(count)).size).toBeLessThanOrEqual(9);
    expect(shown(twice, english)).toEqual(["25 Oct", "03:00"]);
    expect(shown(days(1).slice(9), english)).toEqual(["1 Nov, 09:00", "12:00", "15:00", "18:00", "21:00"]);
    expect(shown([], english)).toEqual([]);
  });
  it("carry the notes of their day, with one flag", () => {
    const flags = [{ period: "2026-11-02", text: "Sale" }];
    const periods = days(2);
    const look = { accent: "#000" } as Parameters<typeof flagLines>[2];
    expect(flagLines(flags, periods, look).markLine?.data).toEqual([{ xAxis: "2026-11-02T00:00:00+08:00" }]);
    expect([flagText(flags, periods[30] as string), flagText(flags, periods[2] as string)]).toEqual(["Sale", undefined]);
  });
});
