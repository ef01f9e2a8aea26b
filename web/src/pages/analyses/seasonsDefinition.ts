/** Views of seasons as the address carries them and the builder changes them; and what recurs in them, told once. */

import dayjs from "dayjs";
import type { Known } from "@/api/analyses";
import type { SeasonsAnswer, SeasonsPoint } from "@/api/seasons";
import type { Condition } from "@/api/types";
import { isDay, lastDays } from "@/kit/period";
import { type Period, patched, readObject, readPeriod, staleSince } from "./given";

export type By = "day" | "hour";
export type SeasonsDefinition = {
  seasons?: string;
  name?: string;
  metric: string;
  by?: By;
  period: Period;
  where?: string[];
  clock?: string;
  of?: string[];
  span?: number;
  robust?: boolean;
  unusual?: number;
  empty?: string;
};

export const PARTS: Record<By, readonly string[]> = { day: ["week", "year"], hour: ["day", "week"] };
export const UNUSUAL = 3;
const DAYS: Record<By, number> = { day: 90, hour: 28 };
const HOURLY_MOST = 31;
const METRIC = "orders";

const texts = (value: unknown) => value === undefined || (Array.isArray(value) && value.every((one) => typeof one === "string"));

/** Read a definition of the address; null where it is none that the builder can show. */
export function readSeasons(value: unknown): SeasonsDefinition | null {
  const found = readObject(value);
  if (!found || typeof found.metric !== "string" || !texts(found.where) || !texts(found.of)) return null;
  if (found.by !== undefined && found.by !== "day" && found.by !== "hour") return null;
  return { ...found, period: readPeriod(found.period) } as SeasonsDefinition;
}

/** Days enough for a season: up to now, or where nothing came for days up to the last event; without events up to the last order. */
export function longPeriod(known: Known, by: By): Period {
  const last = known.events.length ? staleSince(known) : known.orders?.last;
  if (!last) return { last: DAYS[by], unit: "day" };
  const span = lastDays(last, DAYS[by]);
  return { from: span.start, to: span.end };
}

/** What the page asks where its address says nothing. */
export const usualSeasons = (known: Known): SeasonsDefinition => ({ metric: METRIC, period: longPeriod(known, "day") });

export const wholeSeasons = ({ metric }: SeasonsDefinition): boolean => metric !== "";

/** With other buckets; seasons have other names there, and hours have fewer days. */
export function withBy(definition: SeasonsDefinition, by: By, known: Known): SeasonsDefinition {
  const { period } = definition;
  const days = isDay(period.from) && isDay(period.to) ? dayjs(period.to).diff(dayjs(period.from), "day") + 1 : (period.last ?? 0);
  const fits = by === "day" || (days > 0 && days <= HOURLY_MOST);
  return patched({ ...definition, period: fits ? period : longPeriod(known, by) }, { by: by === "day" ? undefined : by, of: undefined });
}

/** A filter of a metric as rows take it; null for one that is written in a way that only the server reads. */
function condition(text: string): Condition | null {
  const match = /^\s*([A-Za-z_]\w*)\s*(!=|=)\s*(.*?)\s*$/s.exec(text);
  return match ? { field: match[1] as string, op: match[2] as string, value: match[3] as string } : null;
}

/** The filters as rows take them; null where one of them can't be told. */
export function conditions(where: string[] | undefined): Condition[] | null {
  const read = (where ?? []).map(condition);
  return read.every((one) => one !== null) ? (read as Condition[]) : null;
}

/** A phase of a season (a weekday, an hour) and by how much it lies above or below the trend, as it was last. */
export type Phase = { key: string; at: string; value: number };

/** The phases of a season, in their order: Monday to Sunday, 0 to 23 o'clock; none of a year, whose course is drawn instead. */
export function phases(answer: SeasonsAnswer, season: string): Phase[] {
  const last = new Map<string, Phase>();
  for (const point of answer.points) {
    const value = point.seasons[season];
    if (value === null || value === undefined) continue;
    const key =
      season === "day"
        ? point.at.slice(11, 13)
        : season === "week" && answer.by === "day"
          ? String((dayjs(point.at.slice(0, 10)).day() + 6) % 7)
          : "";
    if (key) last.set(key, { key, at: point.at, value: Number(value) });
  }
  return [...last.values()].sort((a, b) => a.key.localeCompare(b.key));
}

/** Whether a part explains much of what varies. */
export function strength(text: string | null | undefined): "none" | "weak" | "clear" | "strong" {
  if (text === null || text === undefined) return "none";
  const part = Number(text);
  return part >= 0.7 ? "strong" : part >= 0.4 ? "clear" : "weak";
}

/** The unusual buckets, the farthest off first. */
export const unusualOf = (answer: SeasonsAnswer): SeasonsPoint[] =>
  answer.points.filter((point) => point.unusual).sort((a, b) => Math.abs(Number(b.score)) - Math.abs(Number(a.score)));

/** What trend and seasons say that a bucket should have been. */
export const expected = (point: SeasonsPoint): string | null =>
  point.value === null || point.rest === null ? null : String(Number(point.value) - Number(point.rest));

/** A part of a value with no more digits than it is worth: whole numbers from ten on, but of ratios. */
export function roundly(text: string | null, unit: string): string | null {
  const value = Number(text);
  if (text === null || unit === "ratio") return text;
  return String(Math.abs(value) >= 10 ? Math.round(value) : Math.round(value * 100) / 100);
}
