/** A funnel's definition as the address carries it and the builder changes it. What the builder has no control for is kept as it is. */

import dayjs from "dayjs";
import type { FunnelCell, Known } from "@/api/analyses";
import { type Events, eventsOf, type Period, readEvents, readObject, readPeriod, type Test, usualPeriod, wholeTests } from "./given";
import { wholeWho } from "./who";

export type Step = Events & { name?: string; within?: string; optional?: boolean };
export type Exclusion = Events & { after?: string; before?: string };
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
export const SAME_DAY = "same day";
/** The way to a payment as most shops send it; what was never stored is left out. */
const USUAL = ["search", "detail_view", "checkout", "order_placed", "payment_succeeded"];
/** Read a definition of the address; null where it is none that the builder can show. Whether it can be answered the server says. */
export function readDefinition(value: unknown): Definition | null {
  const found = readObject(value);
  if (!found || !Array.isArray(found.steps) || found.steps.length > STEPS_MOST) return null;
  const steps = found.steps.map((step) => readEvents<Step>(step));
  if (steps.some((step) => step === null)) return null;
  const cut = found.breakdown;
  const breakdown = typeof cut === "string" || Array.isArray(cut) ? { field: cut } : cut;
  return {
    ...found,
    steps: steps as Step[],
    window: typeof found.window === "string" ? found.window : "7 days",
    period: readPeriod(found.period),
    ...(breakdown === undefined ? {} : { breakdown: breakdown as Breakdown }),
  } as Definition;
}

/** What the page asks where its address says nothing: the usual way to a payment, as far as it was stored. */
export function usualDefinition(known: Known): Definition {
  const stored = new Set(known.events.map((event) => event.name));
  const usual = USUAL.filter((name) => stored.has(name));
  const names = usual.length > 1 ? usual : known.events.slice(0, 2).map((event) => event.name);
  return { steps: names.map((event) => ({ event })), window: "7 days", period: usualPeriod(known) };
}

/** Whether it says enough to be asked. */
export function isWhole(definition: Definition): boolean {
  const parts = [...definition.steps, ...(definition.without ?? [])];
  return (
    definition.steps.length > 1 &&
    parts.every((part) => eventsOf(part).length > 0 && wholeTests(part.where)) &&
    wholeTests(definition.where) &&
    wholeWho(definition.who)
  );
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

/** What exclusions call each step: its name, else its first event, with its number where that is taken. */
export function calledSteps(steps: Step[]): string[] {
  const taken = new Set(steps.map((step) => step.name ?? ""));
  return steps.map((step, index) => {
    const plain = eventsOf(step)[0] ?? "";
    const name = step.name ?? (taken.has(plain) ? `${plain.slice(0, 190)} ${index + 1}` : plain);
    taken.add(name);
    return name;
  });
}

/** Between which steps an exclusion stands, from 0; the whole chain by default. */
export function stretch(one: Exclusion, called: string[]): [number, number] {
  const [after, before] = [called.indexOf(one.after ?? ""), called.indexOf(one.before ?? "")];
  return [Math.max(0, after), before < 0 ? called.length - 1 : before];
}

/** With the steps that an exclusion stands between; the ends of the chain are not written down. */
export function stretched(one: Exclusion, [after, before]: [number, number], called: string[]): Exclusion {
  const { after: _, before: __, ...rest } = one;
  return {
    ...rest,
    ...(after > 0 ? { after: called[after] as string } : {}),
    ...(before < called.length - 1 ? { before: called[before] as string } : {}),
  };
}

/** With other steps, of which `from` says where each one stood (-1: nowhere); exclusions go on standing between the same ones, as far as both are there in this order. */
export function withSteps(definition: Definition, steps: Step[], from: number[]): Definition {
  if (!definition.without?.some((one) => one.after !== undefined || one.before !== undefined)) return { ...definition, steps };
  const [were, are] = [calledSteps(definition.steps), calledSteps(steps)];
  const follow = (one: Exclusion): Exclusion => {
    if (one.after === undefined && one.before === undefined) return one;
    const [after, before] = stretch(one, were);
    const [low, high] = [one.after === undefined ? 0 : from.indexOf(after), one.before === undefined ? steps.length - 1 : from.indexOf(before)];
    const ends: [number, number] = [Math.max(0, low), high < 0 ? steps.length - 1 : high];
    return stretched(one, ends[0] < ends[1] ? ends : [0, steps.length - 1], are);
  };
  return { ...definition, steps, without: definition.without.map(follow) };
}

/** Without a step; a breakdown at a step that is gone is taken at the first. */
export function without(definition: Definition, index: number): Definition {
  const left = definition.steps.map((_, at) => at).filter((at) => at !== index);
  const steps = left.map((from, at) => (at ? (definition.steps[from] as Step) : bare(definition.steps[from] as Step)));
  const next = withSteps(definition, steps, left);
  const cut = definition.breakdown;
  if (!cut || typeof cut.step !== "number") return next;
  const step = cut.step > index + 1 ? cut.step - 1 : cut.step === index + 1 ? 1 : cut.step;
  return { ...next, breakdown: { ...cut, step } };
}

/** With a step moved from one place to another. */
export function shifted(definition: Definition, from: number, to: number): Definition {
  let steps = definition.steps;
  const places = steps.map((_, at) => at);
  for (let at = from; at !== to; at += from < to ? 1 : -1) steps = moved(steps, at, from < to ? 1 : -1);
  places.splice(to, 0, ...places.splice(from, 1));
  return withSteps(definition, steps, places);
}

/** With an order; what has no meaning there is taken out. */
export function ordered(definition: Definition, order: string): Definition {
  if (order !== "unordered") return { ...definition, order };
  const { each_within: _, ...rest } = definition;
  const next: Definition = { ...rest, order, count: "people", steps: definition.steps.map(bare) };
  if (definition.without) next.without = definition.without.map(({ after: __, before: ___, ...one }) => one);
  return next;
}

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
