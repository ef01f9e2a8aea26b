/** Intervals: how long people take from one event to another. The address is the analysis. */

import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { fetchIntervalFile, type IntervalAnswer, intervalOptions } from "@/api/spread";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { type Events, eventsOf } from "./given";
import { IntervalBody } from "./IntervalBody";
import { IntervalBuilder } from "./IntervalBuilder";
import { IntervalPane } from "./IntervalPane";
import { useLength } from "./length";
import { useNames } from "./names";
import { nameOf } from "./Saved";
import { readInterval, readSpreadPlace, usualInterval, wholeInterval, writeSpreadPlace } from "./spreadDefinition";

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

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useNames();
  const length = useLength();
  const valued = useValueName();
  const asking = useAsking(known, {
    kind: "interval",
    usual: usualInterval,
    read: readInterval,
    whole: wholeInterval,
    options: intervalOptions,
    compares: true,
  });
  const { definition, search, building } = asking;
  const cut = (typeof definition.breakdown === "string" ? definition.breakdown : definition.breakdown?.field) ?? "";
  const value = useCallback((text: string | null) => (text === null ? t("analysis.none") : valued(cut, text)), [t, valued, cut]);
  const told = (part: Events) => eventsOf(part).map(names.event).join(" / ");
  const open = asking.lister(writeSpreadPlace);
  return (
    <Analysis
      asking={asking}
      title={t("spread.titleInterval")}
      what={t("spread.whatInterval")}
      sentence={(answer) => (
        <Answer answer={answer} name={nameOf(definition, "interval")} ends={[told(definition.from), told(definition.to)]} format={format} />
      )}
      headline={(answer) => ({ name: t("spread.quartile.median"), value: answer.total.times.median_ms, unit: "count", tell: length.tell })}
      unfinished={{ title: t("spread.unfinishedTitle"), text: t("spread.unfinishedInterval") }}
      file={(answer) => fetchIntervalFile(definition, answer.asked_ms, null)}
      height={360}
      builderTitle={t("spread.builderInterval")}
      builder={<IntervalBuilder {...building} />}
      nothing={(answer) => !answer.total.intervals}
      empty={{ title: t("spread.emptyInterval"), text: t("spread.emptyIntervalText") }}
      pane={(answer) => <IntervalPane answer={answer} definition={definition} value={value} place={readSpreadPlace(search.rows)} {...asking.pane} />}
    >
      {(answer) => <IntervalBody answer={answer} field={names.field(cut)} value={value} open={open} />}
    </Analysis>
  );
}

/** Show the page. */
export function IntervalPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("spread.titleInterval")} what={t("spread.whatInterval")}>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
