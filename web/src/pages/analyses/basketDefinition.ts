/** A basket analysis as data: what the address carries, how the builder changes it, and whose list is open. */

import dayjs from "dayjs";
import type { Known } from "@/api/analyses";
import type { BasketAnswer, BasketPair, BasketPlace } from "@/api/basket";
import { toNumber } from "@/kit/format";
import { type Asked, type Events, eventsOf, type Period, patched, readEvents, readObject, readPeriod, type Test, wholeTests } from "./given";
import { lastOf } from "./money";
import { wholeWho } from "./who";

export const KINDS = ["order", "trip", "person"] as const;
export const BYS = ["lift", "leverage", "confidence", "together"] as const;
export type By = (typeof BYS)[number];
export const ITEMS_MOST = 3;
export const TOP = 300;
export const LEAST = 10;
const DAYS = 90;
const FRESH_DAYS = 3;
/** Fields of lines that are true or false. */
const EITHER = new Set(["member", "cancelled", "no_show", "paid"]);
const CANCELLED = "cancelled";

export type Basket = Asked & {
  items: string[];
  event?: Events;
  in?: string;
  within?: string;
  gap?: number;
  least?: number;
  by?: By;
  top?: number;
};

const optional = (value: unknown, type: "string" | "number") => value === undefined || typeof value === type;

/** A definition of the address in the form that the builder edits; null where the page can't show it. */
export function readBasket(value: unknown): Basket | null {
  const found = readObject(value);
  if (!found) return null;
  const items = typeof found.items === "string" ? (found.items ? [found.items] : []) : found.items;
  const event = found.event === undefined ? undefined : readEvents(found.event);
  if (event === null || !Array.isArray(items) || !items.every((one) => typeof one === "string")) return null;
  const texts = [found.in, found.within, found.by].every((one) => optional(one, "string"));
  if (!texts || ![found.gap, found.least, found.top].every((one) => optional(one, "number"))) return null;
  const { event: _, ...rest } = found;
  return { top: TOP, ...rest, items, ...(event ? { event } : {}), period: readPeriod(found.period) } as Basket;
}

/** The definition as the server takes it: one item by its name; what is true or false as such. */
export function writtenBasket({ items, where, ...rest }: Basket): Record<string, unknown> {
  const tests = where?.map((test) =>
    !rest.event && EITHER.has(test.field) && (test.value === "true" || test.value === "false") ? { ...test, value: test.value === "true" } : test,
  );
  return { ...rest, items: items.length === 1 ? items[0] : items, ...(tests ? { where: tests } : {}) };
}

/** Ninety days up to now; or where nothing was booked for days, up to the last booking. */
export function usualDays(known: Known): Period {
  const last = lastOf(known);
  if (!last || dayjs(known.today).diff(dayjs(last), "day") <= FRESH_DAYS) return { last: DAYS, unit: "day" };
  return {
    from: dayjs(last)
      .subtract(DAYS - 1, "day")
      .format("YYYY-MM-DD"),
    to: last,
  };
}

const LEFT_OUT: Test = { field: CANCELLED, op: "=", value: false };
const isLeftOut = (test: Test) => test.field === CANCELLED && test.op === "=" && (test.value === false || test.value === "false");

/** What the page asks where its address says nothing: which goods are in one order; without orders, what people search for. */
export function usualBasket(known: Known): Basket {
  const usual: Basket = { items: ["goods_id"], period: usualDays(known), top: TOP };
  if (known.orders) return { ...usual, where: [LEFT_OUT] };
  return { ...usual, items: ["route"], event: { event: known.events[0]?.name ?? "" }, in: "person" };
}

/** Whether it says enough to be asked. */
export const wholeBasket = ({ items, event, where, who }: Basket): boolean =>
  items.length > 0 && (!event || (eventsOf(event).length > 0 && wholeTests(event.where))) && wholeTests(where) && wholeWho(who);

export const insideOf = (definition: Basket): string => definition.in ?? (definition.event ? "order_ref" : "order");

/** Baskets of another kind; what has no meaning there is taken out. */
export function withInside(definition: Basket, inside: string): Basket {
  const { within, gap, ...rest } = definition;
  return { ...rest, in: inside, ...(inside === "person" && within ? { within } : {}), ...(inside === "trip" && gap !== undefined ? { gap } : {}) };
}

/** Of events instead of lines of orders, or the reverse: fields and tests of one mean nothing to the other. */
export function ofEvents(definition: Basket, events: boolean): Basket {
  const { event: _, in: __, within: ___, gap: ____, where: _____, ...rest } = definition;
  return events ? { ...rest, event: { event: "" }, items: ["route"], in: "person" } : { ...rest, items: ["goods_id"], where: [LEFT_OUT] };
}

export const hasCancelled = ({ where }: Basket): boolean => !where?.some(isLeftOut);

/** With the cancelled lines, or without them. */
export function withCancelled(definition: Basket, counted: boolean): Basket {
  const where = (definition.where ?? []).filter((test) => !isLeftOut(test));
  const next = counted ? where : [...where, LEFT_OUT];
  return patched(definition, { where: next.length ? next : undefined });
}

/** The tests that have no control of their own, and how they are changed beside the one that has. */
export const othersOf = ({ where }: Basket): Test[] | undefined => where?.filter((test) => !isLeftOut(test));
export function withOthers(definition: Basket, others: Test[] | undefined): Basket {
  const own = (definition.where ?? []).filter(isLeftOut);
  const where = [...own, ...(others ?? [])];
  return patched(definition, { where: where.length ? where : undefined });
}

/** Whose list is open, as the address carries it: "all", or a pair as a JSON list. */
export function readBasketPlace(text: string | undefined): { pair: BasketPlace } | null {
  if (text === undefined) return null;
  if (text === "all") return { pair: null };
  try {
    const found: unknown = JSON.parse(text);
    if (!Array.isArray(found) || found.length !== 2 || !found.every((one) => typeof one === "string")) return null;
    return { pair: { one: found[0] as string, other: found[1] as string } };
  } catch {
    return null;
  }
}

export const writeBasketPlace = (pair: BasketPlace): string => (pair ? JSON.stringify([pair.one, pair.other]) : "all");

/** A pair seen from one of its items: of the baskets with `item` the share that has `mate`. */
export type Seen = BasketPair & { key: string };

/** The pairs as they are shown: all of them, or those of one item, which then stands first. */
export function pairsOf(answer: BasketAnswer, item: string | undefined): Seen[] {
  const keyed = answer.pairs.map((pair, index): Seen => ({ ...pair, key: String(index) }));
  if (item === undefined) return keyed;
  return keyed.filter((pair) => pair.one === item || pair.other === item).map((pair) => (pair.one === item ? pair : turned(pair)));
}

function turned(pair: Seen): Seen {
  return {
    ...pair,
    one: pair.other,
    other: pair.one,
    fields: [...pair.fields].reverse(),
    values: [...pair.values].reverse(),
    with_one: pair.with_other,
    with_other: pair.with_one,
    confidence: pair.confidence_back,
    confidence_back: pair.confidence,
  };
}

export const highest = (pair: BasketPair): number => Math.max(toNumber(pair.confidence) ?? 0, toNumber(pair.confidence_back) ?? 0);

/** The items that stand in pairs, each once, those in most baskets first; masked ones can't be looked for. */
export function itemsOf(answer: BasketAnswer): { item: string; field: string; value: string; baskets: number }[] {
  const found = new Map<string, { item: string; field: string; value: string; baskets: number }>();
  for (const pair of answer.pairs) {
    const sides = [
      [pair.one, 0, pair.with_one],
      [pair.other, 1, pair.with_other],
    ] as const;
    for (const [item, at, baskets] of sides)
      if (item !== null) found.set(item, { item, field: pair.fields[at] ?? "", value: pair.values[at] ?? "", baskets });
  }
  return [...found.values()].sort((a, b) => b.baskets - a.baskets || (a.value < b.value ? -1 : 1));
}

/** The field and the value of an item as the answer writes it. */
export function itemTold(item: string, fields: string[]): { field: string; value: string } {
  if (fields.length === 1) return { field: fields[0] ?? "", value: item };
  try {
    const [field, value] = JSON.parse(item) as [string, string];
    return { field, value };
  } catch {
    return { field: "", value: item };
  }
}
