/** Intervals and distributions as the address carries them and the builders change them; and how bins are cut, called and marked. */

import type { Known } from "@/api/analyses";
import type { SpreadPlace } from "@/api/spread";
import { type Asked, type Events, eventsOf, readEvents, readObject, readPeriod, usualPeriod, wholeTests } from "./given";
import { wholeWho } from "./who";

export type IntervalDefinition = Asked & {
  interval?: string;
  from: Events;
  to: Events;
  window: string;
  pair?: string;
  same?: string;
  bins?: string[];
  breakdown?: string | { field: string; top?: number };
  trend?: string;
};
export type DistributionDefinition = Asked & { distribution?: string; of: Of; event: Events; field?: string; bins?: number[]; trend?: string };
export type Of = "times" | "days" | "hours" | "hours_of_day" | "sum";

export const OFS: Of[] = ["times", "days", "hours", "hours_of_day", "sum"];
export const PAIRS = ["last", "first"] as const;
export const BINS_MOST = 50;
const FROM = ["search", "detail_view"];
const TO = ["payment_succeeded", "order_placed", "checkout"];
const UNIT_MS: Record<string, number> = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** A length of time in ms; null where it is none that is known here. */
export function lengthMs(text: string): number | null {
  const match = /^(\d{1,6}) ?(second|minute|hour|day)s?$/.exec(text.trim());
  return match ? Number(match[1]) * (UNIT_MS[match[2] as string] ?? 0) : null;
}

/** Read a definition of an interval; null where it is none that the builder can show. */
export function readInterval(value: unknown): IntervalDefinition | null {
  const found = readObject(value);
  const from = found && readEvents(found.from);
  const to = found && readEvents(found.to);
  if (!found || !from || !to) return null;
  return {
    ...found,
    from,
    to,
    window: typeof found.window === "string" ? found.window : "7 days",
    period: readPeriod(found.period),
  } as IntervalDefinition;
}

/** What the page of intervals asks where its address says nothing. */
export function usualInterval(known: Known): IntervalDefinition {
  const stored = new Set(known.events.map((event) => event.name));
  const [first, second] = known.events;
  const from = FROM.find((name) => stored.has(name)) ?? first?.name ?? "";
  const to = TO.find((name) => stored.has(name)) ?? second?.name ?? first?.name ?? "";
  return { from: { event: from }, to: { event: to }, window: "7 days", period: usualPeriod(known) };
}

export const wholeInterval = (definition: IntervalDefinition): boolean =>
  [definition.from, definition.to].every((part) => eventsOf(part).length > 0 && wholeTests(part.where)) &&
  wholeTests(definition.where) &&
  wholeWho(definition.who);

/** Read a definition of a distribution; null where it is none that the builder can show. */
export function readDistribution(value: unknown): DistributionDefinition | null {
  const found = readObject(value);
  const event = found && readEvents(found.event);
  if (!found || !event) return null;
  return { ...found, event, of: OFS.find((one) => one === found.of) ?? "times", period: readPeriod(found.period) } as DistributionDefinition;
}

/** What the page of distributions asks where its address says nothing. */
export function usualDistribution(known: Known): DistributionDefinition {
  const stored = new Set(known.events.map((event) => event.name));
  return { event: { event: FROM.find((name) => stored.has(name)) ?? known.events[0]?.name ?? "" }, of: "times", period: usualPeriod(known) };
}

/** With another figure; only a sum has a field, and bins of one figure have no meaning for another. */
export function withOf({ field, bins: _, ...definition }: DistributionDefinition, of: Of): DistributionDefinition {
  return of === "sum" ? { ...definition, of, field: field ?? "price" } : { ...definition, of };
}

export const wholeDistribution = (definition: DistributionDefinition): boolean =>
  eventsOf(definition.event).length > 0 &&
  wholeTests(definition.event.where) &&
  (definition.of !== "sum" || Boolean(definition.field)) &&
  wholeTests(definition.where) &&
  wholeWho(definition.who);

/** The bins from the first that holds somebody to the last, with their numbers from 1; some of them where none does. */
export function shownBins(counts: number[]): { first: number; last: number } {
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  return first < 0 ? { first: 1, last: Math.min(counts.length, 5) } : { first: first + 1, last: last + 1 };
}

type Edges = { low: number | null; high: number | null };

/** Where a figure stands among bins, counted in bins from the left edge of the first shown one; a count in the middle of its step, within an open bin in its middle. */
export function placeAmong(figure: number, edges: Edges[], first: number, steps: number): number {
  const index = edges.findLastIndex((edge) => edge.low === null || figure >= edge.low);
  const { low, high } = edges[Math.max(0, index)] ?? { low: null, high: null };
  const part = low === null || high === null || high <= low ? 0.5 : (figure + steps / 2 - low) / (high - low);
  return Math.max(0, index) - (first - 1) + part;
}

const WRITTEN = /^(all|\d{1,2})(?::(value|none|bucket)(?::(.*))?)?$/s;

/** Whose list is open, as the address carries it: "3", "all", "3:value:app", "all:bucket:2026-10-01". */
export function readSpreadPlace(text: string | undefined): SpreadPlace | null {
  const match = WRITTEN.exec(text ?? "");
  if (!match) return null;
  const cell = (match[2] ?? "total") as SpreadPlace["cell"];
  const named = cell === "value" || cell === "bucket";
  return { bin: match[1] === "all" ? null : Number(match[1]), cell, value: named ? (match[3] ?? "") : null };
}

export const writeSpreadPlace = ({ bin, cell, value }: SpreadPlace): string =>
  `${bin ?? "all"}${cell === "total" ? "" : `:${cell}${value === null ? "" : `:${value}`}`}`;
