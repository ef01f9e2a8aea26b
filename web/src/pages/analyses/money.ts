/** Which money an analysis is about, as definitions write it and builders change it; and the months that analyses of orders start with. */

import dayjs from "dayjs";
import type { Known } from "@/api/analyses";
import { type Events, eventsOf, isObject, type Period, readEvents, type Test, wholeTests } from "./given";

export const OF_ORDERS = ["paid", "revenue", "booked"] as const;
export type OfOrders = (typeof OF_ORDERS)[number];
/** Money of orders, or the field of events. */
export type Money =
  | OfOrders
  | { orders?: OfOrders; currency?: string }
  | { event: string | string[]; where?: Test[]; field: string; currency?: string };
export type MoneyKind = OfOrders | "event";
const FRESH_DAYS = 3;
const MONTHS = 12;

const isOfOrders = (value: unknown): value is OfOrders => (OF_ORDERS as readonly unknown[]).includes(value);

/** Money as definitions write it; undefined where it is left out, null where a builder can't show it. */
export function readMoney(value: unknown): Money | undefined | null {
  if (value === undefined) return undefined;
  if (isOfOrders(value)) return value;
  if (!isObject(value) || (value.currency !== undefined && typeof value.currency !== "string")) return null;
  if (value.event === undefined) return value.orders === undefined || isOfOrders(value.orders) ? (value as Money) : null;
  return readEvents({ event: value.event }) && (value.field === undefined || typeof value.field === "string")
    ? ({ field: "", ...value } as Money)
    : null;
}

export const kindOf = (money: Money | undefined): MoneyKind =>
  money === undefined ? "paid" : typeof money === "string" ? money : "event" in money ? "event" : (money.orders ?? "paid");

export const currencyOf = (money: Money | undefined): string => (typeof money === "object" ? (money.currency ?? "") : "");

/** The events of money of events. */
export const rowsOf = (money: Money | undefined): Events & { field: string } =>
  typeof money === "object" && "event" in money ? money : { event: "", field: "" };

/** Money of another kind, or in another currency; what is usual is left out. */
export function withMoney(kind: MoneyKind, currency: string, rows: Events & { field: string }): Money | undefined {
  const own = currency ? { currency } : {};
  if (kind === "event") return { event: rows.event, ...(rows.where ? { where: rows.where } : {}), field: rows.field || "price", ...own };
  if (currency) return { orders: kind, currency };
  return kind === "paid" ? undefined : kind;
}

export const wholeMoney = (money: Money | undefined): boolean =>
  typeof money !== "object" || !("event" in money) || (eventsOf(money).length > 0 && money.field !== "" && wholeTests(money.where));

/** The last day of data: of orders, else of events. */
export const lastOf = (known: Known): string | null =>
  known.orders?.last ??
  known.events
    .map((event) => event.last.slice(0, 10))
    .sort()
    .at(-1) ??
  null;

/** Twelve months up to now, this one among them; or where nothing came for days, up to the last day of data. */
export function usualMonths(known: Known): Period {
  const last = lastOf(known);
  if (!last || dayjs(known.today).diff(dayjs(last), "day") <= FRESH_DAYS) return { last: MONTHS, unit: "month" };
  const first = dayjs(last)
    .startOf("month")
    .subtract(MONTHS - 1, "month");
  return { from: first.format("YYYY-MM-DD"), to: last };
}
