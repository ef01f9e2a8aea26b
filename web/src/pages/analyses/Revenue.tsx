/** Lifetime value: what people brought since they first bought, by cohort and age, and who is behind each figure. The address is the analysis. */

import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { fetchRevenueFile, type RevenueAnswer, revenueOptions } from "@/api/money";
import { useFormat } from "@/kit/use";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { staleSince } from "./given";
import { usualMonths } from "./money";
import { RevenueBody } from "./RevenueBody";
import { RevenuePane } from "./RevenuePane";
import { RevenueRules } from "./RevenueRules";
import { readPicked } from "./retentionDefinition";
import {
  extremes,
  fairAge,
  figureOf,
  lastTold,
  type Revenue,
  readRevenue,
  readRevenuePlace,
  usualRevenue,
  type View,
  wholeRevenue,
  writeRevenuePlace,
} from "./revenueDefinition";
import { useRevenueNames } from "./revenueNames";
import { useRounded } from "./rounded";
import { nameOf } from "./Saved";
import "./retention.css";
import "./lifetime.css";

function Sentence({ answer, name, known }: { answer: RevenueAnswer; name: string; known: Known }) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const names = useRevenueNames(answer);
  const gap = format.language === "zh" ? "" : " ";
  const last = lastTold(answer);
  const rounded = useRounded(answer.currency);
  const each = (cell: number) => rounded(figureOf(answer.total.cells[cell], "each"));
  const members = (count: number) => t("lifetime.people", { count: format.count(count) as unknown as number });
  const fair = fairAge(answer);
  const ends = fair === null ? null : extremes(answer, fair);
  const stale = staleSince(known);
  if (!answer.total.size) return null;
  if (last === null) return t("lifetime.early", { members: members(answer.total.size) });
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {t(`lifetime.answer.${answer.start}`, { members: members(answer.total.size), age: names.age(0), each: each(0) })}
      {last
        ? t("lifetime.later", { age: names.age(last), each: each(last), judged: members(answer.total.cells[last]?.judged ?? 0) })
        : t("lifetime.stop")}
      {gap}
      {ends && fair !== null
        ? t("lifetime.best", {
            age: names.age(fair),
            best: names.cohort(ends.best.cohort),
            high: rounded(figureOf(ends.best.cells[fair], "each")),
            worst: names.cohort(ends.worst.cohort),
            low: rounded(figureOf(ends.worst.cells[fair], "each")),
          })
        : null}
      {gap}
      {t(`lifetime.told.${answer.money}`)}
      {gap}
      {stale ? t("analysis.stale", { day: format.weekday(stale) }) : null}
    </>
  );
}

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const asking = useAsking(known, {
    kind: "revenue",
    usual: usualRevenue,
    read: readRevenue,
    whole: wholeRevenue,
    options: revenueOptions,
    period: usualMonths,
  });
  const { definition, search, go, building } = asking;
  return (
    <Analysis<Revenue, RevenueAnswer>
      asking={asking}
      title={t("lifetime.title")}
      what={t("lifetime.what")}
      sentence={(answer) => <Sentence answer={answer} name={nameOf(definition, "revenue")} known={known} />}
      unfinished={{ title: t("lifetime.unfinishedTitle"), text: t("lifetime.unfinishedText") }}
      file={(answer) => fetchRevenueFile(definition, answer.asked_ms, null)}
      builderTitle={t("lifetime.builder")}
      builder={<RevenueRules {...building} />}
      nothing={(answer) => !answer.total.size}
      empty={{ title: t("lifetime.emptyTitle"), text: t("lifetime.emptyText") }}
      recent={t("analysis.recentMonths")}
      height={420}
      pane={(answer) => <RevenuePane answer={answer} definition={definition} place={readRevenuePlace(search.rows)} {...asking.pane} />}
    >
      {(answer) => (
        <RevenueBody
          answer={answer}
          view={(search.view ?? "each") as View}
          show={(view) => go({ view: view === "each" ? undefined : view })}
          picked={readPicked(search.pick)}
          pick={(cohorts) => go({ pick: JSON.stringify(cohorts) })}
          open={asking.lister(writeRevenuePlace)}
        />
      )}
    </Analysis>
  );
}

/** Show the page. */
export function RevenuePage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("lifetime.title")} what={t("lifetime.what")} orders>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
