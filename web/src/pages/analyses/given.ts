/** What definitions of all analyses have in common, as the address carries them and the builders change them. */

import dayjs from "dayjs";
import type { Known } from "@/api/analyses";
import type { Span } from "@/api/types";
import { isDay, lastDays } from "@/kit/period";

export type Test = { field: string; op: string; value?: unknown };
/** Which events: one name or several, and what each must pass. */
export type Events = { event: string | string[]; where?: Test[] };
export type Period = { last?: number; previous?: number; unit?: string; past?: string; from?: string; to?: string };
/** What every definition may say. */
export type Asked = { name?: string; period: Period; where?: Test[]; who?: unknown; internal?: boolean };

/** Any event, as definitions write it. */
export const ANY = "*";
export const TRENDS = ["day", "week", "month"] as const;
export const UNITS = ["minutes", "hours", "days"] as const;
export const OPERATORS = ["=", "!=", "in", "not in", ">", ">=", "<", "<=", "contains", "is null", "is not null"] as const;
const LONGEST = 12_000;
const FRESH_DAYS = 3;

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** A definition of the address as an object that is not too long; null where it is none. */
export const readObject = (value: unknown): Record<string, unknown> | null =>
  isObject(value) && JSON.stringify(value).length <= LONGEST ? value : null;

/** Which events, from a name, a list of names or an object; null where it is none of them. */
export function readEvents<E extends Events = Events>(value: unknown): E | null {
  if (typeof value === "string" || (Array.isArray(value) && value.every((name) => typeof name === "string"))) return { event: value } as unknown as E;
  if (!isObject(value)) return null;
  const event = value.event;
  return typeof event === "string" || (Array.isArray(event) && event.every((name) => typeof name === "string")) ? (value as unknown as E) : null;
}

export const readPeriod = (value: unknown): Period => (isObject(value) ? (value as Period) : { last: 28, unit: "day" });

/** The day of the last event, where nothing came for days; null where data are fresh, or there are none. */
export function staleSince(known: Known): string | null {
  const last = known.events
    .map((event) => event.last.slice(0, 10))
    .sort()
    .at(-1);
  return !last || dayjs(known.today).diff(dayjs(last), "day") <= FRESH_DAYS ? null : last;
}

/** The days that a new analysis starts with: up to now, or where nothing came for days up to the last event. */
export function usualPeriod(known: Known): Period {
  const last = staleSince(known);
  if (!last) return { last: 28, unit: "day" };
  const span = lastDays(last, 28);
  return { from: span.start, to: span.end };
}

export const eventsOf = (part: { event: string | string[] }): string[] => (Array.isArray(part.event) ? part.event : part.event ? [part.event] : []);

/** One name as text, several as a list, as the format takes them. */
export const asEvents = (names: string[]): string | string[] => (names.length === 1 ? (names[0] as string) : names.length ? names : "");

/** Whether each filter has its field and its value. */
export const wholeTests = (tests: Test[] | undefined) =>
  (tests ?? []).every(
    (test) =>
      test.field && (test.op.includes("null") || (Array.isArray(test.value) ? test.value.length : test.value !== "" && test.value !== undefined)),
  );

/** A part of the definition changed; what is undefined is taken out, so that the address stays short. */
export function patched<D extends object>(definition: D, patch: { [K in keyof D]?: D[K] | undefined }): D {
  const next = { ...definition, ...patch } as Record<string, unknown>;
  for (const key of Object.keys(next)) if (next[key] === undefined) delete next[key];
  return next as D;
}

/** A length of time as a number and its unit, or null for what the builder has no control for. */
export function readLength(text: string): { count: number; unit: (typeof UNITS)[number] } | null {
  const match = /^(\d{1,6}) ?(minute|hour|day)s?$/.exec(text);
  return match ? { count: Number(match[1]), unit: `${match[2]}s` as (typeof UNITS)[number] } : null;
}

/** The two ends of a period of dates; null for one that moves with today. */
export function datesOf(period: Period): Span | null {
  return isDay(period.from) && isDay(period.to) ? { start: period.from, end: period.to } : null;
}

/** A value of a test as the format takes it: a number where it is one, a list where several may be named. */
export function asValue(op: string, written: string[]): unknown {
  const read = (text: string) => (/^-?\d{1,15}(\.\d{1,6})?$/.test(text) && !/^-?0\d/.test(text) ? Number(text) : text);
  if (op.includes("null")) return undefined;
  if (op === "in" || op === "not in") return written.map(read);
  return written.length ? read(written.at(-1) as string) : "";
}

/** The values of a test as people write them. */
export const written = (value: unknown): string[] => (Array.isArray(value) ? value : value === undefined || value === "" ? [] : [value]).map(String);

/** A share that a person may look at: null where nothing is divided. */
export const share = (part: number, of: number): number | null => (of > 0 ? part / of : null);
