/** Attribution as the address carries it and the builder changes it; and what is read off an answer: measures, totals, who gets most. */

import type { Known } from "@/api/analyses";
import type { AttributionAnswer, AttributionPlace, AttributionRow } from "@/api/attribution";
import { toNumber } from "@/kit/format";
import { type Asked, type Events, eventsOf, readEvents, readObject, readPeriod, usualPeriod, wholeTests } from "./given";
import { wholeWho } from "./who";

export type Model = AttributionAnswer["models"][number];
export type Measure = "conversions" | "value" | "cpa" | "roas";
export type AttributionDefinition = Asked & {
  attribution?: string;
  conversion: Events;
  touches: Events;
  by: string;
  look_back: string;
  direct?: string[];
  value?: string;
  same?: string;
  models: Model[];
  half_life?: string;
  ends?: number;
  top?: number;
};

export const MODELS: Model[] = ["first", "last", "last_non_direct", "linear", "position", "decay", "markov", "shapley"];
/** Models of different kinds, few enough to tell apart. */
const USUAL_MODELS: Model[] = ["first", "last", "linear", "position", "markov"];
export const DIRECT_MOST = 20;
export const TOP_MOST = 100;
const CONVERSIONS = ["payment_succeeded", "order_placed", "checkout"];
const TOUCHES = ["page_view", "app_start", "search"];
export const COSTED = "sales_channel";

const words = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : []);

/** Read a definition of the address; null where it is none that the builder can show. */
export function readAttribution(value: unknown): AttributionDefinition | null {
  const found = readObject(value);
  if (!found) return null;
  const conversion = readEvents(found.conversion);
  const touches = readEvents(found.touches);
  if (!conversion || !touches || typeof found.by !== "string") return null;
  const models = words(found.models).filter((one): one is Model => MODELS.includes(one as Model));
  return {
    ...found,
    conversion,
    touches,
    by: found.by,
    look_back: typeof found.look_back === "string" ? found.look_back : "30 days",
    models: models.length ? models : MODELS,
    period: readPeriod(found.period),
  } as AttributionDefinition;
}

/** What the page asks where its address says nothing: which channel earned what was paid, as far as it was stored. */
export function usualAttribution(known: Known): AttributionDefinition {
  const stored = new Set(known.events.map((event) => event.name));
  const touches = TOUCHES.filter((name) => stored.has(name));
  const conversion = CONVERSIONS.find((name) => stored.has(name)) ?? known.events.at(-1)?.name ?? "";
  return {
    conversion: { event: conversion },
    touches: { event: touches.length > 1 ? touches : (touches[0] ?? known.events[0]?.name ?? "") },
    by: COSTED,
    look_back: "30 days",
    ...(known.fields.some((field) => field.name === "price") ? { value: "price" } : {}),
    models: USUAL_MODELS,
    period: usualPeriod(known),
  };
}

/** Whether it says enough to be asked. */
export function wholeAttribution(definition: AttributionDefinition): boolean {
  const parts = [definition.conversion, definition.touches];
  return (
    parts.every((part) => eventsOf(part).length > 0 && wholeTests(part.where)) &&
    definition.by !== "" &&
    definition.models.length > 0 &&
    wholeTests(definition.where) &&
    wholeWho(definition.who)
  );
}

/** What an answer can be looked at by. */
export function measuresOf(answer: AttributionAnswer): Measure[] {
  const valued = answer.value !== null && answer.value !== undefined;
  return [
    "conversions",
    ...(valued ? (["value"] as const) : []),
    ...(answer.cost ? (["cpa"] as const) : []),
    ...(answer.cost && valued ? (["roas"] as const) : []),
  ];
}

export const readMeasure = (text: string | undefined, answer: AttributionAnswer): Measure =>
  measuresOf(answer).find((one) => one === text) ?? "conversions";

/** A figure of a row by a model, as text of the server; null where there is none. */
export const figureOf = (row: AttributionRow, model: Model, measure: Measure): string | null => row.credits[model]?.[measure] ?? null;

/** What all rows make together by every model; models share the same total. */
export function totalOf(answer: AttributionAnswer, measure: Measure): string | null {
  if (measure === "conversions") return String(answer.conversions);
  if (measure === "value") return answer.value ?? null;
  return answer.cost?.[measure] ?? null;
}

/** The unit of a measure: of worth, money where it is a price. */
export function unitOf(measure: Measure, value: string | undefined): string {
  if (measure === "cpa") return "money";
  if (measure === "value") return value === "price" ? "money" : "count";
  return "count";
}

/** The value that a model gives most conversions to, with its share of all. */
export type Best = { model: Model; row: AttributionRow; share: number };

/** Of each model, who gets most. */
export function bestOf(answer: AttributionAnswer): Best[] {
  return answer.models.flatMap((model) => {
    const rows = answer.rows.filter((row) => row.kind === "value");
    const sorted = [...rows].sort((a, b) => (toNumber(figureOf(b, model, "conversions")) ?? 0) - (toNumber(figureOf(a, model, "conversions")) ?? 0));
    const row = sorted[0];
    return row && answer.conversions > 0 ? [{ model, row, share: (toNumber(figureOf(row, model, "conversions")) ?? 0) / answer.conversions }] : [];
  });
}

/** How much of all conversions the chain loses without the value of a row; null where that was not asked. */
export function removalOf(answer: AttributionAnswer, row: AttributionRow): number | null {
  if (row.kind !== "value" && row.kind !== "missing") return null;
  const found = answer.markov?.removal.find((one) => (row.kind === "missing" ? one.missing : !one.missing && one.value === row.value));
  return found?.removal_effect ?? null;
}

const KINDS = ["all", "value", "missing", "untouched"] as const;

/** Whose list is open, as the address carries it: "all", "missing", "untouched", "value:web". */
export function readAttributionPlace(text: string | undefined): AttributionPlace | null {
  const [kind, ...rest] = (text ?? "").split(":");
  const found = KINDS.find((one) => one === kind);
  return found ? { kind: found, value: found === "value" ? rest.join(":") : null } : null;
}

export const writeAttributionPlace = ({ kind, value }: AttributionPlace): string => (kind === "value" ? `value:${value ?? ""}` : kind);

/** The list that a row opens; none where it stands for all others, or its value is masked. */
export function placeOf(row: AttributionRow): AttributionPlace | null {
  if (row.kind === "other" || row.masked) return null;
  return { kind: row.kind, value: row.kind === "value" ? (row.value ?? null) : null };
}

/** The same name several times in a row is told once, with how often. */
export function runsOf(names: string[]): { name: string; times: number }[] {
  const runs: { name: string; times: number }[] = [];
  for (const name of names) {
    const last = runs.at(-1);
    if (last?.name === name) last.times += 1;
    else runs.push({ name, times: 1 });
  }
  return runs;
}
