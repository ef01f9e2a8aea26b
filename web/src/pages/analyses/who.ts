/** A condition on people as the builders show it: what they did or did not do, how many orders they have, which ids. Anything richer is kept as it is. */

import { asEvents, type Events, eventsOf, isObject, type Period, readEvents, type Test, wholeTests } from "./given";

export const ID_KINDS = ["login", "member", "phone", "email", "device", "openid"] as const;
export const COUNTED = [">=", "<=", "="] as const;
/** In how many last days; null is always. */
export const IN_LAST = [1, 7, 14, 28, 30, 90, 180, 365] as const;

export type Did = { kind: "did" | "did_not"; event: string | string[]; op: string; times: number; where?: Test[]; period: unknown };
export type Orders = { kind: "orders"; op: string; times: number; period: unknown };
export type HasId = { kind: "has_id"; id: string; not: boolean };
export type Leaf = Did | Orders | HasId;
export type Who = { join: "all" | "any"; leaves: Leaf[] };

export const NOBODY_ASKED: Who = { join: "all", leaves: [] };
const keys = (value: object, allowed: string[]) => Object.keys(value).every((key) => allowed.includes(key));

function bound(value: unknown, otherwise: number): { op: string; times: number } | null {
  if (value === undefined) return { op: ">=", times: otherwise };
  if (typeof value === "number") return { op: ">=", times: value };
  if (!isObject(value) || typeof value.value !== "number") return null;
  const op = value.op ?? ">=";
  return (COUNTED as readonly unknown[]).includes(op) ? { op: op as string, times: value.value } : null;
}

function readLeaf(value: unknown): Leaf | null {
  if (!isObject(value)) return null;
  if (isObject(value.not) && keys(value, ["not"])) {
    const leaf = readLeaf(value.not);
    return leaf?.kind === "has_id" && !leaf.not ? { ...leaf, not: true } : null;
  }
  if ("has_id" in value) return keys(value, ["has_id"]) && typeof value.has_id === "string" ? { kind: "has_id", id: value.has_id, not: false } : null;
  if ("orders" in value) {
    const is = bound(value.is, 1);
    return is && value.orders === "count" && keys(value, ["orders", "is", "period"]) ? { kind: "orders", ...is, period: value.period } : null;
  }
  for (const kind of ["did", "did_not"] as const) {
    if (!(kind in value) || !keys(value, kind === "did" ? [kind, "times", "where", "period"] : [kind, "where", "period"])) continue;
    const events = readEvents<Events>(value[kind]);
    const is = bound(value.times, 1);
    if (!events || !is || isObject(value[kind])) return null;
    return { kind, event: events.event, ...is, ...(Array.isArray(value.where) ? { where: value.where as Test[] } : {}), period: value.period };
  }
  return null;
}

/** Read a condition; null where the builder has no controls for it. */
export function readWho(value: unknown): Who | null {
  if (value === undefined || value === null) return NOBODY_ASKED;
  if (!isObject(value)) return null;
  const join = Array.isArray(value.all) ? "all" : Array.isArray(value.any) ? "any" : null;
  const given = join ? (value[join] as unknown[]) : [value];
  if (join && !keys(value, [join])) return null;
  const leaves = given.map(readLeaf);
  return leaves.every((leaf) => leaf !== null) ? { join: join ?? "all", leaves: leaves as Leaf[] } : null;
}

const span = (period: unknown) => (period === undefined ? {} : { period });

function writeLeaf(leaf: Leaf): Record<string, unknown> {
  if (leaf.kind === "has_id") return leaf.not ? { not: { has_id: leaf.id } } : { has_id: leaf.id };
  if (leaf.kind === "orders") return { orders: "count", is: { op: leaf.op, value: leaf.times }, ...span(leaf.period) };
  const where = leaf.where?.length ? { where: leaf.where } : {};
  if (leaf.kind === "did_not") return { did_not: leaf.event, ...where, ...span(leaf.period) };
  const times = leaf.op === ">=" ? (leaf.times === 1 ? {} : { times: leaf.times }) : { times: { op: leaf.op, value: leaf.times } };
  return { did: leaf.event, ...times, ...where, ...span(leaf.period) };
}

/** Write a condition as the format has it; without leaves there is none. */
export function writeWho(who: Who): Record<string, unknown> | undefined {
  const leaves = who.leaves.map(writeLeaf);
  return leaves.length > 1 || (leaves.length && who.join === "any") ? { [who.join]: leaves } : leaves[0];
}

/** Whether each leaf says enough to be asked. */
export const wholeWho = (value: unknown): boolean => {
  const who = readWho(value);
  return (
    who === null ||
    who.leaves.every((leaf) => (leaf.kind === "did" || leaf.kind === "did_not" ? eventsOf(leaf).length > 0 && wholeTests(leaf.where) : true))
  );
};

/** The days that a leaf looks back; null is always, undefined what the builder has no control for. */
export function lastOf(period: unknown): number | null | undefined {
  if (period === undefined || period === "always") return null;
  const found = isObject(period) ? (period as Period) : {};
  return typeof found.last === "number" && (found.unit ?? "day") === "day" ? found.last : undefined;
}

/** A new leaf of a kind. */
export function fresh(kind: Leaf["kind"]): Leaf {
  const recent = { last: 30, unit: "day" };
  if (kind === "has_id") return { kind, id: "member", not: false };
  if (kind === "orders") return { kind, op: ">=", times: 1, period: undefined };
  return { kind, event: asEvents([]), op: ">=", times: 1, period: recent };
}
