/** Clusters of people as the address carries them and the builder changes them. */

import type { Known } from "@/api/analyses";
import { type Asked, type Events, isObject, readEvents, readObject, readPeriod, type Test, usualPeriod, wholeTests } from "./given";
import { wholeWho } from "./who";

export const OF_EVENTS = ["times", "days", "distinct", "sum"] as const;
export const OF_ORDERS = ["orders", "money", "recency"] as const;
export type Measure = (typeof OF_EVENTS)[number] | (typeof OF_ORDERS)[number];
export const MEASURES: readonly Measure[] = [...OF_EVENTS, ...OF_ORDERS];
export const FEATURES_LEAST = 2;
export const FEATURES_MOST = 12;
export const K_MOST = 12;
export type Feature = { measure: Measure; event?: string | string[]; where?: Test[]; of?: string; as?: string; log?: boolean };
export type ClustersDefinition = Asked & { clusters?: string; features: Feature[]; k: number | "auto"; money?: unknown };

const USUAL = ["search", "detail_view"];

export const ofEvents = (measure: Measure): boolean => (OF_EVENTS as readonly string[]).includes(measure);
export const hasField = (measure: Measure): boolean => measure === "distinct" || measure === "sum";

function readFeature(value: unknown): Feature | null {
  if (!isObject(value)) return null;
  const measure = MEASURES.find((one) => one === value.measure);
  if (!measure || (ofEvents(measure) && !readEvents<Events>(value.event))) return null;
  return { ...value, measure } as Feature;
}

/** Read a definition of the address; null where it is none that the builder can show. */
export function readClusters(value: unknown): ClustersDefinition | null {
  const found = readObject(value);
  const features = found && Array.isArray(found.features) ? found.features.map(readFeature) : null;
  if (!found || !features || features.some((one) => one === null)) return null;
  return {
    ...found,
    features: features as Feature[],
    k: typeof found.k === "number" ? found.k : "auto",
    period: readPeriod(found.period),
  } as ClustersDefinition;
}

/** What the page asks where its address says nothing: what people look at, on how many days they come, and what they buy. */
export function usualClusters(known: Known): ClustersDefinition {
  const stored = new Set(known.events.map((event) => event.name));
  const named = USUAL.filter((name) => stored.has(name)).map((event): Feature => ({ measure: "times", event }));
  const first = known.events[0]?.name;
  const acts = named.length || !first ? named : [{ measure: "times" as const, event: first }];
  return { features: [...acts, { measure: "days", event: "*" }, { measure: "orders" }, { measure: "money" }], k: "auto", period: usualPeriod(known) };
}

/** With another measure; only some have events, and only some a field. */
export function withMeasure({ event, where, of, as: _, ...feature }: Feature, measure: Measure): Feature {
  const rows = ofEvents(measure) ? { event: event ?? "*", ...(where ? { where } : {}) } : {};
  return { ...feature, measure, ...rows, ...(hasField(measure) ? { of: of ?? "price" } : {}) };
}

const told = (feature: Feature) => JSON.stringify([feature.measure, feature.event, feature.of, feature.as]);

export const wholeClusters = (definition: ClustersDefinition): boolean =>
  definition.features.length >= FEATURES_LEAST &&
  definition.features.every((one) => (!ofEvents(one.measure) || Boolean(one.event?.length)) && (!hasField(one.measure) || Boolean(one.of))) &&
  new Set(definition.features.map(told)).size === definition.features.length &&
  definition.features.every((one) => wholeTests(one.where)) &&
  wholeTests(definition.where) &&
  wholeWho(definition.who);

/** Whose list is open, as the address carries it: the number of a cluster, or "all" (0). */
export const readCluster = (text: string | undefined): number | null => (text === "all" ? 0 : text && /^\d{1,2}$/.test(text) ? Number(text) : null);
export const writeCluster = (cluster: number): string => (cluster ? String(cluster) : "all");
