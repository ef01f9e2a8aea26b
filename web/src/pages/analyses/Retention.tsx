/** Retention: of those who started, how many came back and when, by cohort and by value, and who is behind each number. The address is the analysis. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { fetchRetentionFile, type RetentionAnswer, type RetentionPlace, retentionOptions } from "@/api/retention";
import { formatShare, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { Empty } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { AnalysisSearch } from "@/shell/router";
import { useMay } from "@/shell/session";
import { Analysis, WithKnown } from "./Analysis";
import { staleSince, usualPeriod } from "./given";
import { useNames } from "./names";
import { RetentionHeat, type View } from "./RetentionHeat";
import { RetentionPeoplePane } from "./RetentionPeople";
import { RetentionRules } from "./RetentionRules";
import {
  isFirstTrivial,
  isWholeRetention,
  lastTold,
  type Retention,
  readPicked,
  readRetention,
  readRetentionPlace,
  usualRetention,
  writeRetentionPlace,
} from "./retentionDefinition";
import { useRetentionNames } from "./retentionNames";
import { nameOf } from "./Saved";
import "./retention.css";

const FEW = 30;

type SentenceProps = { answer: RetentionAnswer; name: string; field: string; known: Known };

function Sentence({ answer, name, field, known }: SentenceProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const called = useNames();
  const names = useRetentionNames(answer, field);
  const last = lastTold(answer);
  const gap = format.language === "zh" ? "" : " ";
  const share = (value: string | null | undefined) => formatShare(toNumber(value) ?? 0, format.language);
  if (!answer.total.size) return null;
  if (last === null) return t("retention.early");
  const stale = staleSince(known);
  const first = Math.min(isFirstTrivial(answer) || answer.grain !== "brackets" ? 1 : 0, last);
  const cell = answer.total.cells[first];
  const after = answer.returns === "on_or_after";
  const amount = (count: number) => t(`retention.kind.${answer.starts}`, { count: format.count(count) as unknown as number });
  // Values with few starts say little.
  const judged = answer.breakdown.filter((row) => row.kind === "value" && (row.cells[first]?.judged ?? 0) >= FEW);
  const sorted = [...judged].sort((a, b) => (toNumber(b.cells[first]?.rate) ?? 0) - (toNumber(a.cells[first]?.rate) ?? 0));
  const [best, worst] = [sorted[0], sorted.at(-1)];
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {t(after ? "retention.answerAfter" : "retention.answer", {
        name: names.cell(first),
        rate: share(cell?.rate),
        judged: amount(cell?.judged ?? 0),
        back: format.count(cell?.returned ?? 0),
      })}
      {gap}
      {last > first
        ? t(after ? "retention.laterAfter" : "retention.later", { name: names.cell(last), rate: share(answer.total.cells[last]?.rate) })
        : null}
      {gap}
      {best && worst && best !== worst
        ? t("retention.best", {
            field: called.field(field),
            best: names.row(best),
            high: share(best.cells[first]?.rate),
            worst: names.row(worst),
            low: share(worst.cells[first]?.rate),
          })
        : null}
      {gap}
      {answer.interval && answer.interval_days != null
        ? t("retention.interval", { days: format.count(answer.interval_days), whose: t(`retention.kind.${answer.interval}`) })
        : null}
      {gap}
      {stale ? t("analysis.stale", { day: format.weekday(stale) }) : null}
    </>
  );
}

const whole = (text: string | undefined) => (text && /^\d{1,15}$/.test(text) ? Number(text) : null);
const shut = { rows: undefined, person: undefined, start: undefined };

function Asked({ known, search, go }: { known: Known; search: AnalysisSearch; go: (patch: AnalysisSearch) => void }) {
  const { t } = useTranslation();
  const mayPeople = useMay("people.see");
  const read = search.def === undefined ? usualRetention(known) : readRetention(search.def);
  const definition: Retention = read ?? usualRetention(known);
  const ready = read !== null && isWholeRetention(definition);
  const query = useQuery({ ...retentionOptions(definition), enabled: ready, placeholderData: keepPreviousData });
  const change = useCallback((next: Retention) => go({ def: next, ...shut, pick: undefined }), [go]);
  const field = definition.breakdown?.field ?? "";
  const list = (place: RetentionPlace) => go({ ...shut, rows: writeRetentionPlace(place) });
  return (
    <Analysis<RetentionAnswer>
      kind="retention"
      title={t("retention.title")}
      what={t("retention.what")}
      sentence={(answer) => <Sentence answer={answer} name={nameOf(definition, "retention")} field={field} known={known} />}
      definition={definition}
      readable={read !== null}
      ready={ready}
      unfinished={{ title: t("retention.unfinishedTitle"), text: t("retention.unfinishedText") }}
      query={query}
      saved={search.saved}
      show={(def, saved) => go({ def, saved, ...shut, pick: undefined })}
      file={(answer) => fetchRetentionFile(definition, answer.asked_ms, null)}
      builder={
        <Panel title={t("retention.builder")} className="analysis-builder">
          <RetentionRules
            definition={definition}
            known={known}
            change={change}
            opened={search.more === "1"}
            open={(more) => go({ more: more ? "1" : undefined })}
          />
        </Panel>
      }
      empty={(answer) =>
        answer.total.size ? null : (
          <Empty
            title={t("retention.emptyTitle")}
            text={t("retention.emptyText")}
            action={
              <Button type="primary" onClick={() => change({ ...definition, period: usualPeriod(known) })}>
                {t("retention.emptyAction")}
              </Button>
            }
          />
        )
      }
      pane={
        mayPeople
          ? (answer) => (
              <RetentionPeoplePane
                answer={answer}
                definition={definition}
                place={readRetentionPlace(search.rows)}
                person={whole(search.person)}
                cohort={search.start ?? null}
                go={list}
                open={(next, cohort) => go({ person: next === null ? undefined : String(next), start: cohort ?? undefined })}
                close={() => go(shut)}
              />
            )
          : undefined
      }
    >
      {(answer) => (
        <RetentionHeat
          answer={answer}
          field={field}
          view={(search.view ?? "rate") as View}
          show={(view) => go({ view: view === "rate" ? undefined : view })}
          picked={readPicked(search.pick)}
          pick={(rows) => go({ pick: JSON.stringify(rows) })}
          open={mayPeople ? list : undefined}
        />
      )}
    </Analysis>
  );
}

/** Show the page. */
export function RetentionPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/analyse/retention" });
  const navigate = useNavigate({ from: "/analyse/retention" });
  const go = useCallback((patch: AnalysisSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  return (
    <WithKnown title={t("retention.title")} what={t("retention.what")}>
      {(known) => <Asked known={known} search={search} go={go} />}
    </WithKnown>
  );
}
