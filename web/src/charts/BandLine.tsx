/** A line over the range that was expected; what falls outside is ringed, what is not complete is hatched. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Figure } from "@/api/types";
import { toNumber } from "@/kit/format";
import type { Format } from "@/kit/use";
import { EChart, type Option, tip } from "./EChart";
import { type Flag, flagLines, flagText } from "./flags";
import { hatch, useLook } from "./look";

/** A point and the range that was expected there; `alarm` says whether it is told, where its range alone does not. */
export type BandPoint = { period: string; value: Figure; expected: Figure; low: Figure; high: Figure; partial: boolean; alarm?: boolean };

type Props = {
  points: BandPoint[];
  unit: string;
  name: string;
  format: Format;
  height: number | string;
  pick?: (period: string) => void;
  /** What a period is called on the axis and in full; days unless told otherwise. */
  short?: (period: string) => string;
  long?: (period: string) => string;
  /** What was noted on dates. */
  flags?: Flag[];
  /** A click anywhere over a day picks it. */
  anywhere?: boolean;
};

/** Where a point lies against its range. */
export function breach(point: BandPoint): "above" | "below" | null {
  const value = toNumber(point.value);
  const low = toNumber(point.low);
  const high = toNumber(point.high);
  if (value === null || point.partial) return null;
  if (high !== null && value > high) return "above";
  if (low !== null && value < low) return "below";
  return null;
}

/** Draw the band line. */
export function BandLine({ points, unit, name, format, height, pick, short, long, flags, anywhere = false }: Props) {
  const { t } = useTranslation();
  const look = useLook();
  const option = useMemo<Option>(() => {
    const periods = points.map((point) => point.period);
    const value = points.map((point) => toNumber(point.value));
    const low = points.map((point) => toNumber(point.low));
    const width = points.map((point, index) => {
      const top = toNumber(point.high);
      const bottom = low[index];
      return top === null || bottom === null || bottom === undefined ? null : top - bottom;
    });
    const outside = points.map((point, index) => ((point.alarm ?? breach(point)) ? (value[index] ?? null) : null));
    const partial = points.map((point, index) => ({ point, index })).filter(({ point }) => point.partial);
    const pattern = hatch(look.muted);
    const last = value.findLastIndex((entry) => entry !== null);
    const stack = { type: "line", stack: "band", symbol: "none", silent: true, lineStyle: { opacity: 0 } };
    return {
      aria: { enabled: true, description: name },
      textStyle: look.text,
      grid: { left: 8, right: 64, top: 14, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        ...look.tooltip,
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: look.muted, width: 1, type: "dotted" } },
        formatter: (raw: unknown) => {
          const index = (raw as { dataIndex: number }[])[0]?.dataIndex ?? 0;
          const point = points[index];
          if (!point) return "";
          const where = breach(point);
          const foot = point.partial ? t("state.partial") : point.low === null ? undefined : where ? t(`today.${where}`) : t("today.within");
          return tip(
            (long ?? format.day)(point.period),
            [
              { name: t("today.actual"), value: format.figure(point.value, unit) },
              { name: t("today.expected"), value: format.brief(point.expected, unit) },
              {
                name: t("today.range"),
                value: point.low === null ? "\u2014" : `${format.brief(point.low, unit)} \u2013 ${format.brief(point.high, unit)}`,
              },
            ],
            flagText(flags, point.period) ?? foot,
          );
        },
      },
      xAxis: {
        type: "category",
        data: periods,
        boundaryGap: false,
        axisLine: look.axisLine,
        axisTick: { show: false },
        axisLabel: { ...look.label, formatter: short ?? format.shortDay, hideOverlap: true, margin: 8 },
      },
      yAxis: {
        type: "value",
        scale: true,
        splitNumber: 4,
        splitLine: look.split,
        axisLabel: { ...look.label, formatter: (number: number) => format.brief(number, unit, { tidy: true }) },
      },
      series: [
        { ...stack, data: low, areaStyle: { opacity: 0 } },
        { ...stack, data: width, areaStyle: { color: look.series, opacity: 0.15 } },
        {
          type: "line",
          data: points.map((point) => toNumber(point.expected)),
          symbol: "none",
          silent: true,
          lineStyle: { color: look.series, width: 1, type: [2, 3], opacity: 0.7 },
        },
        {
          type: "line",
          data: value,
          name,
          symbol: "circle",
          symbolSize: 5,
          showSymbol: false,
          connectNulls: false,
          itemStyle: { color: look.series },
          lineStyle: { color: look.series, width: 2 },
          ...flagLines(flags, periods, look),
          ...(last >= 0
            ? {
                markPoint: {
                  silent: true,
                  symbol: "circle",
                  symbolSize: 7,
                  itemStyle: { color: look.series, borderColor: look.card, borderWidth: 2 },
                  label: {
                    show: true,
                    position: "right",
                    formatter: format.brief(value[last] ?? null, unit),
                    color: look.ink,
                    fontWeight: 600,
                    fontSize: 12,
                  },
                  data: [{ coord: [periods[last], value[last]] }],
                },
              }
            : {}),
          ...(partial.length
            ? {
                markArea: {
                  silent: true,
                  itemStyle: { color: { image: pattern, repeat: "repeat" } },
                  data: partial.map(({ index }) => [{ xAxis: periods[Math.max(0, index - 1)] }, { xAxis: periods[index] }]),
                },
              }
            : {}),
        },
        {
          type: "scatter",
          data: outside,
          symbolSize: 11,
          silent: true,
          itemStyle: { color: "transparent", borderColor: look.accent, borderWidth: 2 },
        },
      ],
    };
  }, [points, unit, name, format, look, short, long, flags, t]);
  return <EChart option={option} height={height} label={name} anywhere={anywhere} onPick={(index) => pick?.(points[index]?.period ?? "")} />;
}
