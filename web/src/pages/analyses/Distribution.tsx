/** Distributions: how many people did something how often, or for how much. The address is the analysis. */

import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { type DistributionAnswer, distributionOptions, fetchDistributionFile, type SpreadPlace } from "@/api/spread";
import { Lines } from "@/charts/Lines";
import { MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Format, useFormat } from "@/kit/use";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { DistributionBuilder } from "./DistributionBuilder";
import { DistributionPane } from "./DistributionPane";
import { eventsOf } from "./given";
import { useNames } from "./names";
import { nameOf } from "./Saved";
import { Bins, BinsTable, Figures } from "./Spread";
import { readDistribution, readSpreadPlace, usualDistribution, wholeDistribution, writeSpreadPlace } from "./spreadDefinition";

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

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useNames();
  const telling = useTelling(format);
  const asking = useAsking(known, {
    kind: "distribution",
    usual: usualDistribution,
    read: readDistribution,
    whole: wholeDistribution,
    options: distributionOptions,
    compares: true,
  });
  const { definition, search, building } = asking;
  const event = eventsOf(definition.event).map(names.event).join(" / ");
  const open = asking.lister(writeSpreadPlace);
  return (
    <Analysis
      asking={asking}
      title={t("spread.titleDistribution")}
      what={t("spread.whatDistribution")}
      sentence={(answer) => (
        <Answer answer={answer} name={nameOf(definition, "distribution")} event={event} telling={telling(answer)} format={format} />
      )}
      headline={(answer, now) => ({ name: t("spread.mean"), value: answer.total.mean, unit: "count", tell: telling(now).figure })}
      unfinished={{ title: t("spread.unfinishedTitle"), text: t("spread.unfinishedDistribution") }}
      file={(answer) => fetchDistributionFile(definition, answer.asked_ms, null)}
      height={360}
      builderTitle={t("spread.builderDistribution")}
      builder={<DistributionBuilder {...building} />}
      nothing={(answer) => !answer.total.people}
      empty={{ title: t("spread.emptyHeap"), text: t("spread.emptyHeapText") }}
      pane={(answer) => (
        <DistributionPane
          answer={answer}
          definition={definition}
          figure={telling(answer).figure}
          bin={telling(answer).bin}
          place={readSpreadPlace(search.rows)}
          {...asking.pane}
        />
      )}
    >
      {(answer) => <Body answer={answer} telling={telling(answer)} format={format} open={open} />}
    </Analysis>
  );
}

/** Show the page. */
export function DistributionPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("spread.titleDistribution")} what={t("spread.whatDistribution")}>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
