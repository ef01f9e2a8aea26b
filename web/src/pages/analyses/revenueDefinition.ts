/** A lifetime value as data: what the address carries, how the builder changes it, and whose list is open. */

import type { Known } from "@/api/analyses";
import type { RevenueAnswer, RevenueCell, RevenuePlace, RevenueRow } from "@/api/money";
import { toNumber } from "@/kit/format";
import { type Asked, type Events, eventsOf, readEvents, readObject, readPeriod, wholeTests } from "./given";
import { type Money, readMoney, usualMonths, wholeMoney } from "./money";
import { wholeWho } from "./who";

export const GRAINS = ["day", "week", "month"] as const;
export type Grain = (typeof GRAINS)[number];
export const CELLS_MOST = 60;
export const AGE_MOST = 3_660;
const AGES = [0, 7, 30, 90, 180, 365];
const CELLS: Record<Grain, number> = { day: 31, week: 13, month: 12 };
/** A line is told of a cell when it stands for so many members. */
const FEW = 30;

export type Revenue = Asked & {
  start?: "order" | Events;
  starts?: "first" | "period";
  money?: Money;
  cohorts?: Grain;
  grain?: Grain;
  cells?: number;
  ages?: number[];
};
/** How ages are counted: in units of the calendar or of each start, or own days. */
export type Ages = Grain | "ages";

const isGrain = (value: unknown): value is Grain => (GRAINS as readonly unknown[]).includes(value);
const gone = (value: unknown) => value === undefined || isGrain(value);

/** A definition of the address in the form that the builder edits; null where the page can't show it. */
export function readRevenue(value: unknown): Revenue | null {
  const found = readObject(value);
  if (!found || !gone(found.cohorts) || !gone(found.grain)) return null;
  const start = found.start === undefined || found.start === "order" ? undefined : readEvents(found.start);
  const money = readMoney(found.money);
  if (start === null || money === null) return null;
  const { start: _, money: __, ...rest } = found;
  return {
    ...rest,
    ...(start ? { start } : {}),
    ...(money === undefined ? {} : { money }),
    period: readPeriod(found.period),
  } as Revenue;
}

/** What the page asks where its address says nothing: what the new customers of each month paid since. */
export const usualRevenue = (known: Known): Revenue => ({ period: usualMonths(known) });

/** Whether it says enough to be asked. */
export function wholeRevenue({ start, money, where, who, ages }: Revenue): boolean {
  const began = typeof start !== "object" || (eventsOf(start).length > 0 && wholeTests(start.where));
  return began && wholeMoney(money) && wholeTests(where) && wholeWho(who) && (ages === undefined || ages.length > 0);
}

export const cohortsOf = (definition: Revenue): Grain => definition.cohorts ?? "month";
export const agesOf = (definition: Revenue): Ages => (definition.ages ? "ages" : (definition.grain ?? cohortsOf(definition)));

/** The grains that ages of cohorts can be counted in: not coarser than the cohorts. */
export const grainsOf = (cohorts: Grain): Grain[] => GRAINS.slice(0, GRAINS.indexOf(cohorts) + 1);

/** Counted by another grain, or put into other cohorts; what has no meaning there is taken out. */
export function regrained(definition: Revenue, cohorts: Grain, ages: Ages): Revenue {
  const { cohorts: _, grain: __, cells: ___, ages: own, ...rest } = definition;
  const next: Revenue = { ...rest, ...(cohorts === "month" ? {} : { cohorts }) };
  if (ages === "ages") return { ...next, ages: own ?? AGES };
  const grain = grainsOf(cohorts).includes(ages) ? ages : cohorts;
  return { ...next, ...(grain === cohorts ? {} : { grain }), ...(grain === "month" ? {} : { cells: CELLS[grain] }) };
}

export const cellsOf = (definition: Revenue): number => definition.cells ?? 12;

/** Days as people write them, "0, 7, 30", growing and each once; null where there is none. */
export function readAges(text: string): number[] | null {
  const days = text
    .split(/[^\d]+/)
    .filter(Boolean)
    .map(Number)
    .filter((day) => day <= AGE_MOST);
  const found = [...new Set(days)].sort((a, b) => a - b).slice(0, CELLS_MOST);
  return found.length ? found : null;
}

const WRITTEN = /^(all|\d{1,2})(?::(\d{4}-\d{2}-\d{2}))?$/;

/** Whose list is open, as the address carries it: "all", "3" (all cohorts, until age 3), "all:2026-01-01", "3:2026-01-01". */
export function readRevenuePlace(text: string | undefined): RevenuePlace | null {
  const match = WRITTEN.exec(text ?? "");
  return match ? { cell: match[1] === "all" ? null : Number(match[1]), cohort: match[2] ?? null } : null;
}

export const writeRevenuePlace = ({ cohort, cell }: RevenuePlace): string => `${cell ?? "all"}${cohort === null ? "" : `:${cohort}`}`;

export const VIEWS = ["each", "value", "bought"] as const;
export type View = (typeof VIEWS)[number];

/** What a view tells of a cell; null where it is not over. */
export function figureOf(cell: RevenueCell | undefined, view: View): number | null {
  if (!cell || cell.value === null) return null;
  if (view === "bought") return cell.judged ? (cell.buyers ?? 0) / cell.judged : null;
  return toNumber(view === "each" ? cell.per_member : cell.value);
}

export const unitOf = (view: View): string => (view === "bought" ? "ratio" : "money");

/** The ends of the scale of colours over cohorts; cells of few members don't say where it ends. */
export function scaleOf(rows: RevenueRow[], view: View): { low: number; high: number } | null {
  const cells = rows.flatMap((row) => row.cells).filter((cell) => cell.value !== null && cell.judged > 0);
  const many = view === "value" ? cells : cells.filter((cell) => cell.judged >= FEW);
  const found = (many.length ? many : cells).map((cell) => figureOf(cell, view)).filter((one) => one !== null);
  return found.length ? { low: Math.min(...found), high: Math.max(...found) } : null;
}

/** The last age that is told of all cohorts; null where none is. */
export function lastTold(answer: RevenueAnswer): number | null {
  const at = answer.total.cells.findLastIndex((cell) => cell.value !== null && cell.judged > 0);
  return at < 0 ? null : at;
}

/** An age at which cohorts are well compared: the last one that at least half of the members have reached. */
export function fairAge(answer: RevenueAnswer): number | null {
  const at = answer.total.cells.findLastIndex((cell) => cell.value !== null && cell.judged * 2 >= answer.total.size && cell.judged > 0);
  return at < 0 ? null : at;
}

/** The cohorts that are compared until somebody chooses: those with a curve, the oldest, the newest and between, four at most. */
export function usualPicks(answer: RevenueAnswer): string[] {
  const able = answer.cohorts.filter((row) => row.size >= FEW && row.cells.filter((cell) => cell.value !== null).length > 1);
  const rows = able.length > 4 ? [0, 1, 2, 3].map((step) => able[Math.round((step * (able.length - 1)) / 3)]) : able;
  return rows.flatMap((row) => (row?.cohort ? [row.cohort] : []));
}

/** The cohorts with the most and the least for each member at an age, where several are told of enough members. */
export function extremes(answer: RevenueAnswer, cell: number): { best: RevenueRow; worst: RevenueRow } | null {
  const told = answer.cohorts.filter((row) => row.cells[cell]?.value != null && row.size >= FEW);
  const sorted = [...told].sort((a, b) => (figureOf(b.cells[cell], "each") ?? 0) - (figureOf(a.cells[cell], "each") ?? 0));
  const [best, worst] = [sorted[0], sorted.at(-1)];
  return best && worst && best !== worst ? { best, worst } : null;
}
