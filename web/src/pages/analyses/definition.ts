/** A funnel's definition as the address carries it and the builder changes it. What the builder has no control for is kept as it is. */

import dayjs from "dayjs";
import type { FunnelCell, Known } from "@/api/analyses";
import type { Span } from "@/api/types";
import { isDay, lastDays } from "@/kit/period";

export type Test = { field: string; op: string; value?: unknown };
export type Step = { event: string | string[]; name?: string; where?: Test[]; within?: string; optional?: boolean };
export type Exclusion = { event: string | string[]; where?: Test[]; after?: string; before?: string };
export type Period = { last?: number; previous?: number; unit?: string; past?: string; from?: string; to?: string };
export type Breakdown = { field: string | string[]; step?: number | string; top?: number };
export type Definition = {
  funnel?: string;
  steps: Step[];
  window: string;
  period: Period;
  order?: string;
  count?: string;
  each_within?: string;
  same?: string;
  without?: Exclusion[];
  where?: Test[];
  who?: unknown;
  breakdown?: Breakdown;
  trend?: string;
  internal?: boolean;
};

export const STEPS_MOST = 12;
export const EXCLUSIONS_MOST = 5;
export const ORDERS = ["ordered", "strict", "unordered"] as const;
export const COUNTS = ["people", "first", "entries"] as const;
export const TRENDS = ["day", "week", "month"] as const;
export const UNITS = ["minutes", "hours", "days"] as const;
export const OPERATORS = ["=", "!=", "in", "not in", ">", ">=", "<", "<=", "contains", "is null", "is not null"] as const;
export const SAME_DAY = "same day";
const LONGEST = 12_000;
/** The way to a payment as most shops send it; what was never stored is left out. */
const USUAL = ["search", "detail_view", "checkout", "order_placed", "payment_succeeded"];
const FRESH_DAYS = 3;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function readStep(value: unknown): Step | null {
  if (typeof value === "string") return { event: value };
  if (!isObject(value)) return null;
  const event = value.event;
  if (typeof event !== "string" && !(Array.isArray(event) && event.every((name) => typeof name === "string"))) return null;
  return value as unknown as Step;
}

/** Read a definition of the address; null where it is none that the builder can show. Whether it can be answered the server says. */
export function readDefinition(value: unknown): Definition | null {
  if (!isObject(value) || !Array.isArray(value.steps) || value.steps.length > STEPS_MOST || JSON.stringify(value).length > LONGEST) return null;
  const steps = value.steps.map(readStep);
  if (steps.some((step) => step === null)) return null;
  const cut = value.breakdown;
  const breakdown = typeof cut === "string" || Array.isArray(cut) ? { field: cut } : cut;
  return {
    ...value,
    steps: steps as Step[],
    window: typeof value.window === "string" ? value.window : "7 days",
    period: isObject(value.period) ? (value.period as Period) : { last: 28, unit: "day" },
    ...(breakdown === undefined ? {} : { breakdown: breakdown as Breakdown }),
  } as Definition;
}

/** The days that a new funnel starts with: up to now, or where nothing came for days up to the last event. */
export function usualPeriod(known: Known): Period {
  const last = known.events
    .map((event) => event.last.slice(0, 10))
    .sort()
    .at(-1);
  if (!last || dayjs(known.today).diff(dayjs(last), "day") <= FRESH_DAYS) return { last: 28, unit: "day" };
  const span = lastDays(last, 28);
  return { from: span.start, to: span.end };
}

/** What the page asks where its address says nothing: the usual way to a payment, as far as it was stored. */
export function usualDefinition(known: Known): Definition {
  const stored = new Set(known.events.map((event) => event.name));
  const usual = USUAL.filter((name) => stored.has(name));
  const names = usual.length > 1 ? usual : known.events.slice(0, 2).map((event) => event.name);
  return { steps: names.map((event) => ({ event })), window: "7 days", period: usualPeriod(known) };
}

export const eventsOf = (part: { event: string | string[] }): string[] => (Array.isArray(part.event) ? part.event : part.event ? [part.event] : []);

/** One name as text, several as a list, as the format takes them. */
export const asEvents = (names: string[]): string | string[] => (names.length === 1 ? (names[0] as string) : names.length ? names : "");

const whole = (tests: Test[] | undefined) =>
  (tests ?? []).every(
    (test) =>
      test.field && (test.op.includes("null") || (Array.isArray(test.value) ? test.value.length : test.value !== "" && test.value !== undefined)),
  );

/** Whether it says enough to be asked. */
export function isWhole(definition: Definition): boolean {
  const parts = [...definition.steps, ...(definition.without ?? [])];
  return definition.steps.length > 1 && parts.every((part) => eventsOf(part).length > 0 && whole(part.where)) && whole(definition.where);
}

/** A step moved by one place; the first one loses what only later ones may have. */
export function moved(steps: Step[], from: number, by: -1 | 1): Step[] {
  const to = from + by;
  if (to < 0 || to >= steps.length) return steps;
  const next = [...steps];
  next.splice(to, 0, ...next.splice(from, 1));
  return next.map((step, index) => (index ? step : bare(step)));
}

const bare = ({ within: _, optional: __, ...step }: Step): Step => step;

/** Without a step; a breakdown at a step that is gone is taken at the first. */
export function without(definition: Definition, index: number): Definition {
  const steps = definition.steps.filter((_, at) => at !== index).map((step, at) => (at ? step : bare(step)));
  const cut = definition.breakdown;
  if (!cut || typeof cut.step !== "number") return { ...definition, steps };
  const step = cut.step > index + 1 ? cut.step - 1 : cut.step === index + 1 ? 1 : cut.step;
  return { ...definition, steps, breakdown: { ...cut, step } };
}

/** With an order; what has no meaning there is taken out. */
export function ordered(definition: Definition, order: string): Definition {
  if (order !== "unordered") return { ...definition, order };
  const { each_within: _, ...rest } = definition;
  const next: Definition = { ...rest, order, count: "people", steps: definition.steps.map(bare) };
  if (definition.without) next.without = definition.without.map(({ after: __, before: ___, ...one }) => one);
  return next;
}

/** A part of the definition changed; what is undefined is taken out, so that the address stays short. */
export function patched(definition: Definition, patch: { [K in keyof Definition]?: Definition[K] | undefined }): Definition {
  const next = { ...definition, ...patch } as Record<string, unknown>;
  for (const key of Object.keys(next)) if (next[key] === undefined) delete next[key];
  return next as Definition;
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

/** The step after which most people are lost, from 0; null where nobody is. */
export function worst(dropped: (number | null)[]): number | null {
  const most = Math.max(0, ...dropped.map((count) => count ?? 0));
  return most > 0 ? dropped.indexOf(most) : null;
}

/** The last bucket that no open attempt can change any more, as those after it are not whole; the day before the first where none is; null where all are. */
export function closedUntil(trend: Pick<FunnelCell, "bucket" | "still_open">[]): string | null {
  const first = trend.findIndex((cell) => cell.still_open > 0);
  if (first < 0) return null;
  const bucket = trend[first - 1]?.bucket;
  return bucket ?? dayjs(trend[0]?.bucket).subtract(1, "day").format("YYYY-MM-DD");
}
