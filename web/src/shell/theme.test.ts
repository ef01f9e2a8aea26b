import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FONT, goodBad, PALETTES } from "./theme";

const css = readFileSync(join(import.meta.dirname, "base.css"), "utf8");
const block = (selector: string) => css.slice(css.indexOf(selector), css.indexOf("}", css.indexOf(selector)));

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.each(["light", "dark"] as const)("the %s theme", (mode) => {
  const palette = PALETTES[mode];
  it("is the same in the style sheet", () => {
    const text = mode === "light" ? block(":root") : block(":root") + block('[data-theme="dark"]');
    for (const [name, colour] of Object.entries(palette)) expect(text.toLowerCase(), name).toContain(`--${name}: ${colour.toLowerCase()}`);
  });
  it.each(["ink", "muted", "link", "green", "red", "amber"] as const)("writes %s so that it can be read", (name) => {
    expect(contrast(palette[name], palette.card)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette[name], palette.page)).toBeGreaterThanOrEqual(4.5);
  });
  it("writes on the accent so that it can be read", () => {
    expect(contrast("#17202E", palette.accent)).toBeGreaterThanOrEqual(4.5);
  });
});

describe("good and bad", () => {
  it("change places where red is good", () => {
    expect(goodBad("light", "red")).toEqual({ good: PALETTES.light.red, bad: PALETTES.light.green });
    expect(goodBad("dark", "green")).toEqual({ good: PALETTES.dark.green, bad: PALETTES.dark.red });
  });
  it("have a Chinese face in the font stack", () => {
    expect(FONT).toContain("Noto Sans CJK SC");
    expect(FONT).toContain("PingFang SC");
  });
});
