/** Lengths of time and bins as people read them. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/kit/use";

type Unit = "second" | "minute" | "hour" | "day";
const STEPS: [Unit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** A length in its two largest units: 93,784,000 ms is 1 day 2 hours. Under a second it is 0 seconds. */
export function partsOf(ms: number): [number, Unit][] {
  const seconds = Math.max(0, Math.round(ms / 1_000)) * 1_000;
  const index = Math.max(
    0,
    STEPS.findIndex(([, size]) => seconds >= size),
  );
  if (seconds === 0) return [[0, "second"]];
  const [unit, size] = STEPS[index] as [Unit, number];
  const next = STEPS[index + 1];
  const rest = next ? Math.floor((seconds % size) / next[1]) : 0;
  return [[Math.floor(seconds / size), unit], ...(next && rest ? ([[rest, next[0]]] as [number, Unit][]) : [])];
}

/** Give what tells lengths, and what calls the bins of intervals. */
export function useLength() {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const tell = (ms: number) =>
      partsOf(ms)
        .map(([count, unit]) => t(`spread.length.${unit}`, { count: format.count(count) as unknown as number }))
        .join(" ");
    const bin = (low: number, high: number | null) => {
      if (high === null) return `\u2265 ${tell(low)}`;
      if (low === 0) return `< ${tell(high)}`;
      const [first, second] = [partsOf(low), partsOf(high)];
      const alike = first.length === 1 && second.length === 1 && first[0]?.[1] === second[0]?.[1];
      return alike ? `${format.count(first[0]?.[0] ?? 0)}\u2013${tell(high)}` : `${tell(low)}\u2013${tell(high)}`;
    };
    return { tell, bin };
  }, [t, format]);
}
