/** From one total to the other, step by step: names at the left, bars in the middle, money in a column at the right. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { WaterfallStep } from "@/api/types";
import { toNumber } from "@/kit/format";
import type { Format } from "@/kit/use";
import { EChart, type Option, tip } from "./EChart";
import { useLook } from "./look";

/** A slash over the foot of a bar that does not start at zero. */
const CUT = "path://M8 0L13 0L5 60L0 60Z";

type Props = {
  steps: WaterfallStep[];
  format: Format;
  height: number | string;
  name: string;
  /** A short name of a step, where there is one. */
  label?: (step: WaterfallStep) => string;
  pick?: (node: string) => void;
};
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

/** The lowest value shown: near the totals when the steps are small beside them, so that the steps can be seen. */
export function floor(shown: Bar[]): number {
  const low = Math.min(...shown.map((bar) => Math.min(bar.level, bar.base === 0 ? bar.level : bar.base)));
  const high = Math.max(...shown.map((bar) => bar.base + bar.size));
  if (low <= 0) return Math.min(0, ...shown.map((bar) => bar.base));
  const room = high - low;
  return room > 0.35 * high ? 0 : Math.max(0, low - room * 0.35);
}

/** Draw the waterfall. */
export function Waterfall({ steps, format, height, name, label, pick }: Props) {
  const { t } = useTranslation();
  const look = useLook();
  const option = useMemo<Option>(() => {
    const shown = bars(steps);
    const from = floor(shown);
    const peak = Math.max(...shown.map((bar) => bar.base + bar.size));
    const names = steps.map((step) => label?.(step) || format.say(step.label));
    const tone = (index: number) => {
      const amount = shown[index]?.amount ?? 0;
      if (steps[index]?.kind !== "part") return look.series;
      return amount >= 0 ? look.good : look.bad;
    };
    const money = (index: number) => {
      const step = steps[index];
      if (!step) return "";
      return step.kind === "part" ? format.brief(step.amount, "money", { sign: true }) : format.brief(step.amount, "money");
    };
    const axis = { type: "category", inverse: true, axisLine: { show: false }, axisTick: { show: false } };
    const names_ = {
      ...axis,
      data: names,
      triggerEvent: Boolean(pick),
      axisLabel: { ...look.label, fontSize: 12, interval: 0, color: look.ink, margin: 10 },
    };
    const amounts = {
      ...axis,
      position: "right",
      data: steps.map((_, index) => String(index)),
      axisLabel: {
        ...look.label,
        fontSize: 12,
        fontWeight: 600,
        interval: 0,
        margin: 8,
        align: "right",
        padding: [0, -72, 0, 0],
        color: (_: unknown, index: number) => (steps[index]?.kind === "part" && (shown[index]?.amount ?? 0) !== 0 ? tone(index) : look.ink),
        formatter: (value: string) => money(Number(value)),
      },
    };
    return {
      aria: { enabled: true, description: name },
      textStyle: look.text,
      grid: { right: 80, top: 2, bottom: 2, outerBoundsMode: "none", containLabel: false, ...left(names) },
      tooltip: {
        ...look.tooltip,
        trigger: "item",
        formatter: (raw: unknown) => {
          const step = steps[(raw as { dataIndex: number }).dataIndex];
          if (!step) return "";
          return tip(format.say(step.label), [
            { name: t("chart.amount"), value: format.figure(step.amount, "money", { sign: step.kind === "part" }) },
          ]);
        },
      },
      xAxis: { type: "value", min: from, max: peak, show: false },
      yAxis: [names_, amounts],
      series: [
        { type: "bar", stack: "w", silent: true, itemStyle: { color: "transparent" }, data: shown.map((bar) => Math.max(bar.base, from)) },
        {
          type: "bar",
          stack: "w",
          barMaxWidth: 15,
          barCategoryGap: "34%",
          barMinHeight: 2,
          cursor: pick ? "pointer" : "default",
          data: shown.map((bar, index) => ({
            value: bar.base < from ? Math.max(0, bar.base + bar.size - from) : bar.size,
            itemStyle: { color: tone(index), borderRadius: 2, opacity: bar.size === 0 ? 0 : 1 },
          })),
          // Thin lines carry each level to the next bar.
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { color: look.muted, width: 1, type: "dotted", opacity: 0.8 },
            data: shown.slice(0, -1).map((bar, index) => [{ coord: [bar.level, index] }, { coord: [bar.level, index + 1] }]),
          },
        },
        // A second axis needs a series of its own; this one is not seen.
        { type: "bar", yAxisIndex: 1, silent: true, data: steps.map(() => 0), itemStyle: { opacity: 0 } },
        {
          type: "scatter",
          silent: true,
          symbol: CUT,
          symbolSize: [7, 24],
          itemStyle: { color: look.card },
          data: from > 0 ? steps.flatMap((step, index) => (step.kind === "part" ? [] : [[from + (peak - from) * 0.05, index]])) : [],
        },
      ],
    };
  }, [steps, format, look, name, label, t, pick]);
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

/** Room for the names at the left: a Chinese character is about twice as wide as a letter. */
function left(names: string[]): { left: number } {
  const widths = names.map((text) => [...text].reduce((sum, sign) => sum + ((sign.codePointAt(0) ?? 0) > 0x2e80 ? 12 : 6.3), 0));
  return { left: Math.ceil(Math.min(190, Math.max(40, ...widths))) + 14 };
}
