/** Periods as the address carries them, and what they are compared with. All days are civil dates, written YYYY-MM-DD. */

import dayjs from "dayjs";
import type { Condition, Span } from "@/api/types";

export type Versus = "previous" | "last_year" | "last_week" | "custom";
export const VERSUS: readonly Versus[] = ["previous", "last_year", "last_week", "custom"];
const ISO = "YYYY-MM-DD";
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether text is a civil date. */
export function isDay(value: string | undefined): value is string {
  return value !== undefined && DAY.test(value) && dayjs(value).isValid();
}

/** How many days a span has, its ends included. */
export function length(span: Span): number {
  return dayjs(span.end).diff(dayjs(span.start), "day") + 1;
}

/** A span moved by days. */
export function shift(span: Span, days: number): Span {
  return { start: dayjs(span.start).add(days, "day").format(ISO), end: dayjs(span.end).add(days, "day").format(ISO) };
}

/** The last `days` days up to and with `end`. */
export function lastDays(end: string, days: number): Span {
  return {
    start: dayjs(end)
      .subtract(days - 1, "day")
      .format(ISO),
    end,
  };
}

/** What a span is compared with. */
export function compared(span: Span, versus: Versus, custom?: Partial<Span>): Span {
  if (versus === "custom" && isDay(custom?.start) && isDay(custom?.end)) return { start: custom.start, end: custom.end };
  if (versus === "last_year")
    return { start: dayjs(span.start).subtract(1, "year").format(ISO), end: dayjs(span.end).subtract(1, "year").format(ISO) };
  if (versus === "last_week") return shift(span, -7 * Math.ceil(length(span) / 7));
  // A whole month is compared with the whole month before it, not with as many days.
  const first = dayjs(span.start);
  const whole = first.date() === 1 && dayjs(span.end).isSame(first.endOf("month"), "day");
  if (whole) return { start: first.subtract(1, "month").format(ISO), end: first.subtract(1, "day").format(ISO) };
  return shift(span, -length(span));
}

/** The spans that people ask for most, seen from the last whole day. */
export function presets(last: string): { key: "last7" | "last28" | "thisMonth" | "lastMonth" | "lastQuarter" | "thisYear"; span: Span }[] {
  const day = dayjs(last);
  const month = day.startOf("month");
  const quarter = month.subtract(month.month() % 3, "month");
  const of = (start: dayjs.Dayjs, end: dayjs.Dayjs): Span => ({ start: start.format(ISO), end: end.format(ISO) });
  return [
    { key: "last7", span: lastDays(last, 7) },
    { key: "last28", span: lastDays(last, 28) },
    { key: "thisMonth", span: of(month, day) },
    { key: "lastMonth", span: of(month.subtract(1, "month"), month.subtract(1, "day")) },
    { key: "lastQuarter", span: of(quarter.subtract(3, "month"), quarter.subtract(1, "day")) },
    { key: "thisYear", span: of(day.startOf("year"), day) },
  ];
}

/** Write conditions for the address: "property:City Hotel|device:". An empty value asks for what has none. */
export function writeWhere(conditions: Condition[]): string | undefined {
  const text = conditions
    .map((condition) => `${condition.field}:${condition.op === "is null" ? "" : encodeURIComponent(String(condition.value))}`)
    .join("|");
  return text || undefined;
}

/** Read conditions of the address; what is not one is left out. */
export function readWhere(text: string | undefined): Condition[] {
  return (text ?? "").split("|").flatMap((part): Condition[] => {
    const at = part.indexOf(":");
    const field = part.slice(0, at);
    if (at < 1 || !/^[a-z_]+$/.test(field)) return [];
    const raw = part.slice(at + 1);
    if (!raw) return [{ field, op: "is null", value: null }];
    try {
      return [{ field, op: "=", value: decodeURIComponent(raw) }];
    } catch {
      return [];
    }
  });
}

/** The two ends as the server takes them: "2026-10-24:2026-11-20". */
export function written(span: Span): string {
  return `${span.start}:${span.end}`;
}
