/** How many days of a shown period changed after they were closed, said quietly; it leads to why. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { restatedMarkOptions } from "@/api/restatements";
import type { Span } from "@/api/types";
import { useMay } from "@/shell/session";
import { useFormat } from "./use";

/** Say it once the page has what it came for (`ready`), by the metrics that it shows; nothing is said where no day changed. */
export function RestatedMark({ span, metrics, ready }: { span: Span; metrics: string[]; ready: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay("metrics.read");
  const { data } = useQuery({ ...restatedMarkOptions(span, metrics), enabled: ready && may && metrics.length > 0 });
  if (!data?.days.length) return null;
  const days = format.count(data.days.length) as unknown as number;
  return (
    <Link
      className="left-out is-changed num"
      to="/metrics/restatements"
      search={{ start: data.period.start, end: data.period.end, metrics: data.metrics.join(",") }}
      title={t("restate.markHint")}
    >
      {t(data.whole ? "restate.mark" : "restate.markLeast", { days })}
    </Link>
  );
}
