/** Sessions as the address carries them and the builder changes them. */

import type { Known } from "@/api/analyses";
import { EVERY_SESSION, type SessionsNode, type SessionsPlace } from "@/api/sessions";
import { type Asked, type Events, eventsOf, isObject, readEvents, readObject, readPeriod, usualPeriod, wholeTests } from "./given";
import { wholeWho } from "./who";

export type SessionsDefinition = Asked & {
  sessions?: string;
  /** Without any, all events take part. */
  events: Events[];
  gap: string;
  midnight?: boolean;
  campaign?: boolean | string | string[];
  by?: string | { field: string; event?: string | string[] };
  top?: number;
  breakdown?: string | { field: string; top?: number };
  trend?: string;
};

const GAP = "30 minutes";

/** Read a definition of the address; null where it is none that the builder can show. */
export function readSessions(value: unknown): SessionsDefinition | null {
  const found = readObject(value);
  if (!found) return null;
  const given = found.events === "*" ? [] : found.events;
  const events = Array.isArray(given) ? given.map((one) => readEvents(one)) : [];
  if (!Array.isArray(given) || events.some((one) => one === null)) return null;
  return {
    ...found,
    events: events as Events[],
    gap: typeof found.gap === "string" ? found.gap : GAP,
    period: readPeriod(found.period),
  } as SessionsDefinition;
}

/** What is asked of the server: without names, all events. */
export const askedSessions = (definition: SessionsDefinition): Record<string, unknown> => ({
  ...definition,
  events: definition.events.length ? definition.events : "*",
});

/** What the page asks where its address says nothing. */
export const usualSessions = (known: Known): SessionsDefinition => ({ events: [], gap: GAP, trend: "day", period: usualPeriod(known) });

export const wholeSessions = (definition: SessionsDefinition): boolean =>
  definition.events.every((one) => eventsOf(one).length > 0 && wholeTests(one.where)) && wholeTests(definition.where) && wholeWho(definition.who);

const CELLS = ["total", "value", "none", "bucket"] as const;

function readNode(value: unknown): SessionsNode | null {
  if (!isObject(value) || typeof value.name !== "string") return null;
  return { name: value.name, value: typeof value.value === "string" ? value.value : null };
}

/** Whose list is open, as the address carries it. */
export function readSessionsPlace(text: string | undefined): SessionsPlace | null {
  try {
    const found: unknown = JSON.parse(text ?? "");
    if (!isObject(found)) return null;
    return {
      cell: CELLS.find((one) => one === found.cell) ?? "total",
      value: typeof found.value === "string" ? found.value : null,
      entry: readNode(found.entry),
      exit: readNode(found.exit),
      bin: typeof found.bin === "number" ? found.bin : null,
      only: found.only === "bounces" || found.only === "open" ? found.only : null,
    };
  } catch {
    return null;
  }
}

/** What of a place differs from all sessions, so that the address stays short. */
export const writeSessionsPlace = (place: Partial<SessionsPlace>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(place).filter(([key, value]) => value !== EVERY_SESSION[key as keyof SessionsPlace])));
