/** Paths as the address carries them and the builder changes them; and what is read off an answer: columns, ribbons, the way most go. */

import type { Known } from "@/api/analyses";
import type { NodeAsked, PathsAnswer, PathsNode, PathsPlace } from "@/api/paths";
import { type Asked, type Events, eventsOf, isObject, patched, readEvents, readObject, readPeriod, share, usualPeriod, wholeTests } from "./given";
import { wholeWho } from "./who";

export type PathsDefinition = Asked & {
  paths?: string;
  /** No names: every event takes part. */
  events: Events[];
  by?: string | { field: string; event?: unknown };
  group?: unknown[];
  start?: Events;
  end?: Events;
  session_gap: string;
  repeats?: string;
  steps: number;
  top: number;
};
export type Anchor = "none" | "start" | "end";

export const ANCHORS: Anchor[] = ["start", "end", "none"];
export const REPEATS = ["one", "each"] as const;
export const STEPS_LEAST = 2;
export const STEPS_MOST = 20;
export const TOP_MOST = 30;
const USUAL = ["search", "detail_view", "checkout", "order_placed", "payment_succeeded", "payment_failed"];

const within = (value: unknown, usual: number, least: number, most: number) =>
  typeof value === "number" && Number.isInteger(value) && value >= least && value <= most ? value : usual;

/** Read a definition of the address; null where it is none that the builder can show. */
export function readPaths(value: unknown): PathsDefinition | null {
  const found = readObject(value);
  if (!found) return null;
  const given = found.events === "*" ? [] : found.events;
  const events = Array.isArray(given) ? given.map((one) => readEvents(one)) : [];
  const anchors = ["start", "end"].flatMap((key) =>
    found[key] === undefined || found[key] === null ? [] : [[key, readEvents(found[key])] as const],
  );
  if (!Array.isArray(given) || events.some((one) => one === null) || anchors.length > 1 || anchors.some(([, one]) => one === null)) return null;
  return {
    ...found,
    events: events as Events[],
    ...Object.fromEntries(anchors),
    period: readPeriod(found.period),
    session_gap: typeof found.session_gap === "string" ? found.session_gap : "30 minutes",
    steps: within(found.steps, 5, STEPS_LEAST, STEPS_MOST),
    top: within(found.top, 8, 1, TOP_MOST),
  } as PathsDefinition;
}

/** What is asked of the server: without names, all events. */
export const askedPaths = (definition: PathsDefinition): Record<string, unknown> => ({
  ...definition,
  events: definition.events.length ? definition.events : "*",
});

/** What the page asks where its address says nothing: what comes after a search, as far as it was stored. */
export function usualPaths(known: Known): PathsDefinition {
  const stored = new Set(known.events.map((event) => event.name));
  const usual = USUAL.filter((name) => stored.has(name));
  const named = usual.length > 2 ? usual : [];
  const first = named[0];
  return {
    events: named.map((event) => ({ event })),
    ...(first ? { start: { event: first } } : {}),
    session_gap: "30 minutes",
    steps: 5,
    top: 8,
    period: usualPeriod(known),
  };
}

export const anchorOf = (definition: PathsDefinition): Anchor => (definition.start ? "start" : definition.end ? "end" : "none");

/** With an anchor; an event that paths begin or end with takes part, too. */
export function anchored(definition: PathsDefinition, anchor: Anchor, events: Events | undefined): PathsDefinition {
  const next = patched(definition, { start: anchor === "start" ? events : undefined, end: anchor === "end" ? events : undefined });
  if (!events || !next.events.length) return next;
  const part = new Set(next.events.flatMap(eventsOf));
  return { ...next, events: [...next.events, ...eventsOf(events).flatMap((event) => (part.has(event) ? [] : [{ event }]))] };
}

/** The names that take part; an entry with filters stays as it is as long as its names are chosen. */
export function withNames<D extends { events: Events[] }>(definition: D, names: string[]): D {
  const kept = definition.events.filter((one) => one.where?.length && eventsOf(one).every((name) => names.includes(name)));
  const told = new Set(kept.flatMap(eventsOf));
  return { ...definition, events: [...kept, ...names.filter((name) => !told.has(name)).map((event) => ({ event }))] };
}

/** Whether it says enough to be asked. */
export function wholePaths(definition: PathsDefinition): boolean {
  const anchor = definition.start ?? definition.end;
  const parts = [...definition.events, ...(anchor ? [anchor] : [])];
  return parts.every((part) => eventsOf(part).length > 0 && wholeTests(part.where)) && wholeTests(definition.where) && wholeWho(definition.who);
}

/** Whose list is open, as the address carries it. */
export function readPathsPlace(text: string | undefined): PathsPlace | null {
  try {
    const found: unknown = JSON.parse(text ?? "");
    if (!isObject(found) || typeof found.step !== "number") return null;
    return { step: found.step, node: readNode(found.node), onto: readNode(found.onto), exits: found.exits === true };
  } catch {
    return null;
  }
}

function readNode(value: unknown): NodeAsked | null {
  if (!isObject(value)) return null;
  return { name: typeof value.name === "string" ? value.name : null, value: typeof value.value === "string" ? value.value : null };
}

export const writePathsPlace = (place: PathsPlace): string =>
  JSON.stringify({
    step: place.step,
    ...(place.node ? { node: place.node } : {}),
    ...(place.onto ? { onto: place.onto } : {}),
    ...(place.exits ? { exits: true } : {}),
  });

export const asked = (node: PathsNode): NodeAsked => ({ name: node.name, value: node.value });

/** From a node to another in the order of steps, which runs against time where steps are counted from the end. */
export type Hop = { from: PathsNode; to: PathsNode; paths: number; people: number };

/** The links of an answer with their nodes, from a step to the next. */
export function hopsOf(answer: PathsAnswer): Hop[] {
  const nodes = new Map(answer.nodes.map((node) => [node.id, node]));
  return answer.links.flatMap((link) => {
    const ends = [nodes.get(link.source), nodes.get(link.target)].sort((a, b) => (a?.step ?? 0) - (b?.step ?? 0));
    const [from, to] = ends;
    return from && to ? [{ from, to, paths: link.paths, people: link.people }] : [];
  });
}

/** One step of the way that most take: the node, or null where most end there; the share is of those who were at the node before. */
export type Turn = { node: PathsNode | null; share: number };

/** From the largest node of the first step on, at each node what most do next. */
export function mostTaken(answer: PathsAnswer): Turn[] {
  const hops = hopsOf(answer);
  let at = answer.nodes.find((node) => node.step === 1 && !node.other) ?? null;
  const turns: Turn[] = at ? [{ node: at, share: share(at.paths, answer.total.paths) ?? 0 }] : [];
  while (at) {
    const here: PathsNode = at;
    const best = hops.filter((hop) => hop.from.id === here.id).sort((a, b) => b.paths - a.paths)[0];
    if (here.exits.paths > (best?.paths ?? 0)) {
      turns.push({ node: null, share: share(here.exits.paths, here.paths) ?? 0 });
      break;
    }
    if (!best) break;
    turns.push({ node: best.to, share: share(best.paths, here.paths) ?? 0 });
    at = best.to;
  }
  return turns;
}

/** The node at which most paths end; null where none does. */
export function mostExits(answer: PathsAnswer): PathsNode | null {
  const sorted = [...answer.nodes].sort((a, b) => b.exits.paths - a.exits.paths);
  return sorted[0]?.exits.paths ? sorted[0] : null;
}

/** What most do after a node: the hop that most paths take, or null where there is none. */
export function nextOf(node: PathsNode, hops: Hop[]): Hop | null {
  return hops.filter((hop) => hop.from.id === node.id).sort((a, b) => b.paths - a.paths)[0] ?? null;
}
