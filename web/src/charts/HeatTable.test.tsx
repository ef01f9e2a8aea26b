import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PALETTES } from "@/shell/theme";
import { STEPS, stepOf } from "./HeatTable";

const css = readFileSync(join(import.meta.dirname, "heat.css"), "utf8");
const rgb = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
const light = (colour: number[]) => {
  const [r = 0, g = 0, b = 0] = colour.map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: number[], b: number[]) => {
  const [low = 0, high = 0] = [light(a), light(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

describe("the scale of colours", () => {
  it("lets its text be read on each step, in both themes", () => {
    for (const theme of ["light", "dark"] as const) {
      const { ink, card, series } = PALETTES[theme];
      for (let step = 0; step <= STEPS; step += 1) {
        const share =
          Number(
            new RegExp(`\\.heat-steps \\[data-step="${step}"\\] \\{\\s*background: color-mix\\(in srgb, var\\(--series\\) (\\d+)%`).exec(css)?.[1],
          ) / 100;
        const mixed = rgb(series).map((part, at) => part * share + (rgb(card)[at] ?? 0) * (1 - share));
        expect(share, `step ${step}`).toBeGreaterThan(0);
        expect(contrast(mixed, rgb(ink)), `${theme} ${step}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
  it("goes from the least to the most", () => {
    expect([0, 0.01, 0.5, 1, 2, -1].map(stepOf)).toEqual([0, 1, 4, 8, 8, 0]);
  });
});
