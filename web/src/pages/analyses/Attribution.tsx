/** Attribution: whose credit conversions are, by several models side by side, and what it cost. The address is the analysis. */

import { Segmented } from "antd";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { type AttributionAnswer, type AttributionPlace, type AttributionRow, attributionOptions, fetchAttributionFile } from "@/api/attribution";
import { GroupBars, Ways } from "@/charts/GroupBars";
import { formatShare, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { Analysis, WithKnown } from "./Analysis";
import { AttributionBuilder } from "./AttributionBuilder";
import { AttributionPane } from "./AttributionPane";
import { AttributionTable } from "./AttributionTable";
import { useAsking } from "./asking";
import {
  type AttributionDefinition,
  bestOf,
  COSTED,
  figureOf,
  type Measure,
  measuresOf,
  placeOf,
  readAttribution,
  readAttributionPlace,
  readMeasure,
  unitOf,
  usualAttribution,
  wholeAttribution,
  writeAttributionPlace,
} from "./attributionDefinition";
import { share } from "./given";
import { useNames } from "./names";
import { nameOf } from "./Saved";
import "./attribution.css";

const BARS = 10;
const BARS_HEIGHT = 260;

type Called = (row: AttributionRow) => string;

function Answer({ answer, name, called, format }: { answer: AttributionAnswer; name: string; called: Called; format: Format }) {
  const { t } = useTranslation();
  if (!answer.conversions) return t("attribution.nobody");
  const gap = format.language === "zh" ? "" : " ";
  const best = bestOf(answer);
  const first = best[0];
  const alike = first && best.every((one) => one.row === first.row);
  const shares = best.map((one) => one.share);
  const percent = (of: number) => formatShare(of, format.language);
  const missing = answer.rows.find((row) => row.kind === "missing");
  const nameless = missing ? answer.models.map((model) => (toNumber(figureOf(missing, model, "conversions")) ?? 0) / answer.conversions) : [];
  const untouched = answer.rows.find((row) => row.kind === "untouched")?.conversions ?? 0;
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {t("attribution.answer", {
        conversions: format.count(answer.conversions) as unknown as number,
        people: format.count(answer.people) as unknown as number,
      })}
      {gap}
      {first && alike
        ? t("attribution.alike", { value: called(first.row), least: percent(Math.min(...shares)), most: percent(Math.max(...shares)) })
        : first
          ? t("attribution.differ", {
              told: best
                .map((one) =>
                  t("attribution.gives", { model: t(`attribution.model.${one.model}`), value: called(one.row), share: percent(one.share) }),
                )
                .join(t("attribution.comma")),
            })
          : null}
      {gap}
      {nameless.length ? t("attribution.nameless", { least: percent(Math.min(...nameless)), most: percent(Math.max(...nameless)) }) : null}
      {nameless.length ? gap : null}
      {untouched ? t("attribution.without", { share: percent(share(untouched, answer.conversions) ?? 0) }) : null}
      {untouched ? gap : null}
      {t("attribution.honest")}
    </>
  );
}

type BodyProps = {
  answer: AttributionAnswer;
  definition: AttributionDefinition;
  measure: Measure;
  called: Called;
  show: (measure: Measure) => void;
  open: ((place: AttributionPlace) => void) | undefined;
};

function Body({ answer, definition, measure, called, show, open }: BodyProps) {
  const { t } = useTranslation();
  const format = useFormat(answer.cost?.currency);
  const { field } = useNames();
  const unit = unitOf(measure, definition.value);
  const ways = useMemo(() => answer.models.map((model) => t(`attribution.model.${model}`)), [answer, t]);
  const groups = useMemo(
    () =>
      answer.rows
        .filter((row) => row.kind === "value" || row.kind === "other")
        .filter((row) => answer.models.some((model) => figureOf(row, model, measure) !== null))
        .slice(0, BARS)
        .map((row) => ({
          key: `${row.kind}:${row.value ?? ""}`,
          name: called(row),
          values: answer.models.map((model) => toNumber(figureOf(row, model, measure))),
          pick: placeOf(row) !== null,
          row,
        })),
    [answer, measure, called],
  );
  const measures = measuresOf(answer);
  const cost = answer.cost;
  return (
    <>
      <Panel
        title={t("attribution.bars", { measure: t(`attribution.measure.${measure}`), field: field(answer.by) })}
        hint={t(`attribution.measureHint.${measure}`)}
        action={
          measures.length > 1 ? (
            <Segmented
              size="small"
              aria-label={t("attribution.measures")}
              value={measure}
              options={measures.map((one) => ({ value: one, label: t(`attribution.measure.${one}`) }))}
              onChange={(next) => show(next as Measure)}
            />
          ) : null
        }
      >
        <Ways ways={ways} />
        <GroupBars
          groups={groups}
          ways={ways}
          unit={unit}
          format={format}
          name={t("attribution.bars", { measure: t(`attribution.measure.${measure}`), field: field(answer.by) })}
          height={BARS_HEIGHT}
          pick={
            open
              ? (group) => {
                  const place = placeOf((group as (typeof groups)[number]).row);
                  if (place) open(place);
                }
              : undefined
          }
        />
        <p className="muted attribution-cost">
          {cost
            ? t("attribution.costFrom", { total: format.figure(cost.total, "money"), days: format.days(answer.period.from, answer.period.to) })
            : t(answer.by === COSTED ? "attribution.costNone" : "attribution.costField", { field: field(answer.by), channel: field(COSTED) })}
          {cost && (toNumber(cost.elsewhere) ?? 0) > 0 ? ` ${t("attribution.elsewhere", { cost: format.figure(cost.elsewhere, "money") })}` : null}
        </p>
      </Panel>
      <Panel title={t("attribution.table")} hint={t("attribution.tableHint")}>
        <AttributionTable
          answer={answer}
          measure={measure}
          value={definition.value}
          direct={definition.direct ?? []}
          format={format}
          called={called}
          open={open}
        />
      </Panel>
    </>
  );
}

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const format = useFormat();
  const valued = useValueName();
  const asking = useAsking(known, {
    kind: "attribution",
    usual: usualAttribution,
    read: readAttribution,
    whole: wholeAttribution,
    options: attributionOptions,
    compares: true,
  });
  const { definition, search, go, building } = asking;
  const value = useCallback((text: string | null) => (text === null ? t("analysis.none") : valued(definition.by, text)), [t, valued, definition.by]);
  const called = useCallback(
    (row: AttributionRow) => {
      if (row.kind === "value") return value(row.value ?? null);
      return row.kind === "untouched" ? t("attribution.untouched") : t(row.kind === "missing" ? "analysis.none" : "analysis.other");
    },
    [t, value],
  );
  const open = asking.lister(writeAttributionPlace);
  return (
    <Analysis
      asking={asking}
      title={t("attribution.title")}
      what={t("attribution.what")}
      sentence={(answer) => <Answer answer={answer} name={nameOf(definition, "attribution")} called={called} format={format} />}
      headline={(answer) => ({ name: t("attribution.measure.conversions"), value: answer.conversions, unit: "count" })}
      unfinished={{ title: t("attribution.unfinishedTitle"), text: t("attribution.unfinishedText") }}
      file={(answer) => fetchAttributionFile(definition, answer.asked_ms, null)}
      height={360}
      builderTitle={t("attribution.builder")}
      builder={<AttributionBuilder {...building} />}
      nothing={(answer) => !answer.conversions}
      empty={{ title: t("attribution.emptyTitle"), text: t("attribution.emptyText") }}
      pane={(answer) => (
        <AttributionPane answer={answer} definition={definition} value={value} place={readAttributionPlace(search.rows)} {...asking.pane} />
      )}
    >
      {(answer) => (
        <Body
          answer={answer}
          definition={definition}
          measure={readMeasure(search.view, answer)}
          called={called}
          show={(measure) => go({ view: measure === "conversions" ? undefined : measure })}
          open={open}
        />
      )}
    </Analysis>
  );
}

/** Show the page. */
export function AttributionPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("attribution.title")} what={t("attribution.what")}>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
