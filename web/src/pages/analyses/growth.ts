/** The definition of a board of growth as the address carries it and the builder changes it. */

import type { Known } from "@/api/analyses";
import type { GrowthPlace, StageName } from "@/api/growth";
import { type Asked, type Events, eventsOf, isObject, readEvents, readLength, readObject, readPeriod, usualPeriod, wholeTests } from "./given";
import { wholeWho } from "./who";

export const STAGES: StageName[] = ["acquisition", "activation", "retention", "revenue", "referral"];
/** Stages that are made of events; revenue is made of money. */
export const OF_EVENTS = ["acquisition", "activation", "retention", "referral"] as const;
export const MONEY = ["paid", "booked", "revenue"] as const;
export const WITHIN = [1, 3, 7, 14, 30, 60, 90, 180] as const;
export const COMPARES = ["previous", "same_weekday", "last_year"] as const;
const ROWS = ["total", "value", "none", "new", "returning"] as const;

export type Stage = Events & { within?: string };
export type Definition = Asked & {
  aarrr?: string;
  stages?: Record<string, unknown>;
  breakdown?: { field: string; top?: number };
  compare?: string;
};

/** Read a definition of the address; null where it is none that the builder can show. */
export function readDefinition(value: unknown): Definition | null {
  const found = readObject(value);
  if (!found || (found.stages !== undefined && !isObject(found.stages))) return null;
  const cut = found.breakdown;
  const breakdown = typeof cut === "string" ? { field: cut } : cut;
  if (breakdown !== undefined && !(isObject(breakdown) && typeof breakdown.field === "string")) return null;
  return { ...found, period: readPeriod(found.period), ...(breakdown === undefined ? {} : { breakdown }) } as Definition;
}

/** What the page asks where its address says nothing. */
export const usualDefinition = (known: Known): Definition => ({ period: usualPeriod(known), compare: "previous" });

/** The events of a stage; empty where it is the default. */
export function stageOf(definition: Definition, stage: StageName): Stage {
  const given = definition.stages?.[stage];
  return readEvents<Stage>(given) ?? (isObject(given) ? ({ event: "", ...given } as Stage) : { event: "" });
}

/** With another stage; one that says nothing is the default again. */
export function withStage(definition: Definition, name: StageName, stage: Stage | string | undefined): Definition {
  const { [name]: _, ...others } = definition.stages ?? {};
  const { stages: __, ...rest } = definition;
  const kept = keep(stage);
  const stages = kept === undefined ? others : { ...others, [name]: kept };
  return Object.keys(stages).length ? { ...rest, stages } : rest;
}

function keep(stage: Stage | string | undefined): unknown {
  if (stage === undefined || typeof stage === "string") return stage;
  const { event, ...more } = stage;
  if (eventsOf(stage).length) return Object.keys(more).length ? stage : event;
  return more.within ? { within: more.within } : undefined;
}

/** Within how many days people have to come back. */
export function withinOf(definition: Definition): number {
  const read = readLength(stageOf(definition, "retention").within ?? "");
  return read?.unit === "days" ? read.count : 7;
}

export const moneyOf = (definition: Definition): string => {
  const given = definition.stages?.revenue;
  return given === undefined ? "paid" : typeof given === "string" ? given : "kept";
};

/** Whether it says enough to be asked. */
export const isWhole = (definition: Definition): boolean =>
  OF_EVENTS.every((stage) => wholeTests(stageOf(definition, stage).where)) && wholeTests(definition.where) && wholeWho(definition.who);

/** Whose list is open, as the address carries it: "activation|value|web|lost|before". */
export const writePlace = (place: GrowthPlace): string =>
  [place.stage, place.row, encodeURIComponent(place.value ?? ""), place.lost ? "lost" : "", place.before ? "before" : ""].join("|");

export function readPlace(text: string | undefined): GrowthPlace | null {
  const [stage, row, value, lost, before] = (text ?? "").split("|");
  if (!STAGES.includes(stage as StageName) || !ROWS.includes(row as GrowthPlace["row"]) || before === undefined) return null;
  const kind = row as GrowthPlace["row"];
  return {
    stage: stage as StageName,
    row: kind,
    value: kind === "value" ? decodeURIComponent(value ?? "") : null,
    lost: lost === "lost",
    before: before === "before",
  };
}
