/** Spans of time that no control shows, as sentences: what the sentences of conditions say of them, in the language in use. */

import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/kit/use";
import { isObject } from "./given";

const UNITS = ["day", "week", "month", "quarter", "year"] as const;
/** How definitions write the units of lengths, by their first letters. */
const LENGTH = /^\s*(\d+)\s*(ms|mil|s|m|h|d|w)[a-z]*\s*$/i;
const OF_LENGTH = { ms: "ms", mil: "ms", s: "second", m: "minute", h: "hour", d: "day", w: "week" } as const;

/** Give what tells a span as definitions write it; one that says nothing we know is "as the definition says". */
export function useSpanTold(): (period: unknown) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return useCallback(
    (period: unknown) => {
      if (!isObject(period)) return t("analysis.spans.other");
      const unit = UNITS.find((one) => one === String(period.unit ?? "day").replace(/s$/, ""));
      const many = (count: number, of: (typeof UNITS)[number] | (typeof OF_LENGTH)[keyof typeof OF_LENGTH]) =>
        t(`analysis.spans.unit.${of}`, { count });
      if (typeof period.last === "number" && unit) return t("analysis.spans.last", { length: many(period.last, unit) });
      if (typeof period.previous === "number" && unit) return t("analysis.spans.previous", { length: many(period.previous, unit) });
      const [, count, letters] = LENGTH.exec(String(period.past ?? "")) ?? [];
      if (count && letters)
        return t("analysis.spans.past", { length: many(Number(count), OF_LENGTH[letters.toLowerCase() as keyof typeof OF_LENGTH]) });
      const [from, to] = [period.from, period.to].map((day) => (typeof day === "string" ? day : null));
      if (from && to) return format.span(from, to);
      if (from) return t("analysis.spans.since", { day: format.day(from) });
      if (to) return t("analysis.spans.until", { day: format.day(to) });
      return t("analysis.spans.other");
    },
    [t, format],
  );
}
