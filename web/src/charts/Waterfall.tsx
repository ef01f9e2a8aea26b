/** From one total to the other by steps, each labelled with its money. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { WaterfallStep } from "@/api/types";
import { toNumber } from "@/kit/format";
import type { Format } from "@/kit/use";
import { EChart, type Option, tip } from "./EChart";
import { useLook } from "./look";

const CUT = "path://M0 8L60 0L60 5L0 13Z";

type Props = { steps: WaterfallStep[]; format: Format; height: number | string; name: string; pick?: (node: string) => void };
type Bar = { base: number; size: number; level: number; amount: number };

/** Where each bar stands: totals from zero, parts from the level reached before them. */
export function bars(steps: WaterfallStep[]): Bar[] {
  let level = 0;
  return steps.map((step) => {
    const amount = toNumber(step.amount) ?? 0;
    if (step.kind !== "part") {
      level = amount;
      return { base: Math.min(0, amount), size: Math.abs(amount), level, amount };
    }
    const before = level;
    level += amount;
    return { base: Math.min(before, level), size: Math.abs(amount), level, amount };
  });
}

/** The lowest value shown: near the totals when the steps are small beside them, so that the steps can be seen; the axis says so. */
export function floor(shown: Bar[]): number {
  const lows = shown.map((bar) => Math.min(bar.level, bar.base + (bar.size === Math.abs(bar.level) ? bar.size : 0)));
  const low = Math.min(...lows);
  const high = Math.max(...shown.map((bar) => bar.base + bar.size));
  if (low <= 0) return Math.min(0, ...shown.map((bar) => bar.base));
  const room = high - low;
  return room > 0.35 * high ? 0 : Math.max(0, low - room * 0.6);
}

/** Draw the waterfall. */
export function Waterfall({ steps, format, height, name, pick }: Props) {
  const { t } = useTranslation();
  const look = useLook();
  const option = useMemo<Option>(() => {
    const shown = bars(steps);
    const from = floor(shown);
    const peak = Math.max(...shown.map((bar) => bar.base + bar.size));
    const tone = (index: number) => {
      const step = steps[index];
      if (step?.kind !== "part") return look.series;
      return (shown[index]?.amount ?? 0) >= 0 ? look.good : look.bad;
    };
    return {
      aria: { enabled: true, description: name },
      textStyle: look.text,
      grid: { left: 4, right: 4, top: 24, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        ...look.tooltip,
        trigger: "item",
        formatter: (raw: unknown) => {
          const index = (raw as { dataIndex: number }).dataIndex;
          const step = steps[index];
          if (!step) return "";
          return tip(format.say(step.label), [
            { name: t("chart.amount"), value: format.figure(step.amount, "money", { sign: step.kind === "part" }) },
          ]);
        },
      },
      xAxis: {
        type: "category",
        data: steps.map((step) => format.say(step.label)),
        axisLine: look.axisLine,
        axisTick: { show: false },
        axisLabel: {
          ...look.label,
          interval: 0,
          width: Math.max(46, Math.min(96, Math.floor(400 / steps.length))),
          overflow: "break",
          lineHeight: 13,
          margin: 8,
        },
      },
      yAxis: { type: "value", min: from, show: false },
      series: [
        { type: "bar", stack: "w", silent: true, itemStyle: { color: "transparent" }, data: shown.map((bar) => Math.max(bar.base, from)) },
        {
          type: "bar",
          stack: "w",
          barMaxWidth: 44,
          barCategoryGap: "32%",
          cursor: pick ? "pointer" : "default",
          labelLayout: { moveOverlap: "shiftY" },
          label: {
            show: true,
            position: "top",
            color: look.ink,
            fontSize: 11,
            fontWeight: 600,
            formatter: (raw: { dataIndex: number }) => {
              const step = steps[raw.dataIndex];
              if (!step) return "";
              return step.kind === "part" ? format.brief(step.amount, "money", { sign: true, currency: "" }) : format.brief(step.amount, "money");
            },
          },
          data: shown.map((bar, index) => ({
            value: bar.base < from ? Math.max(0, bar.base + bar.size - from) : bar.size,
            itemStyle: { color: tone(index), borderRadius: 2 },
          })),
          // Thin lines carry each level to the next bar.
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: look.muted, width: 1, type: "dotted", opacity: 0.8 },
            data: shown.slice(0, -1).map((bar, index) => [{ coord: [index, bar.level] }, { coord: [index + 1, bar.level] }]),
          },
        },
        // Totals whose foot is cut off carry a slash, so that nobody reads their height as their size.
        {
          type: "scatter",
          silent: true,
          symbol: CUT,
          symbolSize: [56, 9],
          itemStyle: { color: look.card },
          data: from > 0 ? steps.flatMap((step, index) => (step.kind === "part" ? [] : [[index, from + (peak - from) * 0.09]])) : [],
        },
      ],
    };
  }, [steps, format, look, name, t, pick]);
  return (
    <EChart
      option={option}
      height={height}
      label={name}
      onPick={(index) => {
        const node = steps[index]?.node;
        if (node) pick?.(node);
      }}
    />
  );
}
