/** The formatter bound to the language, zone and currency in use. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Figure, Words } from "@/api/types";
import { usePreferences } from "@/shell/preferences";
import { useSession } from "@/shell/session";
import {
  civilDate,
  type FormatOptions,
  formatChange,
  formatClock,
  formatCount,
  formatDay,
  formatFigure,
  formatHour,
  formatHourFull,
  formatInstant,
  formatInstantFull,
  formatLag,
  formatPoints,
  formatRate,
  formatShortDay,
  formatSpan,
  formatWeekday,
} from "./format";

/** Give ready formatting functions; every number on a page passes through one of these. */
export function useFormat(currency?: string | null) {
  const { language } = usePreferences();
  const { t } = useTranslation();
  const { workspace } = useSession();
  const money = currency ?? workspace.currency;
  const zone = workspace.timezone;
  return useMemo(() => {
    const points = t("change.points");
    const units = { day: t("today.day"), hour: t("today.hour"), minute: t("today.minute") };
    return {
      language,
      currency: money,
      zone,
      say: (words: Words | null | undefined) => (words ? words[language] || words.en : ""),
      figure: (value: Figure | undefined, unit: string, options: FormatOptions = {}) =>
        formatFigure(value, unit, language, { currency: money, ...options }),
      brief: (value: Figure | undefined, unit: string, options: FormatOptions = {}) =>
        formatFigure(value, unit, language, { currency: money, compact: true, ...options }),
      change: (from: Figure | undefined, to: Figure | undefined, unit: string) => formatChange(from, to, unit, language, points),
      rate: (value: Figure | undefined) => formatRate(value, language),
      points: (value: number, tidy = false) => formatPoints(value, language, tidy),
      count: (value: number) => formatCount(value, language),
      day: (iso: string) => formatDay(iso, language),
      days: (start: string, end: string) => formatSpan(start, end, language),
      weekday: (iso: string) => formatWeekday(iso, language),
      shortDay: (iso: string) => formatShortDay(iso, language),
      hour: (iso: string) => formatHour(iso, language),
      hourFull: (iso: string) => formatHourFull(iso, language),
      instant: (iso: string) => formatInstant(iso, language, zone),
      full: (iso: string) => formatInstantFull(iso, language, zone),
      clock: (iso: string, seconds = true) => formatClock(iso, language, zone, seconds),
      civil: (iso: string) => civilDate(iso, zone),
      lag: (ms: number) => (ms > 0 && ms < 60_000 ? `<\u20091\u2009${units.minute}` : formatLag(ms, units)),
      span: (start: string, end: string) =>
        start === end ? formatDay(start, language) : `${formatShortDay(start, language)} \u2013 ${formatDay(end, language)}`,
    };
  }, [language, money, zone, t]);
}

export type Format = ReturnType<typeof useFormat>;
