/** Counts over time as bars in parts that sum to the whole; from zero, because they are bars. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Format } from "@/kit/use";
import { EChart, type Option, tip } from "./EChart";
import { OTHER, useLook } from "./look";

export type Tone = "main" | "grey" | "bad";
export type Part = { name: string; tone: Tone; values: (number | null)[] };
type Props = {
  times: string[];
  parts: Part[];
  name: string;
  format: Format;
  height: number | string;
  grain: "minute" | "hour" | "day";
  foot?: string;
};

/** What an instant is called on the axis of a grain. */
export function timeLabel(iso: string, grain: "minute" | "hour" | "day", format: Format): string {
  return grain === "day" ? format.shortDay(format.civil(iso)) : format.clock(iso, false);
}

/** Draw the bars; the first part stands at the foot. */
export function StackBars({ times, parts, name, format, height, grain, foot }: Props) {
  const { t } = useTranslation();
  const look = useLook();
  const option = useMemo<Option>(() => {
    const colours: Record<Tone, string> = { main: look.series, grey: OTHER, bad: look.red };
    return {
      aria: { enabled: true, description: name },
      textStyle: look.text,
      grid: { left: 8, right: 8, top: 10, bottom: 2, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        ...look.tooltip,
        trigger: "axis",
        axisPointer: { type: "shadow", shadowStyle: { color: look.muted, opacity: 0.12 } },
        formatter: (raw: unknown) => {
          const index = (raw as { dataIndex: number }[])[0]?.dataIndex ?? 0;
          const at = times[index];
          if (!at) return "";
          const all = parts.reduce((sum, part) => sum + (part.values[index] ?? 0), 0);
          const lines = parts.map((part) => ({ name: part.name, value: format.figure(part.values[index], "count") }));
          const title = grain === "day" ? format.day(format.civil(at)) : format.instant(at);
          return tip(title, [...lines, { name: t("chart.total"), value: format.count(all) }], foot);
        },
      },
      xAxis: {
        type: "category",
        data: times,
        axisLine: look.axisLine,
        axisTick: { show: false },
        axisLabel: { ...look.label, formatter: (at: string) => timeLabel(at, grain, format), hideOverlap: true, margin: 8 },
      },
      yAxis: {
        type: "value",
        splitNumber: 3,
        minInterval: 1,
        splitLine: look.split,
        axisLabel: { ...look.label, formatter: (number: number) => format.brief(number, "count", { tidy: true }) },
      },
      series: parts.map((part) => ({
        type: "bar",
        stack: "all",
        name: part.name,
        data: part.values,
        barCategoryGap: "22%",
        barMaxWidth: 44,
        itemStyle: { color: colours[part.tone] },
        emphasis: { disabled: true },
      })),
    };
  }, [times, parts, name, format, grain, foot, look, t]);
  return <EChart option={option} height={height} label={name} />;
}
