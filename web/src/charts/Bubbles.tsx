/** Things by two figures that differ by powers, each as a disc; what stands out is named beside the plot, with a line to its disc. Both axes are logarithmic. */

import { useMemo } from "react";
import { EChart, type Option, tip } from "./EChart";
import { type Look, OTHER, useLook } from "./look";

/** A thing: where it lies (above 0), how large it is (0 to 1), whether it is one among the many, and what a hover says. */
export type Bubble = {
  key: string;
  name: string;
  x: number;
  y: number;
  size: number;
  pale: boolean;
  named: boolean;
  told: { name: string; value: string }[];
};
type Axis = { name: string; tell: (value: number) => string };
type Props = {
  bubbles: Bubble[];
  x: Axis;
  y: Axis;
  /** Where a line lies across, and what it says. */
  line: { at: number; text: string };
  name: string;
  height: number;
  pick?: ((bubble: Bubble) => void) | undefined;
};

/** Where names begin, as a share of the width: none lies over a disc, however many discs lie together. */
const NAMES_AT = 0.83;
const percent = (share: number) => `${Math.round(share * 100)}%`;
const LEAST_PX = 6;
const MORE_PX = 20;

/** The ends of an axis, a little beyond what lies on it. */
const span = (values: number[]): [number, number] => [Math.min(...values) * 0.8, Math.max(...values) * 1.25];

/** What an axis is marked with: 1, 2, 5, 10 and so on. */
function marks(min: number, max: number): number[] {
  const first = Math.floor(Math.log10(min));
  const powers = Array.from({ length: Math.ceil(Math.log10(max)) - first + 1 }, (_, index) => 10 ** (first + index));
  return powers.flatMap((power) => [power, 2 * power, 5 * power]).filter((one) => one >= min && one <= max);
}

/** What is drawn, from the largest disc to the smallest; without names the plot takes the whole width. */
export function drawing(drawn: Bubble[], { x, y, line, name }: Pick<Props, "x" | "y" | "line" | "name">, look: Look): Option {
  const axis = (one: Axis, [min, max]: [number, number]) => ({
    type: "log",
    name: one.name,
    nameLocation: "middle",
    nameGap: 8,
    nameTextStyle: look.label,
    min,
    max,
    axisLine: { ...look.axisLine, show: true, onZero: false },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: { ...look.label, hideOverlap: true, customValues: marks(min, max), formatter: one.tell },
  });
  const named = drawn.some((one) => one.named);
  return {
    aria: { enabled: true, description: name },
    textStyle: look.text,
    grid: { left: 12, right: named ? percent(1 - NAMES_AT + 0.02) : 24, top: 16, bottom: 12, outerBoundsMode: "same", outerBoundsContain: "all" },
    tooltip: {
      ...look.tooltip,
      trigger: "item",
      formatter: (raw: unknown) => {
        const bubble = drawn[(raw as { dataIndex: number }).dataIndex];
        return bubble ? tip(bubble.name, bubble.told) : "";
      },
    },
    xAxis: axis(x, span(drawn.map((one) => one.x))),
    yAxis: axis(y, span([line.at, ...drawn.map((one) => one.y)])),
    series: [
      {
        type: "scatter",
        data: drawn.map((one) => ({
          value: [one.x, one.y],
          symbolSize: LEAST_PX + MORE_PX * one.size,
          itemStyle: { color: one.pale ? OTHER : look.series, opacity: one.pale ? 0.35 : 0.6, borderColor: look.card, borderWidth: 1 },
          label: {
            show: one.named,
            formatter: one.name,
            color: look.ink,
            fontSize: 11,
            lineHeight: 15,
            padding: [0, 0, 0, 5],
            width: 160,
            overflow: "truncate",
          },
        })),
        labelLayout: { x: percent(NAMES_AT), align: "left", moveOverlap: "shiftY" },
        labelLine: { show: true, length2: 6, lineStyle: { color: look.muted, width: 1, opacity: 0.45 } },
        emphasis: { focus: "none", itemStyle: { opacity: 0.9 } },
        markLine: {
          silent: true,
          symbol: "none",
          lineStyle: { color: look.muted, type: "dashed", width: 1 },
          label: { formatter: line.text, position: "insideEndBottom", color: look.muted, fontSize: 11 },
          data: [{ yAxis: line.at }],
        },
      },
    ],
  };
}

/** Draw the discs; the larger ones lie below. */
export function Bubbles({ bubbles, x, y, line, name, height, pick }: Props) {
  const look = useLook();
  const drawn = useMemo(() => [...bubbles].sort((a, b) => b.size - a.size), [bubbles]);
  const option = useMemo(() => drawing(drawn, { x, y, line, name }, look), [drawn, x, y, line, look, name]);
  return (
    <EChart
      option={option}
      height={height}
      label={name}
      onPick={(index) => {
        const bubble = drawn[index];
        if (bubble) pick?.(bubble);
      }}
    />
  );
}
