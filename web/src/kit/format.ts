/** Numbers, money and dates as people read them: one formatter, by language. Missing is a dash, never 0. */

import type { Figure, Language } from "@/api/types";
import { LARGE } from "@/words/marks";

export const MISSING = "—";
const LOCALE: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const HOUR = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/;

/** Read a figure of the server as a number; null where there is none. */
export function toNumber(figure: Figure | undefined): number | null {
  if (figure === null || figure === undefined || figure === "") return null;
  const value = typeof figure === "number" ? figure : Number(figure);
  return Number.isFinite(value) ? value : null;
}

function plain(value: number | string, language: Language, options: Intl.NumberFormatOptions): string {
  // Intl takes decimal text as it is, so that exact money never passes through a binary float.
  return new Intl.NumberFormat(LOCALE[language], options).format(value as number).replace("-", "\u2212");
}

function symbol(currency: string, language: Language): string {
  try {
    const parts = new Intl.NumberFormat(LOCALE[language], { style: "currency", currency, currencyDisplay: "narrowSymbol" }).formatToParts(0);
    const found = parts.find((part) => part.type === "currency")?.value ?? currency;
    return found.length > 1 && /^[A-Z]+$/.test(found) ? `${found}\u00a0` : found;
  } catch {
    return `${currency}\u00a0`;
  }
}

function scaled(value: number, language: Language, digits: number, tidy: boolean): string {
  const size = Math.abs(value);
  const scale = LARGE[language].find((step) => size >= step.from);
  if (!scale) return plain(value, language, { maximumFractionDigits: Math.min(digits, size >= 1000 ? 0 : digits) });
  const shown = value / scale.by;
  const decimals = Math.abs(shown) >= 100 ? 1 : 2;
  return plain(shown, language, { minimumFractionDigits: tidy ? 0 : decimals, maximumFractionDigits: decimals }) + scale.mark;
}

/** `compact` shortens large numbers, `sign` puts a plus before what is more, `tidy` drops zeros at the end, as on an axis; `even` keeps them, as in a column. */
export type FormatOptions = { currency?: string | null | undefined; compact?: boolean; sign?: boolean; tidy?: boolean; even?: boolean };

/** Show a figure in its unit: "¥1.28M", "3.12 %", "12,840". */
export function formatFigure(figure: Figure | undefined, unit: string, language: Language, options: FormatOptions = {}): string {
  const value = toNumber(figure);
  if (value === null || figure === null || figure === undefined) return MISSING;
  const { currency, compact = false, sign = false, tidy = false, even = false } = options;
  const lead = sign && value > 0 ? "+" : "";
  if (unit === "ratio" || unit === "percent" || unit === "rate") return lead + formatShare(value, language);
  if (unit === "money" || unit === "money_ratio") {
    const digits = compact
      ? scaled(Math.abs(value), language, 2, tidy)
      : plain(typeof figure === "string" ? figure.replace(/^-/, "") : Math.abs(value), language, {
          minimumFractionDigits: 2,
          maximumFractionDigits: 2,
        });
    const minus = value < 0 ? "\u2212" : "";
    return `${lead}${minus}${currency ? symbol(currency, language) : ""}${digits}`;
  }
  if (compact) return lead + scaled(value, language, 2, tidy);
  return lead + plain(figure, language, { minimumFractionDigits: even ? 2 : 0, maximumFractionDigits: 2 });
}

/** A text with another in brackets, as the language writes them. */
export const bracketed = (text: string, more: string, language: Language): string =>
  language === "zh" ? `${text}\uff08${more}\uff09` : `${text} (${more})`;

/** Show a share as percent with digits that fit its size: 0.031 is "3.1 %". */
export function formatShare(value: number, language: Language): string {
  const percent = value * 100;
  const size = Math.abs(percent);
  const digits = size >= 99.95 ? 0 : size >= 10 ? 1 : size === 0 ? 0 : 2;
  return `${plain(percent, language, { minimumFractionDigits: digits, maximumFractionDigits: digits })}\u2009%`;
}

/** Show a change: points for ratios, percent for amounts. */
export function formatChange(from: Figure | undefined, to: Figure | undefined, unit: string, language: Language, points: string): string {
  const before = toNumber(from);
  const after = toNumber(to);
  if (before === null || after === null) return MISSING;
  if (unit === "ratio") {
    const moved = (after - before) * 100;
    return `${plain(moved, language, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: "exceptZero" })}\u2009${points}`;
  }
  if (before === 0) return MISSING;
  return formatRate((after - before) / Math.abs(before), language);
}

/** Show a difference of two shares in points, with its sign and without its unit: -0.514 is "−51.4"; `tidy` without zeros at the end. */
export function formatPoints(value: number, language: Language, tidy = false): string {
  const points = value * 100;
  const digits = Math.abs(points) >= 10 ? 1 : 2;
  return plain(points, language, { minimumFractionDigits: tidy ? 0 : digits, maximumFractionDigits: digits, signDisplay: "exceptZero" });
}

/** Show a relative change with its sign: 0.0523 is "+5.2 %". */
export function formatRate(rate: Figure | undefined, language: Language): string {
  const value = toNumber(rate);
  if (value === null) return MISSING;
  const percent = value * 100;
  const size = Math.abs(percent);
  const digits = size >= 100 ? 0 : 1;
  return `${plain(percent, language, { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "exceptZero" })}\u2009%`;
}

/** Show a count without any shortening. */
export function formatCount(value: number, language: Language): string {
  return plain(value, language, { maximumFractionDigits: 0 });
}

function parts(iso: string, language: Language, options: Intl.DateTimeFormatOptions, zone?: string): string {
  const instant = DAY.test(iso) ? new Date(`${iso}T00:00:00Z`) : new Date(iso);
  if (Number.isNaN(instant.getTime())) return iso;
  return new Intl.DateTimeFormat(LOCALE[language], { ...options, timeZone: DAY.test(iso) ? "UTC" : zone }).format(instant).replace("Sept", "Sep");
}

/** Show a civil date: "Fri 20 Nov 2026". */
export function formatDay(iso: string, language: Language): string {
  return parts(iso, language, { weekday: "short", day: "numeric", month: "short", year: "numeric" }).replaceAll(",", "");
}

/** Show a civil date briefly, as on an axis: "20 Nov". */
export function formatShortDay(iso: string, language: Language): string {
  return parts(iso, language, { day: "numeric", month: language === "zh" ? "numeric" : "short" });
}

/** Whether a period of a course is an hour: "2026-11-03T14:00:00+08:00", its first instant on the clock on the wall. */
export function isHour(period: string | undefined): boolean {
  return period !== undefined && HOUR.test(period);
}

/** Show an hour as the clock on the wall has it, in whatever zone the browser is: "3 Nov, 14:00". */
export function formatHour(iso: string, language: Language): string {
  return wall(iso, language, { day: "numeric", month: "short" });
}

/** Show an hour with its weekday and year: "Tue 3 Nov 2026, 14:00". */
export function formatHourFull(iso: string, language: Language): string {
  return `${formatDay(iso.slice(0, 10), language)}${language === "zh" ? " " : ", "}${iso.slice(11, 16)}`;
}

function wall(iso: string, language: Language, options: Intl.DateTimeFormatOptions): string {
  return parts(`${iso.slice(0, 19)}Z`, language, { ...options, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, "UTC");
}

/** Whether a period starts after another: hours go by time, as the clock on the wall is set back in autumn. */
export function startsAfter(period: string, other: string): boolean {
  return isHour(period) && isHour(other) ? Date.parse(period) > Date.parse(other) : period > other;
}

/** Show a span of civil dates briefly: "6 Sep – 3 Oct", "1 Jan – 31 Dec 2016". */
export function formatSpan(start: string, end: string, language: Language): string {
  const month = language === "zh" ? "numeric" : "short";
  const first = parts(start, language, { ...(language === "zh" ? yearOf(start) : {}), day: "numeric", month });
  const last = parts(end, language, { ...(language === "zh" ? {} : yearOf(end)), day: "numeric", month });
  return `${first} \u2013 ${last}`;
}

/** Show a civil date with its weekday, without the year: "Fri 20 Nov". */
export function formatWeekday(iso: string, language: Language): string {
  return parts(iso, language, { weekday: "short", day: "numeric", month: language === "zh" ? "numeric" : "short" }).replaceAll(",", "");
}

/** Years are shown only where they are not this year's. */
function yearOf(iso: string): Intl.DateTimeFormatOptions {
  return iso.slice(0, 4) === String(new Date().getFullYear()) ? {} : { year: "numeric" };
}

/** Show an instant in the workspace's zone: "20 Nov, 08:45". */
export function formatInstant(iso: string, language: Language, zone?: string): string {
  const day: Intl.DateTimeFormatOptions = { ...yearOf(iso), day: "numeric", month: language === "zh" ? "numeric" : "short" };
  return parts(iso, language, { ...day, hour: "2-digit", minute: "2-digit", hour12: false }, zone);
}

/** Show an instant with its year, for records. */
export function formatInstantFull(iso: string, language: Language, zone?: string): string {
  return parts(iso, language, { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false }, zone);
}

/** Show a length of time in its largest whole unit: 7,200,000 ms is "2 h". */
export function formatLag(ms: number, units: { day: string; hour: string; minute: string }): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes >= 2880) return `${Math.floor(minutes / 1440)}\u2009${units.day}`;
  if (minutes >= 60) return `${Math.floor(minutes / 60)}\u2009${units.hour}`;
  return `${minutes}\u2009${units.minute}`;
}

/** Show the time of day of an instant in a zone: "08:45", or "08:45:07". */
export function formatClock(iso: string, language: Language, zone?: string, seconds = true): string {
  return parts(iso, language, { hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}), hourCycle: "h23" }, zone);
}

/** The civil date of an instant in a zone: "2026-11-20". */
export function civilDate(iso: string, zone?: string): string {
  const instant = new Date(iso);
  if (Number.isNaN(instant.getTime())) return iso.slice(0, 10);
  return new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone }).format(instant);
}
