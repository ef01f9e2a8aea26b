import { describe, expect, it } from "vitest";
import { judge } from "@/kit/Delta";
import { today } from "../../dev/fixtures";
import { breach } from "./BandLine";
import { bars, floor } from "./Waterfall";

const label = { en: "x", zh: "x" };
const step = (amount: string, kind: "start" | "part" | "end") => ({ label, node: "revenue", amount, kind });

describe("a waterfall", () => {
  const steps = today.why?.waterfall ?? [];
  it("arrives where it says", () => {
    const shown = bars(steps);
    expect(shown.at(-2)?.level).toBeCloseTo(Number(steps.at(-1)?.amount), 2);
  });
  it("stands parts on the level before them", () => {
    const [, up, down] = bars([step("100", "start"), step("20", "part"), step("-50", "part"), step("70", "end")]);
    expect(up).toMatchObject({ base: 100, size: 20, level: 120 });
    expect(down).toMatchObject({ base: 70, size: 50, level: 70 });
  });
  it("starts at zero when the steps are large, and is cut when they are small", () => {
    expect(floor(bars([step("100", "start"), step("-60", "part"), step("40", "end")]))).toBe(0);
    expect(floor(bars(steps))).toBeGreaterThan(0);
    expect(floor(bars(steps))).toBeLessThan(1_284_320);
  });
  it("goes below zero", () => {
    const shown = bars([step("10", "start"), step("-30", "part"), step("-20", "end")]);
    expect(floor(shown)).toBe(-20);
    expect(shown[1]).toMatchObject({ base: -20, size: 30 });
  });
});

describe("a band", () => {
  const point = { period: "2026-11-20", value: "5", low: "1", high: "4", expected: "3", partial: false };
  it("rings what is outside, never a day that is not complete", () => {
    expect(breach(point)).toBe("above");
    expect(breach({ ...point, value: "0.5" })).toBe("below");
    expect(breach({ ...point, value: "3" })).toBeNull();
    expect(breach({ ...point, partial: true })).toBeNull();
    expect(breach({ ...point, value: null })).toBeNull();
    expect(breach({ ...point, low: null, high: null })).toBeNull();
  });
});

describe("a change", () => {
  it("is good or bad by the way the metric should go", () => {
    expect(judge(1, "up")).toBe("good");
    expect(judge(1, "down")).toBe("bad");
    expect(judge(-1, "down")).toBe("good");
    expect(judge(1, "none")).toBe("flat");
    expect(judge(0, "up")).toBe("flat");
    expect(judge(null, "up")).toBe("flat");
  });
});
