/** What the cells and rows of a retention are called, in the language in use. */

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { RetentionAnswer, RetentionRow } from "@/api/retention";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";

/** The name of a cell: "Day 1", "Days 3–6", "Hours 24–48". */
export function cellName(answer: Pick<RetentionAnswer, "grain" | "brackets" | "interval" | "interval_days">, cell: number, t: TFunction): string {
  const { grain } = answer;
  if (grain === "rolling") return t("retention.grain.hours", { from: cell * 24, to: cell * 24 + 24 });
  if (grain === "brackets") return span(answer.brackets[cell] ?? 0, (answer.brackets[cell + 1] ?? 1) - 1, t);
  if (grain === "trip") {
    const days = answer.interval === "own" ? null : (answer.interval_days ?? null);
    return days === null ? t("retention.grain.interval", { n: cell }) : span(cell * days, (cell + 1) * days - 1, t);
  }
  if (cell < 2) return cell ? t(`retention.grain.one.${grain}`) : t(`retention.grain.zero.${grain}`);
  return t(`retention.grain.nth.${grain}`, { n: cell });
}

const span = (from: number, to: number, t: TFunction): string =>
  from === to ? t("retention.grain.aDay", { from }) : t("retention.grain.days", { from, to });

/** The first date of a cohort as people say it: a month has no day. */
export function cohortName(cohort: string, by: RetentionAnswer["cohorts_by"], format: Format): string {
  return by === "month" ? cohort.slice(0, 7) : format.weekday(cohort);
}

/** Give the names of cells and rows of an answer. */
export function useRetentionNames(answer: RetentionAnswer, field: string) {
  const { t } = useTranslation();
  const format = useFormat();
  const value = useValueName();
  return {
    cell: (cell: number) => cellName(answer, cell, t),
    row: (row: Pick<RetentionRow, "kind" | "cohort" | "value" | "shown">): string => {
      if (row.kind === "cohort") return cohortName(row.cohort ?? "", answer.cohorts_by, format);
      if (row.kind === "other") return t("analysis.other");
      if (row.kind === "none") return t("analysis.none");
      return row.kind === "total" ? t("retention.total") : value(field, row.shown ?? row.value ?? "");
    },
  };
}
