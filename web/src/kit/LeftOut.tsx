/** How much internal and test traffic a period's figures leave out, said quietly; it leads to the rules. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { answerOptions } from "@/api/keys";
import type { Span } from "@/api/types";
import { useMay } from "@/shell/session";
import { toNumber } from "./format";
import { useFormat } from "./use";

const METRIC = "internal_events";

/** Say it once the page has what it came for (`ready`); nothing is said where nothing is left out. */
export function LeftOut({ span, ready }: { span: Span; ready: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay("metrics.read");
  const rules = useMay("sources.read");
  const ask = { metrics: [METRIC], by: [], grain: "total" as const, from: span.start, to: span.end, total: false };
  const { data } = useQuery({ ...answerOptions(ask), enabled: ready && may, retry: false, staleTime: 300_000 });
  const found = toNumber(data?.rows[0]?.[METRIC] as string | number | null | undefined);
  if (!found) return null;
  const said = t("internal.leftOut", { count: format.count(found) as unknown as number });
  const hint = t("internal.leftOutHint", { days: format.span(span.start, span.end) });
  return rules ? (
    <Link className="left-out num" to="/data/plan" search={{ view: "internal" }} title={hint}>
      {said}
    </Link>
  ) : (
    <span className="left-out num" title={hint}>
      {said}
    </span>
  );
}
