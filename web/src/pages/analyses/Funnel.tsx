/** The funnel: where people drop out, how fast the others go on, by value and over time, and who is behind each number. The address is the analysis. */

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { type FunnelAnswer, fetchFunnelFile, funnelOptions, type Known, type Place } from "@/api/analyses";
import { Lines } from "@/charts/Lines";
import { formatShare, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Format, useFormat } from "@/kit/use";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking, wholeNumber } from "./asking";
import { Bars } from "./Bars";
import { Cut } from "./Cut";
import { separates } from "./correlationDefinition";
import { closedUntil, type Definition, isWhole, readDefinition, usualDefinition, worst } from "./definition";
import { share } from "./given";
import { stepNames, useNames } from "./names";
import { PeoplePane } from "./PeoplePane";
import { readPlace, writePlace } from "./place";
import { Rules } from "./Rules";
import { nameOf } from "./Saved";
import { Steps } from "./Steps";
import "./funnel.css";

const TREND_HEIGHT = 190;

function Answer({ answer, name, names, format }: { answer: FunnelAnswer; name: string | undefined; names: string[]; format: Format }) {
  const { t } = useTranslation();
  const steps = answer.total.steps;
  const first = steps[0]?.count ?? 0;
  const amount = (count: number) => t(`funnel.amount.${answer.count}`, { count: format.count(count) as unknown as number });
  if (!first) return t("funnel.nobody", { step: names[0] });
  const lost = worst(steps.map((step) => step.dropped));
  const away = lost === null ? null : (steps[lost]?.dropped ?? 0);
  const rate = toNumber(steps.at(-1)?.of_first) ?? 0;
  const gap = format.language === "zh" ? "" : " ";
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {t("funnel.answer", {
        first: amount(first),
        last: format.count(steps.at(-1)?.count ?? 0),
        rate: formatShare(rate, format.language),
        end: answer.order === "unordered" ? t("funnel.anyOf", { n: steps.length }) : names.at(-1),
      })}
      {gap}
      {lost === null || away === null
        ? null
        : t("funnel.worst", {
            step: names[lost],
            lost: amount(away),
            share: formatShare(share(away, steps[lost]?.count ?? 0) ?? 0, format.language),
          })}
      {gap}
      {answer.total.still_open ? t("funnel.open", { count: amount(answer.total.still_open) as unknown as number }) : null}
    </>
  );
}

function Trend({ answer, format, open }: { answer: FunnelAnswer; format: Format; open: ((place: Place) => void) | undefined }) {
  const { t } = useTranslation();
  const points = answer.trend.map((cell) => ({ period: cell.bucket ?? "", value: cell.steps.at(-1)?.of_first ?? null }));
  return (
    <Panel title={t("funnel.overTime")} hint={t("funnel.overTimeHint")}>
      <Lines
        name={t("funnel.overTime")}
        courses={[{ key: "rate", name: t("funnel.converted"), unit: "ratio", rest: false, points }]}
        format={format}
        height={TREND_HEIGHT}
        wholeUntil={closedUntil(answer.trend)}
        anywhere
        {...(open ? { pick: (_: unknown, period: string) => open({ step: 1, dropped: false, cell: "bucket", value: period }) } : {})}
      />
    </Panel>
  );
}

/** To what separates those who go on where most are lost. */
function Separates({ answer, definition, known }: { answer: FunnelAnswer; definition: Definition; known: Known }) {
  const { t } = useTranslation();
  const def = separates(
    definition,
    answer.total.steps.map((step) => step.dropped),
    known,
  );
  return def ? (
    <Link to="/analyse/correlation" search={{ def }}>
      {t("correlation.entry")}
    </Link>
  ) : null;
}

type BodyProps = { answer: FunnelAnswer; names: string[]; format: Format; open: ((place: Place) => void) | undefined; separates: ReactNode };

function Body({ answer, names, format, open, separates }: BodyProps) {
  const { t } = useTranslation();
  const { field } = useNames();
  return (
    <>
      <Panel title={t("funnel.bars")} hint={t("funnel.barsHint")} action={separates}>
        <Bars answer={answer} names={names} open={open} />
      </Panel>
      {answer.breakdown.length ? (
        <Panel title={t("funnel.byValue", { fields: answer.fields.map(field).join(" × ") })} hint={t("funnel.byValueHint")}>
          <Cut answer={answer} names={names} open={open} />
        </Panel>
      ) : null}
      {answer.trend.length ? <Trend answer={answer} format={format} open={open} /> : null}
    </>
  );
}

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { event } = useNames();
  const asking = useAsking(known, {
    kind: "funnel",
    usual: usualDefinition,
    read: readDefinition,
    whole: isWhole,
    options: funnelOptions,
    compares: true,
  });
  const { definition, search, building } = asking;
  const written = stepNames(definition, event);
  const any = definition.order === "unordered";
  const named = (answer: FunnelAnswer) => answer.steps.map((name, index) => (any ? t("funnel.anyOf", { n: index + 1 }) : (written[index] ?? name)));
  const open = asking.lister(writePlace);
  return (
    <Analysis
      asking={asking}
      title={t("funnel.title")}
      what={t("funnel.what")}
      sentence={(answer) => <Answer answer={answer} name={nameOf(definition, "funnel")} names={named(answer)} format={format} />}
      headline={(answer) => ({ name: t("funnel.converted"), value: answer.total.steps.at(-1)?.of_first, unit: "ratio" })}
      unfinished={{ title: t("funnel.unfinishedTitle"), text: t("funnel.unfinishedText") }}
      file={(answer) => fetchFunnelFile(definition, answer.asked_ms, null)}
      builderTitle={t("funnel.steps")}
      builder={
        <>
          <Steps definition={definition} known={known} change={building.change} />
          <Rules {...building} />
        </>
      }
      nothing={(answer) => !answer.total.steps[0]?.count}
      empty={{ title: t("funnel.emptyTitle"), text: t("funnel.emptyText") }}
      pane={(answer) => (
        <PeoplePane
          answer={answer}
          definition={definition}
          names={named(answer)}
          place={readPlace(search.rows)}
          start={wholeNumber(search.start)}
          {...asking.pane}
        />
      )}
    >
      {(answer) => (
        <Body
          answer={answer}
          names={named(answer)}
          format={format}
          open={open}
          separates={<Separates answer={answer} definition={definition} known={known} />}
        />
      )}
    </Analysis>
  );
}

/** Show the page. */
export function FunnelPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("funnel.title")} what={t("funnel.what")}>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
