/** Short names of the steps of a waterfall: the branch and the factor, for which the full name has no room. */

import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { WaterfallStep } from "@/api/types";
import type { Format } from "@/kit/use";

const DAYS = /\d{4}-\d{2}-\d{2}/g;
const FACTORS = ["uv", "conversion", "orders", "average_order_value", "take_rate"] as const;

/** Give the naming function in the language in use; nothing for a step that has only its full name. */
export function useStepName(format: Format): (step: WaterfallStep) => string {
  const { t } = useTranslation();
  return useCallback(
    (step: WaterfallStep) => {
      if (step.kind !== "part") {
        const [first, last] = step.label.en.match(DAYS) ?? [];
        if (!first) return "";
        return last && last !== first ? format.days(first, last) : format.weekday(first);
      }
      const [branch, factor] = (step.node ?? "").split(".");
      if (branch !== "tracked" && branch !== "untracked") return "";
      const place = t(`branch.${branch}`);
      if (!factor) return place;
      const known = FACTORS.find((name) => name === factor);
      return known ? `${place} \u00b7 ${t(`factor.${known}`)}` : "";
    },
    [t, format],
  );
}
