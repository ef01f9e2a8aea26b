/** Intervals: how long people take from one event to another. The address is the analysis. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { fetchIntervalFile, type IntervalAnswer, intervalOptions, type SpreadPlace } from "@/api/spread";
import { Panel } from "@/kit/Panel";
import { Empty } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import type { AnalysisSearch } from "@/shell/router";
import { useMay } from "@/shell/session";
import { Analysis, WithKnown } from "./Analysis";
import { type Events, eventsOf, usualPeriod } from "./given";
import { IntervalBody } from "./IntervalBody";
import { IntervalBuilder } from "./IntervalBuilder";
import { IntervalPane } from "./IntervalPane";
import { useLength } from "./length";
import { useNames } from "./names";
import { nameOf } from "./Saved";
import { type IntervalDefinition, readInterval, readSpreadPlace, usualInterval, wholeInterval, writeSpreadPlace } from "./spreadDefinition";

const shut = { rows: undefined, person: undefined };
const whole = (text: string | undefined) => (text && /^\d{1,15}$/.test(text) ? Number(text) : null);

type AnswerProps = { answer: IntervalAnswer; name: string; ends: [string, string]; format: Format };

function Answer({ answer, name, ends, format }: AnswerProps) {
  const { t } = useTranslation();
  const length = useLength();
  const { intervals, people, times, still_open } = answer.total;
  const gap = format.language === "zh" ? "" : " ";
  const count = (value: number) => format.count(value) as unknown as number;
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {intervals
        ? t("spread.answerInterval", { intervals: count(intervals), people: count(people), from: ends[0], to: ends[1] })
        : t("spread.nobodyInterval", { from: ends[0], to: ends[1] })}
      {gap}
      {times.median_ms !== null && times.p75_ms !== null
        ? t("spread.halfIn", { median: length.tell(times.median_ms), p75: length.tell(times.p75_ms) })
        : null}
      {gap}
      {still_open ? t("spread.openInterval", { count: count(still_open) }) : null}
    </>
  );
}

function Asked({ known, search, go }: { known: Known; search: AnalysisSearch; go: (patch: AnalysisSearch) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useNames();
  const valued = useValueName();
  const mayPeople = useMay("people.see");
  const read = search.def === undefined ? usualInterval(known) : readInterval(search.def);
  const definition: IntervalDefinition = read ?? usualInterval(known);
  const ready = read !== null && wholeInterval(definition);
  const query = useQuery({ ...intervalOptions(definition), enabled: ready, placeholderData: keepPreviousData });
  const change = useCallback((next: IntervalDefinition) => go({ def: next, ...shut }), [go]);
  const cut = (typeof definition.breakdown === "string" ? definition.breakdown : definition.breakdown?.field) ?? "";
  const value = useCallback((text: string | null) => (text === null ? t("analysis.none") : valued(cut, text)), [t, valued, cut]);
  const told = (part: Events) => eventsOf(part).map(names.event).join(" / ");
  const open = mayPeople ? (place: SpreadPlace) => go({ rows: writeSpreadPlace(place), person: undefined }) : undefined;
  return (
    <Analysis
      kind="interval"
      title={t("spread.titleInterval")}
      what={t("spread.whatInterval")}
      sentence={(answer) => (
        <Answer answer={answer} name={nameOf(definition, "interval")} ends={[told(definition.from), told(definition.to)]} format={format} />
      )}
      definition={definition}
      readable={read !== null}
      ready={ready}
      unfinished={{ title: t("spread.unfinishedTitle"), text: t("spread.unfinishedInterval") }}
      query={query}
      saved={search.saved}
      show={(def, saved) => go({ def, saved, ...shut })}
      file={(answer) => fetchIntervalFile(definition, answer.asked_ms, null)}
      height={360}
      builder={
        <Panel title={t("spread.builderInterval")} className="analysis-builder">
          <IntervalBuilder
            definition={definition}
            known={known}
            change={change}
            opened={search.more === "1"}
            open={(more) => go({ more: more ? "1" : undefined })}
          />
        </Panel>
      }
      empty={(answer) =>
        answer.total.intervals ? null : (
          <Empty
            title={t("spread.emptyInterval")}
            text={t("spread.emptyIntervalText")}
            action={
              <Button type="primary" onClick={() => change({ ...definition, period: usualPeriod(known) })}>
                {t("funnel.emptyAction")}
              </Button>
            }
          />
        )
      }
      pane={
        mayPeople
          ? (answer) => (
              <IntervalPane
                answer={answer}
                definition={definition}
                value={value}
                place={readSpreadPlace(search.rows)}
                person={whole(search.person)}
                open={(next) => go({ person: next === null ? undefined : String(next) })}
                close={() => go(shut)}
              />
            )
          : undefined
      }
    >
      {(answer) => <IntervalBody answer={answer} field={names.field(cut)} value={value} open={open} />}
    </Analysis>
  );
}

/** Show the page. */
export function IntervalPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/analyse/interval" });
  const navigate = useNavigate({ from: "/analyse/interval" });
  const go = useCallback((patch: AnalysisSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  return (
    <WithKnown title={t("spread.titleInterval")} what={t("spread.whatInterval")}>
      {(known) => <Asked known={known} search={search} go={go} />}
    </WithKnown>
  );
}
