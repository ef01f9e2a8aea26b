/** A course taken apart: what was seen and its parts one below the other on one time axis, the rest as bars; what stands out is marked. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { isHour } from "@/kit/format";
import type { Format } from "@/kit/use";
import { EChart, type Option, tip } from "./EChart";
import { hourAxis, hourTitle } from "./hours";
import { useLook } from "./look";

/** A row: its name, its values beside the periods, and whether it is drawn as bars from zero. */
export type Part = { key: string; name: string; values: (number | null)[]; bars?: boolean; high?: boolean };
type Props = {
  parts: Part[];
  periods: string[];
  /** Which periods stand out. */
  marked: boolean[];
  /** What is said under the figures of a period. */
  foot: (index: number) => string | undefined;
  unit: string;
  format: Format;
  name: string;
  pick?: ((index: number) => void) | undefined;
};

const CLOSE = 200;
const ROOM = { high: 150, low: 88, head: 36, axis: 30, left: 64 };

/** Draw the parts. */
export function Parts({ parts, periods, marked, foot, unit, format, name, pick }: Props) {
  const look = useLook();
  const { t } = useTranslation();
  const tops = useMemo(() => {
    let top = 0;
    return parts.map((part) => {
      const at = { top: top + ROOM.head, height: part.high ? ROOM.high : ROOM.low };
      top = at.top + at.height;
      return at;
    });
  }, [parts]);
  const height = (tops.at(-1)?.top ?? 0) + (tops.at(-1)?.height ?? 0) + ROOM.axis;
  const option = useMemo<Option>(() => {
    const hours = isHour(periods[0]) ? hourAxis(periods, format) : null;
    const title = hours ? (period: string) => hourTitle(period, periods, format) : format.day;
    const last = parts.length - 1;
    return {
      aria: { enabled: true, description: name },
      textStyle: look.text,
      grid: tops.map((at) => ({ ...at, left: ROOM.left, right: 16 })),
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      tooltip: {
        ...look.tooltip,
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: look.muted, width: 1, type: "dotted" } },
        formatter: (raw: unknown) => {
          const index = (raw as { dataIndex: number }[])[0]?.dataIndex ?? 0;
          const period = periods[index];
          if (!period) return "";
          const lines = parts.map((part, place) => ({
            name: part.name,
            value: format.figure(rounded(part.values[index]), unit, { sign: place > 1 }),
          }));
          return tip(title(period), lines, foot(index));
        },
      },
      xAxis: parts.map((_, index) => ({
        type: "category",
        gridIndex: index,
        data: periods,
        axisLine: { ...look.axisLine, onZero: parts[index]?.bars ?? false },
        axisTick: { show: false },
        axisLabel:
          index === last
            ? { ...look.label, ...(hours ?? { formatter: format.shortDay }), hideOverlap: true, margin: 8, show: true }
            : { show: false },
      })),
      yAxis: parts.map((part, index) => ({
        type: "value",
        gridIndex: index,
        scale: !part.bars,
        splitNumber: part.high ? 4 : 2,
        splitLine: look.split,
        name: part.name,
        nameGap: 14,
        nameTextStyle: { ...look.label, color: look.ink, fontWeight: 600, align: "left", padding: [0, 0, 0, 8 - ROOM.left] },
        axisLabel: { ...look.label, formatter: (number: number) => format.brief(number, unit, { tidy: true }) },
      })),
      series: [
        ...parts.map((part, index) => ({
          type: part.bars ? "bar" : "line",
          name: part.name,
          xAxisIndex: index,
          yAxisIndex: index,
          symbol: "none",
          connectNulls: false,
          data: part.bars
            ? part.values.map((value, place) => ({ value, itemStyle: { color: marked[place] ? look.accent : look.series } }))
            : part.values,
          itemStyle: { color: look.series },
          lineStyle: { color: look.series, width: part.high ? 1.5 : 2 },
          ...(part.bars ? { barCategoryGap: "20%", barMaxWidth: 18 } : {}),
          emphasis: { disabled: true },
        })),
        {
          type: "scatter",
          name: t("seasons.unusual"),
          xAxisIndex: 0,
          yAxisIndex: 0,
          symbolSize: periods.length > CLOSE ? 5 : 8,
          itemStyle: { color: look.accent },
          data: (parts[0]?.values ?? []).map((value, place) => (marked[place] ? value : null)),
          z: 5,
        },
      ],
    };
  }, [parts, periods, marked, foot, unit, format, name, look, tops, t]);
  return <EChart option={option} height={height} label={name} anywhere onPick={(index) => pick?.(index)} />;
}

const rounded = (value: number | null | undefined) => (value === null || value === undefined ? null : Math.round(value * 100) / 100);
