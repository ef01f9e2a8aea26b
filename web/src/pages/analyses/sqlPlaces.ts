/** Places in a statement, and what of a result can be drawn: pure rules of the SQL page. */

import type { Cell, SqlAnswer } from "@/api/sql";
import { toNumber } from "@/kit/format";

/** The line and column (from 1) that the server names, such as "line 2, column 7"; null when it names none. */
export function placeOf(where: string | null): { line: number; column: number } | null {
  const found = /line (\d+), column (\d+)/.exec(where ?? "");
  return found ? { line: Number(found[1]), column: Number(found[2]) } : null;
}

/** Where a place stands in a text, as an offset. */
export function offsetOf(text: string, place: { line: number; column: number }): number {
  const lines = text.split("\n");
  const before = lines.slice(0, place.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  return Math.min(text.length, before + place.column - 1);
}

/** A text with a word put in at a selection, with blanks where it would touch another word; and where the caret goes. */
export function withWord(text: string, word: string, start: number, end: number): { text: string; caret: number } {
  const lead = start > 0 && /[\w"')]/.test(text[start - 1] ?? "") ? " " : "";
  const tail = /[\w"']/.test(text[end] ?? "") ? " " : "";
  const put = lead + word + tail;
  return { text: text.slice(0, start) + put + text.slice(end), caret: start + put.length };
}

/** Numbers that name something rather than count it: shown without marks of thousands. */
export const isKey = (name: string): boolean =>
  /(^|_)(person|id|code|session|key|no|ms|year|month|week|day|hour)$/.test(name.toLowerCase()) || /_id$|_code$/.test(name);

const MIDNIGHT = /[ T]00:00:00(\.0+)?$/;
/** A day of a date or of a midnight; null for anything else. */
export function dayOf(value: Cell | undefined): string | null {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}/.test(value)) return null;
  return value.length === 10 ? value : MIDNIGHT.test(value) ? value.slice(0, 10) : null;
}

export type Chosen = { form: "line" | "bars"; x: string; y: string; by: string | null };
type Asked = { form?: string | undefined; x?: string | undefined; y?: string | undefined; by?: string | undefined };

const days = (answer: SqlAnswer, at: number) =>
  answer.rows.length > 0 && answer.rows.every((row) => row[at] === null || dayOf(row[at] as Cell) !== null);

/** Whether a column can lie along the axis of time. */
export function isDays(answer: SqlAnswer, name: string): boolean {
  const at = answer.columns.findIndex((one) => one.name === name);
  const kind = answer.columns[at]?.kind;
  return (kind === "date" || kind === "time") && days(answer, at);
}

/** What is drawn: what was chosen where the result has it, else what fits best; null when there is no number. */
export function chosen(answer: SqlAnswer, asked: Asked): Chosen | null {
  const names = answer.columns.map((one) => one.name);
  const numbers = answer.columns.filter((one) => one.kind === "number").map((one) => one.name);
  const has = (name: string | undefined): name is string => name !== undefined && names.includes(name);
  const x = has(asked.x)
    ? asked.x
    : (names.find((name) => isDays(answer, name)) ?? names.find((name) => !numbers.includes(name)) ?? names.find((name) => name !== numbers.at(-1)));
  const y =
    has(asked.y) && numbers.includes(asked.y) ? asked.y : (numbers.find((name) => name !== x && !isKey(name)) ?? numbers.find((name) => name !== x));
  if (x === undefined || y === undefined) return null;
  const form = isDays(answer, x) ? (asked.form === "bars" ? "bars" : "line") : "bars";
  const rest = names.filter((name) => name !== x && !numbers.includes(name));
  const by = asked.by === "-" ? null : has(asked.by) && asked.by !== x && asked.by !== y ? asked.by : repeats(answer, x) ? (rest[0] ?? null) : null;
  return { form, x, y, by };
}

/** Whether a value of a column stands in several rows. */
export function repeats(answer: SqlAnswer, name: string): boolean {
  const at = answer.columns.findIndex((one) => one.name === name);
  return new Set(answer.rows.map((row) => String(row[at]))).size < answer.rows.length;
}

export const COURSES_MOST = 7;
export type Group = { name: string; points: { period: string; value: string | number | null }[] };

/** Courses over the days of a result, the largest first; null when a course has several rows for a day. */
export function courses(answer: SqlAnswer, pick: Chosen): { groups: Group[]; left: number } | null {
  const at = (name: string) => answer.columns.findIndex((one) => one.name === name);
  const [x, y, by] = [at(pick.x), at(pick.y), pick.by === null ? -1 : at(pick.by)];
  const all = new Map<string, Map<string, string | number | null>>();
  for (const row of answer.rows) {
    const day = dayOf(row[x] as Cell);
    if (day === null) continue;
    const name = by < 0 ? pick.y : String(row[by] ?? "\u2014");
    const course = all.get(name) ?? new Map<string, string | number | null>();
    if (course.has(day)) return null;
    course.set(day, row[y] as string | number | null);
    all.set(name, course);
  }
  const periods = [...new Set([...all.values()].flatMap((course) => [...course.keys()]))].sort();
  const size = (course: Map<string, string | number | null>) =>
    [...course.values()].reduce<number>((sum, one) => sum + Math.abs(toNumber(one) ?? 0), 0);
  const sorted = [...all].sort((a, b) => size(b[1]) - size(a[1]));
  const groups = sorted
    .slice(0, COURSES_MOST)
    .map(([name, course]) => ({ name, points: periods.map((period) => ({ period, value: course.get(period) ?? null })) }));
  return { groups, left: Math.max(0, sorted.length - COURSES_MOST) };
}

/** Compare two cells for sorting: numbers as numbers, nothing last. */
export function compare(a: Cell | undefined, b: Cell | undefined, kind: string): number {
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
  if (b === null || b === undefined) return -1;
  if (kind === "number") return (toNumber(a as string | number) ?? 0) - (toNumber(b as string | number) ?? 0);
  return String(a).localeCompare(String(b));
}
