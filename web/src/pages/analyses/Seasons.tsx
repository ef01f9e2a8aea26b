/** Seasons: a metric taken apart into its trend, what comes back, and what is left. The address is the analysis. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { catalogueOptions } from "@/api/keys";
import { fetchSeasonsFile, type SeasonsAnswer, seasonsOptions } from "@/api/seasons";
import { isDay } from "@/kit/period";
import { RowsPane } from "@/kit/RowsPane";
import { useFormat } from "@/kit/use";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { nameOf } from "./Saved";
import { called, SeasonsBody, signed } from "./SeasonsBody";
import { SeasonsBuilder } from "./SeasonsBuilder";
import {
  conditions,
  longPeriod,
  readSeasons,
  roundly,
  type SeasonsDefinition,
  strength,
  unusualOf,
  usualSeasons,
  wholeSeasons,
} from "./seasonsDefinition";
import "./spread.css";

function Sentence({ answer, metric, name }: { answer: SeasonsAnswer; metric: string; name: string }) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const gap = format.language === "zh" ? "" : " ";
  const best = answer.seasons.reduce<string | null>(
    (found, season) =>
      found === null || Number(answer.season_strengths[season] ?? 0) > Number(answer.season_strengths[found] ?? 0) ? season : found,
    null,
  );
  const told = (text: string | null | undefined) => t(`seasons.strengths.${strength(text)}`);
  const far = unusualOf(answer)[0];
  const known = answer.points.filter((point) => point.value !== null).length;
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {best === null
        ? t("seasons.answerNone", { metric, trend: told(answer.trend_strength) })
        : t("seasons.answer", {
            metric,
            season: t(`seasons.seasonOf.${best as "week"}`).toLowerCase(),
            strength: told(answer.season_strengths[best]),
            trend: told(answer.trend_strength),
          })}
      {gap}
      {far
        ? t(`seasons.far.${answer.by}`, {
            count: format.count(answer.unusual) as unknown as number,
            all: format.count(known),
            at: called(far.at, format),
            rest: format.figure(roundly(far.rest, answer.unit), answer.unit, { sign: true }),
            score: signed(far.score, format),
          })
        : t(`seasons.quiet.${answer.by}`, { all: format.count(known) as unknown as number })}
    </>
  );
}

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: catalogue } = useQuery(catalogueOptions());
  const asked = useAsking(known, { kind: "seasons", usual: usualSeasons, read: readSeasons, whole: wholeSeasons, options: seasonsOptions });
  const { definition, search, go, change, building } = asked;
  const asking = { ...asked, recent: () => change({ ...definition, period: longPeriod(known, definition.by ?? "day") }) };
  const entry = catalogue?.metrics.find((one) => one.name === definition.metric);
  const metric = format.say(entry?.title) || definition.metric;
  return (
    <Analysis
      asking={asking}
      title={t("seasons.title")}
      what={t("seasons.what")}
      sentence={(answer) => <Sentence answer={answer} metric={metric} name={nameOf(definition, "seasons")} />}
      unfinished={{ title: t("seasons.unfinishedTitle"), text: t("seasons.unfinishedText") }}
      file={(answer) => fetchSeasonsFile(definition, answer.asked_ms)}
      height={520}
      builderTitle={t("seasons.builder")}
      builder={<SeasonsBuilder {...building} />}
      nothing={(answer) => !answer.points.some((point) => point.value !== null)}
      empty={{ title: t("seasons.emptyTitle"), text: t("seasons.emptyText") }}
      pane={() => null}
    >
      {(answer) => (
        <>
          <SeasonsBody answer={answer} metric={metric} open={(day) => go({ rows: day })} />
          <Day answer={answer} definition={definition} metric={metric} day={search.rows} close={() => go({ rows: undefined })} />
        </>
      )}
    </Analysis>
  );
}

type DayProps = { answer: SeasonsAnswer; definition: SeasonsDefinition; metric: string; day: string | undefined; close: () => void };

/** The rows behind a day; where a filter is written in a way that only the server reads, those of all. */
function Day({ answer, definition, metric, day, close }: DayProps) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const shown = day !== undefined && isDay(day) ? day : null;
  const where = conditions(definition.where);
  const point = answer.by === "day" ? answer.points.find((one) => one.at === shown) : undefined;
  return (
    <RowsPane
      ask={
        shown === null
          ? null
          : { metric: definition.metric, from: shown, to: shown, where: where ?? [], ...(definition.clock ? { clock: definition.clock } : {}) }
      }
      title={metric}
      about={
        shown === null ? null : (
          <>
            {format.day(shown)}
            {point?.rest ? ` \u00b7 ${t("seasons.off", { score: signed(point.score, format) })}` : ""}
            {where === null ? ` \u00b7 ${t("seasons.unfiltered")}` : ""}
          </>
        )
      }
      close={close}
    />
  );
}

/** Show the page. */
export function SeasonsPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("seasons.title")} what={t("seasons.what")} orders>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
