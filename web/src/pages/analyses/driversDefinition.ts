/** Driver trees as the address carries them and the builder changes them; and how their leaves are told and put in order. */

import type { Known } from "@/api/analyses";
import type { DriverLeaf } from "@/api/drivers";
import {
  type Asked,
  type Events,
  eventsOf,
  isObject,
  patched,
  readEvents,
  readObject,
  readPeriod,
  type Test,
  usualPeriod,
  wholeTests,
} from "./given";
import { wholeWho } from "./who";

export type Driver = string | { field?: string; trait?: string; as?: string };
export type Target = { did: string | string[]; where?: Test[]; within: string; sum?: string };
export type DriversDefinition = Asked & {
  drivers?: string;
  start: Events;
  target: Target;
  by: Driver[];
  depth?: number;
  least?: number;
  seed?: number;
};

export const DRIVERS_MOST = 12;
export const DEPTHS = [1, 2, 3, 4] as const;
export const DEPTH = 3;
export const LEAST = 50;
const BY = ["device", "platform", "sales_channel", "country", "route"];

function readDriver(value: unknown): Driver | null {
  if (typeof value === "string") return value;
  if (!isObject(value) || (typeof value.field === "string") === (typeof value.trait === "string")) return null;
  return typeof value.field === "string" && (value.as ?? "category") === "category" ? value.field : (value as Driver);
}

/** Read a definition of the address; null where it is none that the builder can show. */
export function readDrivers(value: unknown): DriversDefinition | null {
  const found = readObject(value);
  const start = found && readEvents(found.start);
  const target = found && isObject(found.target) ? found.target : null;
  const did = target && readEvents(target.did);
  if (!found || !start || !target || !did || did.where || !Array.isArray(found.by)) return null;
  const by = found.by.map(readDriver);
  if (by.some((one) => one === null)) return null;
  const within = typeof target.within === "string" ? target.within : "7 days";
  return { ...found, start, target: { ...target, did: did.event, within }, by, period: readPeriod(found.period) } as DriversDefinition;
}

/** What the page asks where its address says nothing: what those who search and then pay have in common. */
export function usualDrivers(known: Known): DriversDefinition {
  const stored = new Set(known.events.map((event) => event.name));
  const [first, second] = known.events;
  const named = (names: string[], otherwise: string | undefined) => names.find((name) => stored.has(name)) ?? otherwise ?? "";
  return {
    start: { event: named(["search", "detail_view"], first?.name) },
    target: { did: named(["payment_succeeded", "order_placed"], second?.name ?? first?.name), within: "2 days" },
    by: BY.filter((name) => known.fields.some((field) => field.name === name)),
    period: usualPeriod(known),
  };
}

export const wholeDrivers = ({ start, target, by, where, who }: DriversDefinition): boolean =>
  eventsOf(start).length > 0 &&
  wholeTests(start.where) &&
  eventsOf({ event: target.did }).length > 0 &&
  wholeTests(target.where) &&
  target.sum !== "" &&
  by.length > 0 &&
  wholeTests(where) &&
  wholeWho(who);

/** Drivers by how they are chosen: fields as categories, fields as numbers, traits. */
export function sorted(by: Driver[]): { categories: string[]; numbers: string[]; traits: string[] } {
  const fields = by.map((one) => (typeof one === "string" ? { field: one } : one));
  const named = (number: boolean) => fields.flatMap((one) => (one.field !== undefined && (one.as === "number") === number ? [one.field] : []));
  return { categories: named(false), numbers: named(true), traits: fields.flatMap((one) => (one.trait === undefined ? [] : [one.trait])) };
}

/** With other drivers of one kind; a field is a category or a number, and a trait that was read as a number stays one. */
export function withDrivers(definition: DriversDefinition, kind: "categories" | "numbers" | "traits", names: string[]): DriversDefinition {
  const now = sorted(definition.by);
  const kept = { ...now, [kind]: names };
  if (kind === "numbers") kept.categories = now.categories.filter((name) => !names.includes(name));
  if (kind === "categories") kept.numbers = now.numbers.filter((name) => !names.includes(name));
  const trait = (name: string): Driver => definition.by.find((one) => typeof one === "object" && one.trait === name) ?? { trait: name };
  const by = [...kept.categories, ...kept.numbers.map((field) => ({ field, as: "number" })), ...kept.traits.map(trait)];
  return { ...definition, by: by.slice(0, DRIVERS_MOST) };
}

/** With another target; only what has a value is written down. */
export const withTarget = (definition: DriversDefinition, patch: { [K in keyof Target]?: Target[K] | undefined }): DriversDefinition => ({
  ...definition,
  target: patched(definition.target, patch),
});

/** Leaves by how far they are from all people, the farthest first. */
export const byDistance = (leaves: readonly DriverLeaf[], total: number): DriverLeaf[] =>
  [...leaves].sort((a, b) => Math.abs(Number(b.figure.mean) - total) - Math.abs(Number(a.figure.mean) - total));

/** Whether a figure is apart from that of all: above it, below it, or neither beyond its interval. */
export function apart(figure: { low: string; high: string }, total: number): "above" | "below" | "near" {
  return Number(figure.low) > total ? "above" : Number(figure.high) < total ? "below" : "near";
}

/** How steady the first split is: the same driver in nearly all resampled halves, in most of them, or in turns with others. */
export function steadiness(share: string | null): "firm" | "mostly" | "turns" {
  const part = Number(share ?? 0);
  return part >= 0.9 ? "firm" : part >= 0.6 ? "mostly" : "turns";
}

/** Whose list is open, as the address carries it: a leaf's number, or all (null); undefined where none is. */
export const readLeaf = (text: string | undefined): number | null | undefined =>
  text === "all" ? null : text && /^\d{1,2}$/.test(text) ? Number(text) : undefined;
