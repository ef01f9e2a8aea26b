/** The days of a year, and what is known of each. */

import type { KnownDay, KnownDayKind } from "@/api/knownDays";

/** A time that is not as others: known beforehand, or an incident that came. */
export type Marked = { id: string; kind: KnownDayKind; title: string; starts: number; ends: number; source: KnownDay["source"] | "incident" };

/** Civil days of a month as ISO dates, with blanks before the first so that weeks begin on Monday. */
export function daysOf(year: number, month: number): (string | null)[] {
  const first = new Date(Date.UTC(year, month, 1));
  const blanks = (first.getUTCDay() + 6) % 7;
  const count = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const pad = (value: number) => String(value).padStart(2, "0");
  return [...Array.from({ length: blanks }, () => null), ...Array.from({ length: count }, (_, day) => `${year}-${pad(month + 1)}-${pad(day + 1)}`)];
}

/** What is marked on each civil day of a zone, as `civil` tells days. */
export function byDay(marked: readonly Marked[], civil: (iso: string) => string): Map<string, Marked[]> {
  const found = new Map<string, Marked[]>();
  for (const one of marked) {
    const last = civil(new Date(Math.max(one.starts, one.ends - 1)).toISOString());
    let day = civil(new Date(one.starts).toISOString());
    // A year of days at most: what is longer marks no day as special.
    for (let count = 0; count < 366 && day <= last; count += 1) {
      found.set(day, [...(found.get(day) ?? []), one]);
      day = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
    }
  }
  return found;
}
