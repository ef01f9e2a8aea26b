/** Correlations as the address carries them and the builder changes them: a funnel, two of its steps, and which facts are looked at. */

import type { Known } from "@/api/analyses";
import type { CellPlace } from "@/api/correlation";
import { calledSteps, type Definition, isWhole, readDefinition, usualDefinition, worst } from "./definition";
import { type Events, eventsOf, patched, readEvents, readObject, wholeTests } from "./given";

export type Between = Events & { fields?: string[]; within?: string };
export type CorrelationDefinition = {
  correlation?: string;
  name?: string;
  funnel: Definition;
  from?: string | number;
  to?: string | number;
  at?: (string | string[])[];
  traits?: string[];
  between?: Between;
  least?: number;
  top?: number;
  /** The period is the funnel's. */
  period?: never;
};

export const KINDS_MOST = 10;
export const TOGETHER_MOST = 3;
export const LEAST = 30;
export const TOP = 10;
/** What differs between attempts most often: where they come from and what they are made with. */
const USUAL = ["device", "platform", "sales_channel", "provider", "country"];

const texts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === "string");

/** Read a definition of the address; null where it is none that the builder can show. */
export function readCorrelation(value: unknown): CorrelationDefinition | null {
  const found = readObject(value);
  const funnel = found && readDefinition(found.funnel);
  if (!found || !funnel || funnel.order === "unordered") return null;
  const at = found.at ?? [];
  if (!Array.isArray(at) || !at.every((one) => typeof one === "string" || texts(one)) || !texts(found.traits ?? [])) return null;
  const between = found.between === undefined || found.between === null ? undefined : readEvents<Between>(found.between);
  if (between === null) return null;
  return patched({ ...found, funnel } as CorrelationDefinition, { between });
}

/** The fields that a new correlation looks at. */
const usualFields = (known: Known) => USUAL.filter((name) => known.fields.some((one) => one.name === name));

/** What the page asks where its address says nothing: who of those that begin the usual funnel comes to its end. */
export const usualCorrelation = (known: Known): CorrelationDefinition => ({ funnel: usualDefinition(known), from: 1, at: usualFields(known) });

/** Ask a funnel what separates those who go on after the step at which most are lost; null for one without an order. */
export function separates(funnel: Definition, dropped: (number | null)[], known: Known): CorrelationDefinition | null {
  if (funnel.order === "unordered") return null;
  const { breakdown, trend: _, funnel: __, ...rest } = funnel;
  const from = worst(dropped);
  const to = from === null ? -1 : funnel.steps.findIndex((step, index) => index > from && !step.optional);
  const named = breakdown ? [Array.isArray(breakdown.field) && breakdown.field.length === 1 ? (breakdown.field[0] as string) : breakdown.field] : [];
  const at = [...named, ...usualFields(known).filter((name) => !named.includes(name))].slice(0, KINDS_MOST);
  return { funnel: rest, ...(from === null || to < 0 || funnel.steps[from]?.optional ? {} : { from: from + 1, to: to + 1 }), at };
}

/** Whether it says enough to be asked. */
export const wholeCorrelation = ({ funnel, at = [], traits = [], between }: CorrelationDefinition): boolean =>
  isWhole(funnel) &&
  at.every((one) => one.length > 0) &&
  (at.length > 0 || traits.length > 0 || between !== undefined) &&
  (between === undefined || (eventsOf(between).length > 0 && wholeTests(between.where)));

/** Which two steps are meant, from 0: where they are not named the last one that can't be left out, and the one before it. */
export function endsOf({ funnel, from, to }: CorrelationDefinition): [number, number] {
  const called = calledSteps(funnel.steps);
  const place = (step: string | number) => (called.includes(String(step)) ? called.indexOf(String(step)) : Number(step) - 1);
  const needed = funnel.steps.flatMap((step, index) => (step.optional ? [] : [index]));
  const last = to === undefined ? (needed.at(-1) ?? 0) : place(to);
  return [from === undefined ? (needed.filter((index) => index < last).at(-1) ?? 0) : place(from), last];
}

/** With another funnel; ends that are no steps of it any more are not named. */
export function withFunnel(definition: CorrelationDefinition, { breakdown: _, trend: __, ...funnel }: Definition): CorrelationDefinition {
  const next = { ...definition, funnel };
  const [from, to] = endsOf(next);
  const fit = from >= 0 && from < to && to < funnel.steps.length && !funnel.steps[from]?.optional && !funnel.steps[to]?.optional;
  return fit ? next : patched(next, { from: undefined, to: undefined });
}

/** The figure nearest to none that the interval of a difference holds: what is left of it at the least. */
export const least = (difference: { low: string; high: string } | null): number => {
  const [low, high] = [Number(difference?.low ?? 0), Number(difference?.high ?? 0)];
  return low > 0 ? low : high < 0 ? -high : 0;
};

export const writeCell = ({ kind, value, without, only }: CellPlace): string => JSON.stringify([kind, value, without ? 1 : 0, only]);

/** Whose list is open, as the address carries it. */
export function readCell(text: string | undefined): CellPlace | null {
  try {
    const found: unknown = JSON.parse(text ?? "");
    if (!Array.isArray(found) || found.length !== 4) return null;
    const [kind, value, without, only] = found as unknown[];
    if (!["all", "converted", "dropped"].includes(only as string)) return null;
    const of = typeof kind === "number" && typeof value === "string";
    return { kind: of ? kind : null, value: of ? value : null, without: of && without === 1, only: only as CellPlace["only"] };
  } catch {
    return null;
  }
}
