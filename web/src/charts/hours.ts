/** Courses by hour: what hours are called, and which of them an axis has room to name. */

import type { Format } from "@/kit/use";

/** Labels that an axis shows at most when it names days. */
const DAYS_NAMED = 8;
/** Up to so many days hours are named as well, beyond it only days. */
const DAYS_BY_HOUR = 3;

/** Which hour of its name an hour is, where the same one comes twice: its offset from UTC, else nothing. */
export function offsetOf(period: string, periods: string[]): string {
  const wall = period.slice(0, 19);
  return periods.filter((other) => other.slice(0, 19) === wall).length > 1 ? `UTC${period.slice(19)}` : "";
}

/** The indices that an axis names, about eight of them: days where there are many, else every third, sixth or twelfth hour. */
export function named(periods: string[]): Set<number> {
  const first = new Map<string, number>();
  for (const [index, period] of periods.entries()) if (!first.has(period.slice(0, 10))) first.set(period.slice(0, 10), index);
  const starts = [...first.values()];
  if (starts.length > DAYS_BY_HOUR) {
    const step = Math.ceil(starts.length / DAYS_NAMED);
    return new Set(starts.filter((_, number) => number % step === 0));
  }
  const step = [3, 3, 6, 12][starts.length] ?? 12;
  const hours = periods.flatMap((period, index) => {
    const again = index > 0 && periods[index - 1]?.slice(0, 13) === period.slice(0, 13);
    return Number(period.slice(11, 13)) % step === 0 && !again ? [index] : [];
  });
  return new Set([...(starts[0] === undefined ? [] : [starts[0]]), ...hours]);
}

/** What an axis of hours shows: where a day starts its name, else the time; with its day where a course starts within one. */
export function hourAxis(periods: string[], format: Format) {
  const shown = named(periods);
  const days = new Set(periods.map((period) => period.slice(0, 10))).size;
  return {
    interval: (index: number) => shown.has(index),
    formatter: (period: string, index: number) => {
      const starts = index === 0 || periods[index - 1]?.slice(0, 10) !== period.slice(0, 10);
      if (!starts) return period.slice(11, 16);
      return days > DAYS_BY_HOUR || period.slice(11, 16) === "00:00" ? format.hour(period).replace(/,? ?\d{2}:\d{2}$/, "") : format.hour(period);
    },
  };
}

/** An hour in full, with its offset where the same one comes twice. */
export function hourTitle(period: string, periods: string[], format: Format): string {
  const offset = offsetOf(period, periods);
  return offset ? `${format.hourFull(period)} (${offset})` : format.hourFull(period);
}
