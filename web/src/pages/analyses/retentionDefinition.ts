/** A retention as data: what the address carries, how the builder changes it, and whose list is open. */

import type { Known } from "@/api/analyses";
import type { RetentionAnswer, RetentionPlace, RetentionRow } from "@/api/retention";
import { toNumber } from "@/kit/format";
import { type Asked, type Events, eventsOf, isObject, readEvents, readObject, readPeriod, usualPeriod, wholeTests } from "./given";
import { wholeWho } from "./who";

export const GRAINS = ["day", "week", "month", "rolling", "brackets", "trip"] as const;
export type Grain = (typeof GRAINS)[number];
export const COHORTS = ["day", "week", "month"] as const;
export const CELLS_MOST = 60;
export const DAYS_FARTHEST = 3_660;
const BRACKETS = [0, 1, 2, 3, 7, 14, 30, 60];
const CELLS: Record<Grain, number> = { day: 8, week: 8, month: 6, rolling: 8, brackets: 7, trip: 4 };
/** Events by which people are usually here, the first that was stored. */
const USUAL = ["search", "page_view", "app_start", "detail_view"];

export type Breakdown = { field: string; top?: number };
export type Measure = "count" | "days" | { sum: string };
export type Retention = Asked & {
  start: Events;
  return?: Events;
  grain: Grain;
  cells?: number;
  brackets?: number[];
  interval?: string;
  cohorts?: string;
  starts?: string;
  returns?: string;
  same?: string;
  measure?: Measure;
  breakdown?: Breakdown;
};

const isGrain = (value: unknown): value is Grain => (GRAINS as readonly unknown[]).includes(value);

/** A definition of the address in the form that the builder edits; null where the page can't show it. */
export function readRetention(value: unknown): Retention | null {
  const found = readObject(value);
  const start = found ? readEvents(found.start) : null;
  if (!found || !start) return null;
  const back = found.return === undefined ? undefined : readEvents(found.return);
  const grain = found.grain ?? (found.brackets === undefined ? "day" : "brackets");
  const cut = typeof found.breakdown === "string" ? { field: found.breakdown } : found.breakdown;
  if (back === null || !isGrain(grain) || (cut !== undefined && !isObject(cut))) return null;
  return {
    ...found,
    start,
    ...(back === undefined ? {} : { return: back }),
    grain,
    period: readPeriod(found.period),
    ...(cut === undefined ? {} : { breakdown: cut as Breakdown }),
  } as Retention;
}

/** What the page asks where its address says nothing: who searches, and who does so again on the days after. */
export function usualRetention(known: Known): Retention {
  const stored = new Set(known.events.map((event) => event.name));
  const event = USUAL.find((name) => stored.has(name)) ?? known.events[0]?.name ?? "";
  return { start: { event }, grain: "day", period: usualPeriod(known) };
}

/** Whether it says enough to be asked. */
export function isWholeRetention(definition: Retention): boolean {
  const parts = [definition.start, ...(definition.return ? [definition.return] : [])];
  const brackets = definition.grain !== "brackets" || (definition.brackets ?? []).length > 1;
  const sum = typeof definition.measure !== "object" || definition.measure.sum !== "";
  const whole = parts.every((part) => eventsOf(part).length > 0 && wholeTests(part.where));
  return brackets && sum && whole && wholeTests(definition.where) && wholeWho(definition.who);
}

/** Counted by another grain; what has no meaning there is taken out. */
export function grained(definition: Retention, grain: Grain): Retention {
  const { brackets: _, interval: __, cohorts, cells: ___, ...rest } = definition;
  const own = grain === "rolling" || grain === "brackets" || grain === "trip";
  const next: Retention = { ...rest, grain };
  if (grain === "brackets") next.brackets = BRACKETS;
  else next.cells = CELLS[grain];
  if (own && cohorts !== undefined) next.cohorts = cohorts;
  if (grain === "trip" && cohorts === undefined) next.cohorts = "month";
  return next;
}

/** How many cells are asked for. */
export const cellsOf = (definition: Retention): number => definition.cells ?? 8;

/** Days as people write them, "0, 1, 7", growing and each once; null for less than two. */
export function readBrackets(text: string): number[] | null {
  const days = text
    .split(/[^\d]+/)
    .filter(Boolean)
    .map(Number)
    .filter((day) => day <= DAYS_FARTHEST);
  const found = [...new Set(days)].sort((a, b) => a - b).slice(0, CELLS_MOST + 1);
  return found.length > 1 ? found : null;
}

const WRITTEN = /^(\d{1,2}|all)(-?)(?::(cohort|value|none)(?::(.*))?)?$/s;

/** Whose list is open, as the address carries it: "all", "3" (returned in cell 3), "3-:cohort:2026-10-01" (did not), "1:value:ios". */
export function readRetentionPlace(text: string | undefined): RetentionPlace | null {
  const match = WRITTEN.exec(text ?? "");
  if (!match) return null;
  const row = (match[3] ?? "total") as RetentionPlace["row"];
  const cell = match[1] === "all" ? null : Number(match[1]);
  return { row, value: row === "cohort" || row === "value" ? (match[4] ?? "") : null, cell, lost: cell !== null && match[2] === "-" };
}

export function writeRetentionPlace({ row, value, cell, lost }: RetentionPlace): string {
  return `${cell ?? "all"}${lost ? "-" : ""}${row === "total" ? "" : `:${row}${value === null ? "" : `:${value}`}`}`;
}

/** What tells a row from others, also in the address. */
export const rowKey = (row: Pick<RetentionRow, "kind" | "cohort" | "value" | "shown">): string =>
  row.kind === "cohort" ? `cohort:${row.cohort}` : row.kind === "value" ? `value:${row.value ?? row.shown}` : row.kind;

/** Rows whose curves are drawn beside the total, as the address names them; null where it says nothing. */
export function readPicked(text: string | undefined): string[] | null {
  try {
    const found: unknown = JSON.parse(text ?? "null");
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === "string") : null;
  } catch {
    return null;
  }
}

/** Whether the first cell says nothing, as everybody who is told of is in it. */
export function isFirstTrivial(answer: Pick<RetentionAnswer, "total" | "cohorts" | "breakdown">): boolean {
  const told = [answer.total, ...answer.cohorts, ...answer.breakdown].map((row) => row.cells[0]).filter((cell) => cell && cell.returned !== null);
  return told.length > 0 && told.every((cell) => cell?.returned === cell?.judged) && answer.total.cells.length > 1;
}

/** The cell that is told first: the first one that is not true by itself, as far as it is over. */
export const leadOf = (answer: RetentionAnswer): number =>
  Math.min(isFirstTrivial(answer) || answer.grain !== "brackets" ? 1 : 0, lastTold(answer) ?? 0);

/** Cells of fewer starts don't say where the scale of colours ends. */
const FEW = 30;

/** The ends of the scale of colours over rows, from a cell on: the least and the most that is told; null where nothing is. */
export function scaleOf(
  rows: RetentionRow[],
  from: number,
  figure: (cell: RetentionRow["cells"][number]) => string | number | null | undefined,
): { low: number; high: number } | null {
  const cells = rows.flatMap((row) => row.cells.slice(from)).filter((cell) => cell.returned !== null && cell.judged > 0);
  const many = cells.filter((cell) => cell.judged >= FEW);
  const found = (many.length ? many : cells).map((cell) => toNumber(figure(cell))).filter((value) => value !== null);
  return found.length ? { low: Math.min(...found), high: Math.max(...found) } : null;
}

/** Where a figure lies on a scale, 0 to 1; in the middle where both ends are one, at its foot where that is nothing. */
export const placeOn = (value: number, { low, high }: { low: number; high: number }): number =>
  high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : high ? 0.5 : 0;

/** The last cell of the total that is told; null where none is. */
export function lastTold(answer: RetentionAnswer): number | null {
  const at = answer.total.cells.findLastIndex((cell) => cell.returned !== null && cell.judged > 0);
  return at < 0 ? null : at;
}
