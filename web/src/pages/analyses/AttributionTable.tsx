/** Attribution as numbers: a row a value, a column a model, with what it cost; every model adds up to the same total. */

import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { AttributionAnswer, AttributionPlace, AttributionRow } from "@/api/attribution";
import { wayColour } from "@/charts/GroupBars";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { type Column, Sheet } from "@/kit/Sheet";
import type { Format } from "@/kit/use";
import { figureOf, type Measure, placeOf, removalOf, totalOf, unitOf } from "./attributionDefinition";

type Props = {
  answer: AttributionAnswer;
  measure: Measure;
  value: string | undefined;
  direct: string[];
  format: Format;
  called: (row: AttributionRow) => string;
  open?: ((place: AttributionPlace) => void) | undefined;
};
type Line = { key: string; row: AttributionRow | null };

/** Show the rows and their total. */
export function AttributionTable({ answer, measure, value, direct, format, called, open }: Props) {
  const { t } = useTranslation();
  const unit = unitOf(measure, value);
  const shown = (text: string | null) => {
    const number = toNumber(text);
    if (number === null) return MISSING;
    return unit === "money" ? format.figure(text, "money") : format.figure(Math.round(number * 10) / 10, "count");
  };
  const lines: Line[] = [...answer.rows.map((row) => ({ key: `${row.kind}:${row.value ?? ""}`, row })), { key: "all", row: null }];
  const list = (line: Line) => {
    const count = format.count(line.row ? line.row.conversions : answer.conversions);
    const place: AttributionPlace | null = line.row ? placeOf(line.row) : { kind: "all", value: null };
    if (line.row?.kind === "other") return <Tooltip title={t("analysis.noList")}>{count}</Tooltip>;
    if (!open || !place) return count;
    const name = line.row ? called(line.row) : t("attribution.all");
    return (
      <button
        type="button"
        className="analysis-number num"
        aria-label={`${t("attribution.openRow", { name })}: ${count}`}
        onClick={() => open(place)}
      >
        {count}
      </button>
    );
  };
  const removal = (line: Line) => {
    const effect = line.row ? removalOf(answer, line.row) : null;
    return effect === null ? MISSING : formatShare(effect, format.language);
  };
  const columns: Column<Line>[] = [
    {
      key: "value",
      title: t("attribution.row"),
      cell: ({ row }) =>
        row === null ? (
          <strong>{t("attribution.all")}</strong>
        ) : (
          <span className={row.kind === "value" ? "" : "muted"}>
            {called(row)}
            {row.kind === "value" && row.value && direct.includes(row.value) ? (
              <span className="attribution-direct">{t("attribution.isDirect")}</span>
            ) : null}
          </span>
        ),
    },
    {
      key: "conversions",
      title: <Hinted text={t("attribution.touched")} hint={t("attribution.touchedHint")} />,
      number: true,
      width: 110,
      cell: list,
    },
    {
      key: "touches",
      title: t("attribution.touchCount"),
      number: true,
      width: 90,
      cell: ({ row }) => (row?.touches ? format.count(row.touches) : MISSING),
    },
    ...(answer.cost
      ? [
          {
            key: "cost",
            title: t("attribution.cost"),
            number: true,
            width: 120,
            cell: ({ row }: Line) => format.figure(row ? row.cost : answer.cost?.total, "money"),
          },
        ]
      : []),
    ...answer.models.map(
      (model, index): Column<Line> => ({
        key: model,
        title: (
          <span className="attribution-model">
            <svg viewBox="0 0 10 10" aria-hidden="true">
              <rect width={10} height={10} rx={2} fill={wayColour(index)} />
            </svg>
            <Hinted text={t(`attribution.model.${model}`)} hint={t(`attribution.modelHint.${model}`)} />
          </span>
        ),
        number: true,
        cell: ({ row }) => (row ? shown(figureOf(row, model, measure)) : <strong>{shown(totalOf(answer, measure))}</strong>),
      }),
    ),
    ...(answer.markov
      ? [
          {
            key: "removal",
            title: <Hinted text={t("attribution.removal")} hint={t("attribution.removalHint")} />,
            number: true,
            width: 120,
            cell: removal,
          },
        ]
      : []),
  ];
  return <Sheet<Line> label={t("attribution.table")} rows={lines} rowKey={(line) => line.key} columns={columns} scroll={{ x: "max-content" }} />;
}

function Hinted({ text, hint }: { text: string; hint: string }) {
  return (
    <Tooltip title={hint}>
      <span className="hinted">{text}</span>
    </Tooltip>
  );
}
