import { renderHook } from "@testing-library/react";
import { ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { describe, expect, it } from "vitest";
import { PreferencesProvider } from "@/shell/preferences";
import { type Bubble, drawing } from "./Bubbles";
import { useLook } from "./look";

echarts.use([ScatterChart, AriaComponent, GridComponent, MarkLineComponent, TooltipComponent, LabelLayout, SVGRenderer]);

const WIDTH = 1000;
/** Eight pairs that lie nearly at one place, as the strongest pairs of a seller do, and one far away. */
const close = Array.from(
  { length: 9 },
  (_, index): Bubble => ({
    key: `${index}`,
    name: `GU100${index} + GU200${index}`,
    x: index === 8 ? 0.001 : 0.03 + index * 0.0005,
    y: index === 8 ? 2 : 5 - index * 0.05,
    size: 0.9,
    pale: false,
    named: true,
    told: [],
  }),
);

/** Where each text is, by what it says: x of its start and y of its middle. */
function placed(bubbles: Bubble[]): Map<string, [number, number]> {
  const look = renderHook(() => useLook(), { wrapper: PreferencesProvider }).result.current;
  const axis = { name: "", tell: (value: number) => String(value) };
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: 320 });
  chart.setOption({ animation: false, ...drawing(bubbles, { x: axis, y: axis, line: { at: 1, text: "" }, name: "" }, look) });
  const drawn = chart.renderToSVGString().matchAll(/<text[^>]*translate\((-?[\d.]+) (-?[\d.]+)\)[^>]*>([^<]*)</g);
  chart.dispose();
  return new Map([...drawn].map(([, x, y, text]) => [text ?? "", [Number(x), Number(y)]]));
}

describe("bubbles", () => {
  it("names all that stand out beside the plot, none over another", () => {
    const texts = placed(close);
    const at = close.map((one) => texts.get(one.name));
    expect(at.every((one) => one !== undefined && one[0] > WIDTH * 0.8 && one[0] < WIDTH - 100)).toBe(true);
    const heights = at.map((one) => one?.[1] ?? 0).sort((a, b) => a - b);
    for (const [index, height] of heights.entries()) if (index) expect(height - (heights[index - 1] ?? 0)).toBeGreaterThanOrEqual(14);
  });
});
