import { describe, expect, it } from "vitest";
import { formatChange, formatDay, formatFigure, formatInstant, formatLag, formatRate, formatShare, formatShortDay, formatSpan } from "./format";

/** Thin and hard spaces as plain ones, so that the cases can be read. */
const flat = (text: string) => text.replaceAll(/[\u2009\u00a0\u202f]/g, " ");
const brief = { compact: true, currency: "CNY" };

describe("figures", () => {
  it.each([
    ["1284000", "money", "zh", brief, "¥128.4 万"],
    ["1284000", "money", "en", brief, "¥1.28M"],
    ["384021108.5", "money", "zh", brief, "¥3.84 亿"],
    ["48210", "count", "en", { compact: true }, "48.21K"],
    ["48210", "count", "zh", { compact: true }, "4.82 万"],
    ["999960", "count", "en", { compact: true }, "1.00M"],
    ["1048.22", "money", "en", brief, "¥1,048"],
    ["11673501.43", "money", "en", { currency: "EUR" }, "€11,673,501.43"],
    ["-92400.35", "money", "en", { ...brief, sign: true }, "−¥92.40K"],
    ["92400.35", "money", "en", { ...brief, sign: true }, "+¥92.40K"],
    ["1600000", "money", "en", { ...brief, tidy: true }, "¥1.6M"],
    ["0.03124", "ratio", "en", {}, "3.12 %"],
    ["0.412", "ratio", "zh", {}, "41.2 %"],
    ["1", "ratio", "en", {}, "100 %"],
    [135153, "nights", "en", {}, "135,153"],
    [null, "money", "en", brief, "—"],
    [undefined, "count", "zh", {}, "—"],
    ["", "count", "zh", {}, "—"],
    [0, "count", "en", {}, "0"],
  ] as const)("%s %s in %s is %s", (value, unit, language, options, shown) => {
    expect(flat(formatFigure(value, unit, language, options))).toBe(shown);
  });
  it("never rounds exact money through a float", () => {
    expect(formatFigure("90071992547409931.25", "money", "en")).toBe("90,071,992,547,409,931.25");
  });
});

describe("changes", () => {
  it("are points for ratios and percent for amounts", () => {
    expect(flat(formatChange("0.0345", "0.0312", "ratio", "en", "pp"))).toBe("−0.33 pp");
    expect(flat(formatChange("100", "105.23", "money", "en", "pp"))).toBe("+5.2 %");
    expect(flat(formatChange("-100", "-50", "money", "en", "pp"))).toBe("+50.0 %");
  });
  it("are missing when a side is missing or there was nothing", () => {
    expect(formatChange(null, "1", "ratio", "en", "pp")).toBe("—");
    expect(formatChange("0", "1", "money", "en", "pp")).toBe("—");
    expect(formatRate(null, "en")).toBe("—");
  });
  it("keep their sign", () => {
    expect(flat(formatRate("0.0523", "en"))).toBe("+5.2 %");
    expect(flat(formatRate("-1.5", "zh"))).toBe("−150 %");
    expect(flat(formatShare(0, "en"))).toBe("0 %");
  });
});

describe("days and times", () => {
  it("show civil dates as they are, in any zone", () => {
    expect(formatDay("2026-11-20", "en")).toBe("Fri 20 Nov 2026");
    expect(formatShortDay("2026-11-20", "zh")).toBe("11/20");
    expect(formatDay("2026-11-20", "zh")).toContain("2026年11月20日");
  });
  it("show instants in the workspace's zone", () => {
    const year = new Date().getFullYear();
    expect(formatInstant(`${year}-11-20T16:00:00+00:00`, "en", "Asia/Shanghai")).toBe("21 Nov, 00:00");
    expect(formatInstant("2017-09-14T00:00:00+00:00", "en", "UTC")).toBe("14 Sep 2017, 00:00");
    expect(flat(formatSpan("2016-01-01", "2016-12-31", "en"))).toBe("1 Jan – 31 Dec 2016");
    expect(formatInstant("nonsense", "en", "Asia/Shanghai")).toBe("nonsense");
  });
  it("show lags in whole units", () => {
    const units = { day: "d", hour: "h", minute: "min" };
    expect([300_000, 11_400_000, 200_000_000, -5].map((ms) => flat(formatLag(ms, units)))).toEqual(["5 min", "3 h", "2 d", "0 min"]);
  });
});
