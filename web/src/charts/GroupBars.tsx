/** Amounts of named things side by side, a bar for each way of counting; from zero, because they are bars. */

import { useMemo } from "react";
import type { Format } from "@/kit/use";
import { EChart, type Option, tip } from "./EChart";
import { OTHER, SERIES, useLook } from "./look";

export type Group = { key: string; name: string; values: (number | null)[]; pick?: boolean };
type Props = {
  groups: Group[];
  ways: string[];
  unit: string;
  format: Format;
  name: string;
  height: number;
  pick?: ((group: Group) => void) | undefined;
};

/** The colour of a way of counting by its place. */
export const wayColour = (index: number): string => SERIES[index] ?? OTHER;

/** Draw the bars. */
export function GroupBars({ groups, ways, unit, format, name, height, pick }: Props) {
  const look = useLook();
  const option = useMemo<Option>(
    () => ({
      aria: { enabled: true, description: name },
      textStyle: look.text,
      grid: { left: 8, right: 8, top: 12, bottom: 2, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        ...look.tooltip,
        trigger: "axis",
        axisPointer: { type: "shadow", shadowStyle: { color: look.muted, opacity: 0.12 } },
        formatter: (raw: unknown) => {
          const group = groups[(raw as { dataIndex: number }[])[0]?.dataIndex ?? 0];
          if (!group) return "";
          return tip(
            group.name,
            ways.map((way, index) => ({ name: way, value: format.figure(rounded(group.values[index]), unit) })),
          );
        },
      },
      xAxis: {
        type: "category",
        data: groups.map((group) => group.name),
        axisLine: look.axisLine,
        axisTick: { show: false },
        axisLabel: { ...look.label, width: 120, overflow: "truncate", interval: 0, margin: 8 },
      },
      yAxis: {
        type: "value",
        splitNumber: 4,
        splitLine: look.split,
        axisLabel: { ...look.label, formatter: (number: number) => format.brief(number, unit, { tidy: true }) },
      },
      series: ways.map((way, index) => ({
        type: "bar",
        name: way,
        data: groups.map((group) => group.values[index] ?? null),
        barGap: "8%",
        barCategoryGap: "28%",
        barMaxWidth: 26,
        cursor: pick ? "pointer" : "default",
        itemStyle: { color: wayColour(index) },
        emphasis: { disabled: true },
      })),
    }),
    [groups, ways, unit, format, name, look, pick],
  );
  return (
    <EChart
      option={option}
      height={height}
      label={name}
      onPick={(index) => {
        const group = groups[index];
        if (group && group.pick !== false) pick?.(group);
      }}
    />
  );
}

const rounded = (value: number | null | undefined) => (value === null || value === undefined ? null : Math.round(value * 100) / 100);

/** The legend: each way of counting with its colour. */
export function Ways({ ways }: { ways: string[] }) {
  return (
    <span className="ways">
      {ways.map((way, index) => (
        <span key={way}>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <rect width={10} height={10} rx={2} fill={wayColour(index)} />
          </svg>
          {way}
        </span>
      ))}
    </span>
  );
}
