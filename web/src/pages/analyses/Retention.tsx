/** Retention: of those who started, how many came back and when, by cohort and by value, and who is behind each number. The address is the analysis. */

import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { fetchRetentionFile, type RetentionAnswer, retentionOptions } from "@/api/retention";
import { formatShare, toNumber } from "@/kit/format";
import { useFormat } from "@/kit/use";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { staleSince } from "./given";
import { useNames } from "./names";
import { RetentionHeat, type View } from "./RetentionHeat";
import { RetentionPeoplePane } from "./RetentionPeople";
import { RetentionRules } from "./RetentionRules";
import {
  isWholeRetention,
  lastTold,
  leadOf,
  readPicked,
  readRetention,
  readRetentionPlace,
  usualRetention,
  writeRetentionPlace,
} from "./retentionDefinition";
import { cellName, useRetentionNames } from "./retentionNames";
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
  const first = leadOf(answer);
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

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const asking = useAsking(known, {
    kind: "retention",
    usual: usualRetention,
    read: readRetention,
    whole: isWholeRetention,
    options: retentionOptions,
    compares: true,
  });
  const { definition, search, go, building } = asking;
  const field = definition.breakdown?.field ?? "";
  const list = asking.lister(writeRetentionPlace);
  return (
    <Analysis
      asking={asking}
      title={t("retention.title")}
      what={t("retention.what")}
      sentence={(answer) => <Sentence answer={answer} name={nameOf(definition, "retention")} field={field} known={known} />}
      headline={(answer, now) => ({ name: cellName(now, leadOf(now), t), value: answer.total.cells[leadOf(now)]?.rate, unit: "ratio" })}
      unfinished={{ title: t("retention.unfinishedTitle"), text: t("retention.unfinishedText") }}
      file={(answer) => fetchRetentionFile(definition, answer.asked_ms, null)}
      builderTitle={t("retention.builder")}
      builder={<RetentionRules {...building} />}
      nothing={(answer) => !answer.total.size}
      empty={{ title: t("retention.emptyTitle"), text: t("retention.emptyText") }}
      pane={(answer) => (
        <RetentionPeoplePane
          answer={answer}
          definition={definition}
          place={readRetentionPlace(search.rows)}
          cohort={search.start ?? null}
          go={list}
          {...asking.pane}
        />
      )}
    >
      {(answer) => (
        <RetentionHeat
          answer={answer}
          field={field}
          view={(search.view ?? "rate") as View}
          show={(view) => go({ view: view === "rate" ? undefined : view })}
          picked={readPicked(search.pick)}
          pick={(rows) => go({ pick: JSON.stringify(rows) })}
          open={list}
        />
      )}
    </Analysis>
  );
}

/** Show the page. */
export function RetentionPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("retention.title")} what={t("retention.what")}>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
