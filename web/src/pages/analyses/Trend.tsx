/** Trends: how much happened when, by value, beside an earlier period, and as a formula. The address is the analysis. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { fetchTrendFile, fetchTrendPeople, type TrendAnswer, type TrendPerson, type TrendPlace, trendOptions, trendProofOptions } from "@/api/trend";
import { isHour, toNumber } from "@/kit/format";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { People, ProofLines } from "./People";
import { nameOf } from "./Saved";
import { TrendBody, useSeries } from "./TrendBody";
import { SeriesList, TrendRules } from "./TrendRules";
import { type Definition, drawnOf, isWhole, lookedAt, readDefinition, readPlace, usualDefinition, writePlace } from "./trend";
import "./trend.css";

function Sentence({ answer, view, name }: { answer: TrendAnswer; view: string | undefined; name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { named, unit } = useSeries(answer);
  const looked = lookedAt(answer, view);
  const shown = looked === "all" ? "A" : looked;
  const drawn = drawnOf(answer, answer.total, shown);
  if (!drawn) return " ";
  const before = answer.before ? (drawnOf(answer, answer.before, shown)?.total ?? null) : null;
  const figure = (value: string | null) => format.figure(value, unit(shown));
  const points = drawn.points.map((point) => toNumber(point));
  const most = points.reduce<number | null>(
    (best, point, index) => (point !== null && (best === null || point > (points[best] ?? 0)) ? index : best),
    null,
  );
  const bucket = most === null ? null : (answer.buckets[most]?.bucket ?? null);
  const what = { name: named(shown), total: figure(drawn.total) };
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {answer.before
        ? t("trend.answerMove", { ...what, before: figure(before), change: format.change(before, drawn.total, unit(shown)) })
        : t("trend.answer", what)}{" "}
      {bucket && answer.buckets.length > 1 && !answer.cumulative
        ? t("trend.top", {
            period: isHour(bucket) ? format.hourFull(bucket) : format.day(bucket),
            figure: figure(drawn.points[most ?? 0] ?? null),
          })
        : null}
    </>
  );
}

type PaneProps = {
  answer: TrendAnswer;
  definition: Definition;
  place: TrendPlace | null;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};

function Pane({ answer, definition, place, person, open, close }: PaneProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { named } = useSeries(answer);
  const when = place?.bucket ? (isHour(place.bucket) ? format.hourFull(place.bucket) : format.day(place.bucket)) : null;
  const span = place?.before && answer.before ? answer.before : answer.period;
  return (
    <People<TrendPerson>
      title={place ? t("trend.peopleAt", { name: named(place.series) }) : null}
      person={person}
      proofTitle={t("trend.proof")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} />}
      about={`${when ?? format.span(span.from, span.to)}${place?.value ? ` · ${place.value}` : ""}`}
      which={[definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchTrendPeople(definition, answer.asked_ms, place as TrendPlace, cursor, signal)}
      file={() => fetchTrendFile(definition, answer.asked_ms, place)}
      fileName="trend-people"
      columns={[
        { key: "events", title: t("trend.events"), number: true, width: 90, cell: (row) => format.count(row.events) },
        { key: "first", title: t("trend.first"), width: 160, cell: (row) => format.full(row.first) },
        { key: "last", title: t("trend.last"), width: 160, cell: (row) => format.full(row.last) },
      ]}
      what={t("trend.what")}
      open={(row) => open(row?.person ?? null)}
      close={close}
      testid="trend-people"
    />
  );
}

function Proof({ answer, definition, person }: { answer: TrendAnswer; definition: Definition; person: number }) {
  const { t } = useTranslation();
  const { language } = useFormat();
  const query = useQuery(trendProofOptions(definition, answer.asked_ms, person));
  return (
    <Shown query={query} what={t("trend.proof")} permission="people.see" skeleton={<Bone height={200} />}>
      {(data) => (
        <ProofLines
          label={t("trend.proof")}
          lines={data[language].map((text, index) => ({
            key: `${index}`,
            text,
            counted: data.asked && (data.events[index]?.why ?? "counted") !== "tests",
          }))}
        />
      )}
    </Shown>
  );
}

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const asking = useAsking(known, { kind: "trend", usual: usualDefinition, read: readDefinition, whole: isWhole, options: trendOptions });
  const { definition, search, go, building } = asking;
  return (
    <Analysis
      asking={asking}
      title={t("trend.title")}
      what={t("trend.what")}
      sentence={(answer) => <Sentence answer={answer} view={search.view} name={nameOf(definition, "trend")} />}
      unfinished={{ title: t("trend.unfinishedTitle"), text: t("trend.unfinishedText") }}
      file={(answer) => fetchTrendFile(definition, answer.asked_ms, null)}
      builderTitle={t("trend.series")}
      builder={
        <>
          <SeriesList definition={definition} known={known} change={building.change} />
          <TrendRules {...building} />
        </>
      }
      nothing={(answer) => !answer.total.series.some((drawn) => toNumber(drawn.total))}
      empty={{ title: t("trend.emptyTitle"), text: t("trend.emptyText") }}
      height={420}
      pane={(answer) => <Pane answer={answer} definition={definition} place={readPlace(search.rows)} {...asking.pane} />}
    >
      {(answer) => <TrendBody answer={answer} view={search.view} look={(view) => go({ view })} open={asking.lister(writePlace)} />}
    </Analysis>
  );
}

/** Show the page. */
export function TrendPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("trend.title")} what={t("trend.what")}>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
