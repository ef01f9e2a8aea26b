/** How many lie in each bin, as bars from zero that touch; the quartiles stand as lines where they lie within their bin. */

import { useMemo } from "react";
import type { Format } from "@/kit/use";
import { EChart, type Option, tip } from "./EChart";
import { useLook } from "./look";

/** A bin: its number, how it is called, how many lie in it, and their share of all. */
export type Bin = { number: number; name: string; count: number; share: string };
/** A line: where it stands, in bins from the left edge, and what it says; the main one says it over the bars. */
export type Mark = { at: number; text: string; main: boolean };
type Props = {
  bins: Bin[];
  marks: Mark[];
  counted: string;
  format: Format;
  name: string;
  height: number;
  pick?: ((bin: Bin) => void) | undefined;
};

/** Where the name of a line stands, so that it stays in the frame. */
const aligned = (at: number, most: number) => (at < most * 0.08 ? "left" : at > most * 0.92 ? "right" : "center");

/** Draw the bins; a click anywhere over one picks it. */
export function Histogram({ bins, marks, counted, format, name, height, pick }: Props) {
  const look = useLook();
  const option = useMemo<Option>(
    () => ({
      aria: { enabled: true, description: name },
      textStyle: look.text,
      grid: { left: 8, right: 12, top: 26, bottom: 2, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        ...look.tooltip,
        trigger: "axis",
        axisPointer: { type: "shadow", shadowStyle: { color: look.muted, opacity: 0.12 } },
        formatter: (raw: unknown) => {
          const bin = bins[(raw as { dataIndex: number }[])[0]?.dataIndex ?? 0];
          return bin ? tip(bin.name, [{ name: counted, value: `${format.count(bin.count)} \u00b7 ${bin.share}` }]) : "";
        },
      },
      xAxis: [
        {
          type: "category",
          data: bins.map((bin) => bin.name),
          axisLine: look.axisLine,
          axisTick: { show: false },
          axisLabel: { ...look.label, hideOverlap: true, margin: 8 },
        },
        { type: "value", min: 0, max: Math.max(1, bins.length), show: false, position: "bottom" },
      ],
      yAxis: {
        type: "value",
        splitNumber: 4,
        minInterval: 1,
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: look.split,
        axisLabel: { ...look.label, formatter: (number: number) => format.brief(number, "count", { tidy: true }) },
      },
      series: [
        {
          type: "bar",
          name,
          data: bins.map((bin) => bin.count),
          barCategoryGap: "6%",
          cursor: pick ? "pointer" : "default",
          itemStyle: { color: look.series },
          emphasis: { disabled: true },
        },
        {
          type: "line",
          xAxisIndex: 1,
          data: [],
          silent: true,
          tooltip: { show: false },
          markLine: {
            silent: true,
            symbol: "none",
            animation: false,
            data: marks.map((mark) => ({
              xAxis: mark.at,
              lineStyle: { color: mark.main ? look.accent : look.muted, width: mark.main ? 2 : 1, type: mark.main ? "solid" : "dashed" },
              label: {
                show: mark.main,
                formatter: mark.text,
                position: "end",
                distance: 4,
                color: look.ink,
                fontSize: 11,
                align: aligned(mark.at, bins.length),
              },
            })),
          },
        },
      ],
    }),
    [bins, marks, counted, name, format, look, pick],
  );
  return (
    <EChart
      option={option}
      height={height}
      label={name}
      anywhere
      onPick={(index) => {
        const bin = bins[index];
        if (bin) pick?.(bin);
      }}
    />
  );
}
