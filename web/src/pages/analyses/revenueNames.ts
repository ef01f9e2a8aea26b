/** What the ages and cohorts of a lifetime value are called, in the language in use. */

import { useTranslation } from "react-i18next";
import type { RevenueAnswer } from "@/api/money";
import { useFormat } from "@/kit/use";
import { cellName, cohortName } from "./retentionNames";

/** Give the names of ages and cohorts of an answer. */
export function useRevenueNames(answer: Pick<RevenueAnswer, "grain" | "cells" | "cohorts_by">) {
  const { t } = useTranslation();
  const format = useFormat();
  return {
    age: (cell: number): string => {
      if (answer.grain !== "ages") return cellName({ grain: answer.grain, brackets: [], interval: null, interval_days: null }, cell, t);
      const day = Number(/\d+$/.exec(answer.cells[cell] ?? "")?.[0] ?? 0);
      return day ? t("lifetime.untilDay", { day }) : t("lifetime.firstDay");
    },
    cohort: (cohort: string | null): string => (cohort === null ? t("lifetime.all") : cohortName(cohort, answer.cohorts_by, format)),
  };
}
