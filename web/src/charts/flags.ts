/** Notes on dates as flags that stand on the time axis of a plot. */

import type { useLook } from "./look";

export type Flag = { period: string; text: string };

/** Thin lines with a small flag at their top, for the first series of a plot; empty where no flag falls on a period of the axis. */
export function flagLines(flags: Flag[] | undefined, periods: string[], look: ReturnType<typeof useLook>) {
  const shown = (flags ?? []).flatMap((flag) => {
    const at = periods.find((period) => period.slice(0, 10) === flag.period);
    return at === undefined ? [] : [at];
  });
  if (!shown.length) return {};
  return {
    markLine: {
      silent: true,
      symbol: ["none", "triangle"],
      symbolSize: 7,
      symbolRotate: -90,
      animation: false,
      label: { show: false },
      lineStyle: { color: look.accent, width: 1, type: "dotted", opacity: 0.9 },
      data: shown.map((xAxis) => ({ xAxis })),
    },
  };
}

/** What was noted on a period, as one line. */
export function flagText(flags: Flag[] | undefined, period: string): string | undefined {
  const said = (flags ?? []).filter((flag) => flag.period === period.slice(0, 10)).map((flag) => flag.text);
  return said.length ? said.join(" \u00b7 ") : undefined;
}
