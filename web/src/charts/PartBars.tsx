/** Bars in parts that stand up, or hang down, from zero; each part opens. */

import { useMemo } from "react";
import type { Format } from "@/kit/use";
import { EChart, type Option, tip } from "./EChart";
import { hatch, useLook } from "./look";

/** A part of each bar: its colour, its values (drawn downwards where `down`), and its key. */
export type BarPart = { key: string; name: string; colour: string; values: (number | null)[]; down?: boolean };
type Props = {
  /** What each bar is called, on the axis and in full. */
  bars: { short: string; long: string; note?: string | undefined }[];
  parts: BarPart[];
  name: string;
  format: Format;
  height: number | string;
  /** More lines of a bar's tip. */
  more?: (bar: number) => { name: string; value: string }[];
  /** The first bar that is not over; it and what comes after is hatched. */
  partialFrom?: number | null;
  pick?: (bar: number, part: string) => void;
};

/** More bars than these have no room for their numbers. */
const LABELLED_MOST = 14;
const hatched = (colour: string) => ({ color: { image: hatch(colour), repeat: "repeat" }, borderColor: colour, borderWidth: 1 });

/** Draw the bars. */
export function PartBars({ bars, parts, name, format, height, more, partialFrom = null, pick }: Props) {
  const look = useLook();
  const option = useMemo<Option>(() => {
    return {
      aria: { enabled: true, description: name },
      textStyle: look.text,
      grid: { left: 8, right: 8, top: 18, bottom: 2, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        ...look.tooltip,
        trigger: "axis",
        axisPointer: { type: "shadow", shadowStyle: { color: look.muted, opacity: 0.12 } },
        formatter: (raw: unknown) => {
          const index = (raw as { dataIndex: number }[])[0]?.dataIndex ?? 0;
          const bar = bars[index];
          if (!bar) return "";
          const lines = parts.map((part) => ({ name: part.name, value: format.figure(part.values[index] ?? null, "count") }));
          return tip(bar.long, [...lines, ...(more?.(index) ?? [])], bar.note);
        },
      },
      xAxis: {
        type: "category",
        data: bars.map((bar) => bar.short),
        axisLine: { ...look.axisLine, onZero: true },
        axisTick: { show: false },
        axisLabel: { ...look.label, hideOverlap: true, margin: 8 },
      },
      yAxis: {
        type: "value",
        splitNumber: 4,
        minInterval: 1,
        splitLine: look.split,
        axisLabel: { ...look.label, formatter: (number: number) => format.brief(Math.abs(number), "count", { tidy: true }) },
      },
      series: parts.map((part) => ({
        type: "bar",
        stack: "all",
        name: part.name,
        data: part.values.map((value, index) => ({
          value: value === null ? null : part.down ? -value : value,
          itemStyle: partialFrom !== null && index >= partialFrom ? hatched(part.colour) : { color: part.colour },
        })),
        label: {
          ...look.label,
          show: parts.length === 1 && bars.length <= LABELLED_MOST,
          position: "top",
          formatter: ({ dataIndex }: { dataIndex: number }) => format.figure(part.values[dataIndex] ?? null, "count"),
        },
        barCategoryGap: "26%",
        barMaxWidth: 56,
        cursor: pick ? "pointer" : "default",
        emphasis: { disabled: true },
      })),
    };
  }, [bars, parts, name, format, more, partialFrom, look, pick]);
  return (
    <EChart
      option={option}
      height={height}
      label={name}
      onPick={(index, series) => {
        const part = parts[series ?? 0];
        if (part?.values[index]) pick?.(index, part.key);
      }}
    />
  );
}

/** What the colours of parts stand for. */
export function Legend({ parts }: { parts: Pick<BarPart, "key" | "name" | "colour">[] }) {
  return (
    <span className="legend muted" aria-hidden="true">
      {parts.map((part) => (
        <span key={part.key}>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <rect width={10} height={10} rx={2} fill={part.colour} />
          </svg>
          {part.name}
        </span>
      ))}
    </span>
  );
}
