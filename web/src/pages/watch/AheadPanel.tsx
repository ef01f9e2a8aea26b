/** Warnings before the fact: which of today's targets will be missed, how likely, where the day ends and what is still needed. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Warned, warningsOptions } from "@/api/alerts";
import { formatShare } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { Sheet } from "@/kit/Sheet";
import type { Format } from "@/kit/use";
import { usePlace } from "./places";

/** Show the panel; nothing where no target is set for today. */
export function AheadPanel({ format }: { format: Format }) {
  const { t } = useTranslation();
  const place = usePlace();
  const items = useQuery({ ...warningsOptions(), retry: false }).data?.items ?? [];
  if (!items.length) return null;
  const figure = (row: Warned, value: number | null | undefined) => format.figure(value ?? null, row.unit);
  return (
    <Panel title={t("alerts.ahead.title")} hint={t("alerts.ahead.hint")}>
      <Sheet<Warned>
        label={t("alerts.ahead.title")}
        rows={items}
        rowKey={(row) => row.target}
        columns={[
          {
            key: "metric",
            title: t("alerts.ahead.target"),
            cell: (row) => (
              <>
                <strong>{format.say(row.title)}</strong> <span className="muted">{place(row.key, t("alerts.whole"))}</span>
              </>
            ),
          },
          { key: "value", title: t("alerts.ahead.aim"), number: true, width: 120, cell: (row) => figure(row, row.value) },
          { key: "now", title: t("alerts.ahead.now"), number: true, width: 120, cell: (row) => figure(row, row.now) },
          {
            key: "missed",
            title: t("alerts.ahead.missed"),
            number: true,
            width: 110,
            cell: (row) => (row.ahead ? <strong>{formatShare(row.ahead.probability, format.language)}</strong> : "\u2014"),
          },
          {
            key: "ends",
            title: t("alerts.ahead.ends"),
            width: 250,
            cell: (row) =>
              row.ahead ? (
                <span className="num">{`${figure(row, row.ahead.expected)} (${figure(row, row.ahead.low)} \u2013 ${figure(row, row.ahead.high)})`}</span>
              ) : (
                <span className="muted">{row.why_not ? t(`alerts.ahead.why.${row.why_not}`) : null}</span>
              ),
          },
          {
            key: "needed",
            title: t("alerts.ahead.needed"),
            number: true,
            width: 170,
            cell: (row) =>
              row.ahead && row.hours_left !== null
                ? t("alerts.ahead.in", { needed: figure(row, row.ahead.needed), hours: format.count(Math.round(row.hours_left)) })
                : "\u2014",
          },
        ]}
      />
    </Panel>
  );
}
