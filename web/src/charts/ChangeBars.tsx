/** By how much each day is another one than it was: a bar up or down from zero, nothing for a day that stayed; a click opens the day. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Figure } from "@/api/types";
import { toNumber } from "@/kit/format";
import type { Format } from "@/kit/use";
import { EChart, type Option, tip } from "./EChart";
import { hatch, useLook } from "./look";

/** A day: what it was, what it is, and whether what it was is sure. */
export type ChangeBar = { day: string; before: Figure; after: Figure; difference: Figure; certain: boolean; moved: boolean };
type Props = { bars: ChangeBar[]; unit: string; name: string; format: Format; height: number | string; pick?: (day: string) => void };

/** Draw the bars. */
export function ChangeBars({ bars, unit, name, format, height, pick }: Props) {
  const { t } = useTranslation();
  const look = useLook();
  const option = useMemo<Option>(() => {
    const pattern = { image: hatch(look.muted), repeat: "repeat" };
    return {
      aria: { enabled: true, description: name },
      textStyle: look.text,
      grid: { left: 8, right: 8, top: 12, bottom: 2, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        ...look.tooltip,
        trigger: "axis",
        axisPointer: { type: "shadow", shadowStyle: { color: look.muted, opacity: 0.12 } },
        formatter: (raw: unknown) => {
          const bar = bars[(raw as { dataIndex: number }[])[0]?.dataIndex ?? 0];
          if (!bar) return "";
          if (!bar.moved) return tip(format.day(bar.day), [], t("restate.stayed"));
          const lines = [
            { name: t("restate.atClose"), value: format.figure(bar.before, unit) },
            { name: t("restate.now"), value: format.figure(bar.after, unit) },
            { name: t("restate.difference"), value: format.figure(bar.difference, unit, { sign: true }) },
          ];
          return tip(format.day(bar.day), lines, bar.certain ? undefined : t("restate.unsure"));
        },
      },
      xAxis: {
        type: "category",
        data: bars.map((bar) => bar.day),
        axisLine: { ...look.axisLine, onZero: true },
        axisTick: { show: false },
        axisLabel: { ...look.label, formatter: format.shortDay, hideOverlap: true, margin: 8 },
      },
      yAxis: {
        type: "value",
        splitNumber: 4,
        splitLine: look.split,
        axisLabel: { ...look.label, formatter: (number: number) => format.brief(number, unit, { tidy: true, sign: true }) },
      },
      series: [
        {
          type: "bar",
          name,
          data: bars.map((bar) => ({
            value: bar.moved ? toNumber(bar.difference) : null,
            itemStyle: bar.certain ? { color: look.series } : { color: pattern, borderColor: look.muted, borderWidth: 1 },
          })),
          barCategoryGap: "28%",
          barMaxWidth: 40,
          barMinHeight: 2,
          cursor: pick ? "pointer" : "default",
          emphasis: { disabled: true },
        },
      ],
    };
  }, [bars, unit, name, format, look, t, pick]);
  return (
    <EChart
      option={option}
      height={height}
      label={name}
      onPick={(index) => {
        const bar = bars[index];
        if (bar?.moved) pick?.(bar.day);
      }}
    />
  );
}
