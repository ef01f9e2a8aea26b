/** Distributions: how many people did something how often, or for how much. The address is the analysis. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { type DistributionAnswer, distributionOptions, fetchDistributionFile, type SpreadPlace } from "@/api/spread";
import { Lines } from "@/charts/Lines";
import { MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { Empty } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import type { AnalysisSearch } from "@/shell/router";
import { useMay } from "@/shell/session";
import { Analysis, WithKnown } from "./Analysis";
import { DistributionBuilder } from "./DistributionBuilder";
import { DistributionPane } from "./DistributionPane";
import { eventsOf, usualPeriod } from "./given";
import { useNames } from "./names";
import { nameOf } from "./Saved";
import { Bins, BinsTable, Figures } from "./Spread";
import {
  type DistributionDefinition,
  readDistribution,
  readSpreadPlace,
  usualDistribution,
  wholeDistribution,
  writeSpreadPlace,
} from "./spreadDefinition";

const shut = { rows: undefined, person: undefined };
const whole = (text: string | undefined) => (text && /^\d{1,15}$/.test(text) ? Number(text) : null);
const TREND_HEIGHT = 190;

/** How figures of an answer and its bins are told. */
type Telling = { unit: string; figure: (figure: string | number | null) => string; bin: (number: number) => string };

function useTelling(format: Format) {
  const { t } = useTranslation();
  return (answer: DistributionAnswer): Telling => {
    const unit = answer.of === "sum" && answer.field === "price" ? "money" : "count";
    const plain = (figure: string | number | null) => {
      const number = toNumber(figure);
      return number === null ? MISSING : unit === "money" ? format.brief(number, "money", { tidy: true }) : format.figure(number, "count");
    };
    const figure = (figure: string | number | null) =>
      answer.of === "sum" || toNumber(figure) === null
        ? plain(figure)
        : t(`spread.amount.${answer.of}`, { count: plain(figure) as unknown as number });
    const bin = (number: number) => {
      const { from, below } = answer.bins[number - 1] ?? { from: null, below: null };
      if (from === null) return `< ${plain(below)}`;
      if (below === null) return `\u2265 ${plain(from)}`;
      if (answer.of === "sum") return `${plain(from)} \u2013 < ${plain(below)}`;
      const last = Number(below) - 1;
      return last === Number(from) ? plain(from) : `${plain(from)}\u2013${plain(last)}`;
    };
    return { unit, figure, bin };
  };
}

function Answer({
  answer,
  name,
  event,
  telling,
  format,
}: {
  answer: DistributionAnswer;
  name: string;
  event: string;
  telling: Telling;
  format: Format;
}) {
  const { t } = useTranslation();
  const { people, median, most, mean } = answer.total;
  const gap = format.language === "zh" ? "" : " ";
  if (!people) return t("spread.nobodyHeap", { event });
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {t("spread.answerHeap", { people: format.count(people) as unknown as number, event })}
      {gap}
      {t(`spread.half.${answer.of}`, { median: telling.figure(median), most: telling.figure(most), mean: telling.figure(mean) })}
    </>
  );
}

type BodyProps = { answer: DistributionAnswer; telling: Telling; format: Format; open: ((place: SpreadPlace) => void) | undefined };

function Body({ answer, telling, format, open }: BodyProps) {
  const { t } = useTranslation();
  const { total } = answer;
  const edges = answer.bins.map((bin, index) => ({ low: toNumber(bin.from), high: toNumber(bin.below), name: telling.bin(index + 1) }));
  const title = t(`spread.binsOf.${answer.of}`);
  const course = (key: "median" | "mean", name: string) => ({
    key,
    name,
    unit: telling.unit,
    rest: false,
    points: answer.trend.map((cell) => ({ period: cell.bucket ?? "", value: cell[key] })),
  });
  return (
    <>
      <Panel title={title} hint={t("spread.binsHeapHint")}>
        <Figures
          figures={[
            { name: t("spread.least"), text: telling.figure(total.least) },
            { name: t("spread.quartile.p25"), text: telling.figure(total.p25) },
            { name: t("spread.quartile.median"), text: telling.figure(total.median), main: true },
            { name: t("spread.quartile.p75"), text: telling.figure(total.p75) },
            { name: t("spread.most"), text: telling.figure(total.most) },
            { name: t("spread.mean"), text: telling.figure(total.mean) },
            { name: t("spread.total"), text: telling.figure(total.total) },
          ]}
        />
        <Bins
          edges={edges}
          counts={total.bins}
          total={total.people}
          quartiles={{ p25: toNumber(total.p25), median: toNumber(total.median), p75: toNumber(total.p75) }}
          tell={telling.figure}
          steps={answer.of === "sum" ? 0 : 1}
          counted={t("spread.people")}
          name={title}
          open={open ? (bin) => open({ bin, cell: "total", value: null }) : undefined}
        />
      </Panel>
      {answer.trend.length ? (
        <Panel title={t("spread.trendHeap")} hint={t("spread.trendHeapHint")}>
          <Lines
            name={t("spread.trendHeap")}
            courses={[course("mean", t("spread.mean")), course("median", t("spread.quartile.median"))]}
            format={format}
            height={TREND_HEIGHT}
            wholeUntil={null}
            anywhere
            {...(open ? { pick: (_: unknown, period: string) => open({ bin: null, cell: "bucket", value: period }) } : {})}
          />
        </Panel>
      ) : null}
      <Panel title={t("spread.binsTable")}>
        <BinsTable
          edges={edges}
          counts={total.bins}
          total={total.people}
          counted={t("spread.people")}
          open={open ? (bin) => open({ bin, cell: "total", value: null }) : undefined}
        />
      </Panel>
    </>
  );
}

function Asked({ known, search, go }: { known: Known; search: AnalysisSearch; go: (patch: AnalysisSearch) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useNames();
  const telling = useTelling(format);
  const mayPeople = useMay("people.see");
  const read = search.def === undefined ? usualDistribution(known) : readDistribution(search.def);
  const definition: DistributionDefinition = read ?? usualDistribution(known);
  const ready = read !== null && wholeDistribution(definition);
  const query = useQuery({ ...distributionOptions(definition), enabled: ready, placeholderData: keepPreviousData });
  const change = useCallback((next: DistributionDefinition) => go({ def: next, ...shut }), [go]);
  const event = eventsOf(definition.event).map(names.event).join(" / ");
  const open = mayPeople ? (place: SpreadPlace) => go({ rows: writeSpreadPlace(place), person: undefined }) : undefined;
  return (
    <Analysis
      kind="distribution"
      title={t("spread.titleDistribution")}
      what={t("spread.whatDistribution")}
      sentence={(answer) => (
        <Answer answer={answer} name={nameOf(definition, "distribution")} event={event} telling={telling(answer)} format={format} />
      )}
      definition={definition}
      readable={read !== null}
      ready={ready}
      unfinished={{ title: t("spread.unfinishedTitle"), text: t("spread.unfinishedDistribution") }}
      query={query}
      saved={search.saved}
      show={(def, saved) => go({ def, saved, ...shut })}
      file={(answer) => fetchDistributionFile(definition, answer.asked_ms, null)}
      height={360}
      builder={
        <Panel title={t("spread.builderDistribution")} className="analysis-builder">
          <DistributionBuilder
            definition={definition}
            known={known}
            change={change}
            opened={search.more === "1"}
            open={(more) => go({ more: more ? "1" : undefined })}
          />
        </Panel>
      }
      empty={(answer) =>
        answer.total.people ? null : (
          <Empty
            title={t("spread.emptyHeap")}
            text={t("spread.emptyHeapText")}
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
              <DistributionPane
                answer={answer}
                definition={definition}
                figure={telling(answer).figure}
                bin={telling(answer).bin}
                place={readSpreadPlace(search.rows)}
                person={whole(search.person)}
                open={(next) => go({ person: next === null ? undefined : String(next) })}
                close={() => go(shut)}
              />
            )
          : undefined
      }
    >
      {(answer) => <Body answer={answer} telling={telling(answer)} format={format} open={open} />}
    </Analysis>
  );
}

/** Show the page. */
export function DistributionPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/analyse/distribution" });
  const navigate = useNavigate({ from: "/analyse/distribution" });
  const go = useCallback((patch: AnalysisSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  return (
    <WithKnown title={t("spread.titleDistribution")} what={t("spread.whatDistribution")}>
      {(known) => <Asked known={known} search={search} go={go} />}
    </WithKnown>
  );
}
