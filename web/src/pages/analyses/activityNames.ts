/** What buckets are called, in the language in use. */

import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/kit/use";
import type { Bucket } from "./activityDefinition";

/** Give the names of buckets: in full, and short for an axis. */
export function useBucketNames(by: Bucket) {
  const { t } = useTranslation();
  const format = useFormat();
  const long = useCallback(
    (bucket: string) => {
      if (by === "month") return bucket.slice(0, 7);
      return by === "day" ? format.weekday(bucket) : t("activity.bucket.week", { first: format.shortDay(bucket) });
    },
    [by, format, t],
  );
  const short = useCallback((bucket: string) => (by === "month" ? bucket.slice(0, 7) : format.shortDay(bucket)), [by, format]);
  return { long, short };
}
