/** A trend's definition as the address carries it and the builder changes it; what is drawn of its answer. */

import type { Known } from "@/api/analyses";
import type { TrendAnswer, TrendDrawn, TrendLine, TrendPlace } from "@/api/trend";
import { type Asked, type Events, eventsOf, isObject, readEvents, readObject, readPeriod, usualPeriod, wholeTests } from "./given";
import { wholeWho } from "./who";

export const MEASURES = ["events", "people", "per_person", "sum", "average", "min", "max", "median"] as const;
export const OF_FIELD: readonly string[] = ["sum", "average", "min", "max", "median"];
export const GRAINS = ["hour", "day", "week", "month"] as const;
export const COMPARES = ["previous", "same_weekday", "last_year"] as const;
export const SERIES_MOST = 10;
export const LETTERS = "ABCDEFGHIJ";

export type Series = Events & { name?: string; measure?: string; of?: string };
export type Definition = Asked & {
  trend?: string;
  series: Series[];
  formula?: string;
  grain?: string;
  breakdown?: { field: string | string[]; top?: number };
  compare?: string;
  cumulative?: boolean;
  moving?: number;
};

/** Read a definition of the address; null where it is none that the builder can show. */
export function readDefinition(value: unknown): Definition | null {
  const found = readObject(value);
  if (!found || !Array.isArray(found.series) || !found.series.length || found.series.length > SERIES_MOST) return null;
  const series = found.series.map((one) => readEvents<Series>(one));
  if (series.some((one) => one === null)) return null;
  const cut = found.breakdown;
  const breakdown = typeof cut === "string" || Array.isArray(cut) ? { field: cut } : isObject(cut) ? cut : undefined;
  return {
    ...found,
    series: series as Series[],
    period: readPeriod(found.period),
    ...(breakdown === undefined ? {} : { breakdown }),
  } as Definition;
}

/** What the page asks where its address says nothing: who searches and who pays, and the share. */
export function usualDefinition(known: Known): Definition {
  const stored = new Set(known.events.map((event) => event.name));
  const usual = ["search", "payment_succeeded"].filter((name) => stored.has(name));
  const names = usual.length === 2 ? usual : known.events.slice(0, 1).map((event) => event.name);
  const series = names.map((event) => ({ event, measure: "people" }));
  return { series, ...(series.length > 1 ? { formula: "B / A" } : {}), period: usualPeriod(known), grain: "day" };
}

/** Whether it says enough to be asked. */
export const isWhole = (definition: Definition): boolean =>
  definition.series.every((one) => eventsOf(one).length > 0 && wholeTests(one.where) && (!OF_FIELD.includes(one.measure ?? "") || Boolean(one.of))) &&
  wholeTests(definition.where) &&
  wholeWho(definition.who);

/** Without a series; a formula that names one that is gone, or moved, goes too. */
export function without(definition: Definition, index: number): Definition {
  const series = definition.series.filter((_, at) => at !== index);
  const gone = LETTERS.slice(index, definition.series.length);
  const { formula, ...rest } = definition;
  return { ...rest, series, ...(formula && ![...gone].some((letter) => formula.includes(letter)) ? { formula } : {}) };
}

/** What is looked at: the letter of a series, or the formula; the formula first where there is one. */
export function lookedAt(answer: Pick<TrendAnswer, "series" | "formula">, view: string | undefined): string {
  const letters = answer.series.map((one) => one.letter);
  if (view && (letters.includes(view) || (view === "formula" && answer.formula) || (view === "all" && letters.length > 1))) return view;
  return answer.formula ? "formula" : letters.length > 1 ? "all" : (letters[0] ?? "A");
}

/** The figures of what is looked at in a line. */
export function drawnOf(answer: Pick<TrendAnswer, "series">, line: TrendLine, shown: string): TrendDrawn | null {
  if (shown === "formula") return line.formula;
  return line.series[answer.series.findIndex((one) => one.letter === shown)] ?? null;
}

/** A formula that divides and multiplies by nothing is a share. */
export const isShare = (formula: string | null): boolean => formula !== null && /^\s*\(?[A-J+\-\s]+\)?\s*\/\s*\(?[A-J+\-\s]+\)?\s*$/.test(formula);

/** The last bucket that is over; null where all are. */
export function wholeUntil(answer: Pick<TrendAnswer, "buckets">): string | null {
  const open = answer.buckets.findIndex((one) => one.state === "open");
  return open < 0 ? null : (answer.buckets[open - 1]?.bucket ?? "0000-01-01");
}

/** Whose list is open, as the address carries it: "A|value|ios|2026-11-20|before"; what is not said is empty. */
export const writePlace = (place: TrendPlace): string =>
  [place.series, place.line, place.value, place.bucket, place.before ? "before" : ""].map((part) => encodeURIComponent(part ?? "")).join("|");

export function readPlace(text: string | undefined): TrendPlace | null {
  const match = /^([A-J])\|(total|value|none)\|([^|]*)\|([^|]*)\|(before)?$/.exec(text ?? "");
  if (!match) return null;
  const [series, line, value, bucket] = match.slice(1, 5).map((part) => part && decodeURIComponent(part)) as [
    string,
    TrendPlace["line"],
    string,
    string,
  ];
  return { series, line, value: line === "value" ? value : null, bucket: bucket || null, before: match[5] === "before" };
}

/** Points that may be drawn: a bucket that is not over would look like a fall, so it stands in the table only; where none is over yet, all are drawn. */
export function drawable(answer: Pick<TrendAnswer, "buckets">, points: (string | null)[]): (string | null)[] {
  if (answer.buckets.every((one) => one.state === "open")) return points;
  return points.map((point, index) => (answer.buckets[index]?.state === "open" ? null : point));
}
