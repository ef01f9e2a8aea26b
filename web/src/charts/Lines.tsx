/** Several courses on one axis, each named where it ends; periods that are not complete are hatched. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Point } from "@/api/types";
import { isHour, startsAfter, toNumber } from "@/kit/format";
import type { Format } from "@/kit/use";
import { EChart, type Option, tip } from "./EChart";
import { type Flag, flagLines, flagText } from "./flags";
import { hourAxis, hourTitle } from "./hours";
import { hatch, OTHER, SERIES, useLook } from "./look";

/** A course: its name, its unit, whether it is what the others leave over, or what they are compared with. */
export type Course = { key: string; name: string; unit: string; rest: boolean; before?: boolean; points: Point[] };
type Props = {
  courses: Course[];
  format: Format;
  name: string;
  height: number | string;
  /** The last day, or hour, whose data is whole; what comes after is hatched. */
  wholeUntil: string | null;
  flags?: Flag[];
  long?: (period: string) => string;
  /** What a period is called on the axis; dates unless told otherwise. */
  short?: (period: string) => string;
  pick?: (course: Course, period: string) => void;
  /** A click anywhere over a period picks it, of the first course. */
  anywhere?: boolean;
};

/** Draw the courses. */
export function Lines({ courses, format, name, height, wholeUntil, flags, long, short, pick, anywhere = false }: Props) {
  const { t } = useTranslation();
  const look = useLook();
  const periods = useMemo(() => courses[0]?.points.map((point) => point.period) ?? [], [courses]);
  const option = useMemo<Option>(() => {
    const unit = courses[0]?.unit ?? "count";
    const first = wholeUntil === null ? -1 : periods.findIndex((period) => startsAfter(period, wholeUntil));
    const hours = isHour(periods[0]) ? hourAxis(periods, format) : null;
    const title = hours ? (period: string) => hourTitle(period, periods, format) : (long ?? format.day);
    const own = courses.filter((course) => !course.before).length;
    const colour = (course: Course, index: number) =>
      course.rest || course.before ? OTHER : own === 1 ? look.series : (SERIES[index % SERIES.length] ?? OTHER);
    return {
      aria: { enabled: true, description: name },
      textStyle: look.text,
      grid: { left: 8, right: 118, top: 14, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        ...look.tooltip,
        trigger: "axis",
        axisPointer: { type: "line", lineStyle: { color: look.muted, width: 1, type: "dotted" } },
        formatter: (raw: unknown) => {
          const index = (raw as { dataIndex: number }[])[0]?.dataIndex ?? 0;
          const period = periods[index];
          if (!period) return "";
          const lines = courses.map((course) => ({ name: course.name, value: format.figure(course.points[index]?.value, course.unit) }));
          return tip(title(period), lines, flagText(flags, period) ?? (first >= 0 && index >= first ? t("state.partial") : undefined));
        },
      },
      xAxis: {
        type: "category",
        data: periods,
        boundaryGap: false,
        axisLine: look.axisLine,
        axisTick: { show: false },
        axisLabel: { ...look.label, ...(hours ?? { formatter: short ?? format.shortDay }), hideOverlap: true, margin: 8 },
      },
      yAxis: {
        type: "value",
        scale: true,
        splitNumber: 4,
        splitLine: look.split,
        axisLabel: { ...look.label, formatter: (number: number) => format.brief(number, unit, { tidy: true }) },
      },
      series: courses.map((course, index) => ({
        type: "line",
        name: course.name,
        data: course.points.map((point) => toNumber(point.value)),
        symbol: "circle",
        symbolSize: 5,
        showSymbol: course.points.length < 3,
        connectNulls: false,
        triggerLineEvent: true,
        itemStyle: { color: colour(course, index) },
        lineStyle: { color: colour(course, index), width: course.rest || course.before ? 1.5 : 2, ...(course.before ? { type: "dashed" } : {}) },
        endLabel: { show: true, formatter: course.name, color: colour(course, index), fontSize: 11, width: 106, overflow: "truncate", distance: 6 },
        labelLayout: { moveOverlap: "shiftY" },
        ...(index === 0 ? flagLines(flags, periods, look) : {}),
        ...(index === 0 && first >= 0
          ? {
              markArea: {
                silent: true,
                itemStyle: { color: { image: hatch(look.muted), repeat: "repeat" } },
                data: [[{ xAxis: periods[Math.max(0, first - 1)] }, { xAxis: periods[periods.length - 1] }]],
              },
            }
          : {}),
      })),
    };
  }, [courses, periods, format, look, name, wholeUntil, flags, long, short, t]);
  return (
    <EChart
      option={option}
      height={height}
      label={name}
      anywhere={anywhere}
      onPick={(index, series) => {
        const course = courses[series ?? 0];
        const period = periods[index];
        if (course && period) pick?.(course, period);
      }}
    />
  );
}
