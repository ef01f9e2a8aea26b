/** Correlations: what separates those who go on in a funnel from those who don't. The address is the analysis. */

import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { type CorrelationAnswer, correlationOptions, type Fact, fetchCorrelationFile } from "@/api/correlation";
import { formatShare, toNumber } from "@/kit/format";
import { useFormat } from "@/kit/use";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { CorrelationBody } from "./CorrelationBody";
import { CorrelationBuilder } from "./CorrelationBuilder";
import { CorrelationPane } from "./CorrelationPane";
import {
  type CorrelationDefinition,
  endsOf,
  least,
  readCell,
  readCorrelation,
  usualCorrelation,
  wholeCorrelation,
  writeCell,
} from "./correlationDefinition";
import { useFactName } from "./factNames";
import { share, usualPeriod } from "./given";
import { stepNames, useNames } from "./names";
import { nameOf } from "./Saved";
import "./funnel.css";

function Sentence({ answer, name, ends }: { answer: CorrelationAnswer; name: string; ends: [string, string] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { fact } = useFactName();
  const percent = (part: number | string | null) => formatShare(toNumber(part) ?? 0, format.language);
  const gap = format.language === "zh" ? "" : " ";
  const found = [...answer.less, ...answer.more].filter((one) => one.found);
  const lead = found.reduce<Fact | null>((best, one) => (best === null || least(one.difference) > least(best.difference) ? one : best), null);
  if (!answer.attempts) return t("correlation.nobody", { from: ends[0] });
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {t("correlation.answer", {
        attempts: t(`funnel.amount.${answer.count}`, { count: format.count(answer.attempts) as unknown as number }),
        from: ends[0],
        to: ends[1],
        converted: format.count(answer.converted),
        rate: percent(share(answer.converted, answer.attempts)),
      })}
      {gap}
      {lead
        ? t(lead.difference && Number(lead.difference.value) < 0 ? "correlation.leadLess" : "correlation.leadMore", {
            fact: fact(lead),
            with: percent(lead.with.rate),
            without: percent(lead.without.rate),
          })
        : answer.looked_at
          ? t("correlation.noneFound", { count: format.count(answer.looked_at) as unknown as number })
          : t("correlation.noneLooked")}
    </>
  );
}

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const { event } = useNames();
  const asked = useAsking(known, {
    kind: "correlation",
    usual: usualCorrelation,
    read: readCorrelation,
    whole: wholeCorrelation,
    options: correlationOptions,
  });
  const { definition, search, building, go, change } = asked;
  // The period is that of the funnel inside.
  const recent = () => change({ ...definition, funnel: { ...definition.funnel, period: usualPeriod(known) } } as CorrelationDefinition);
  const asking = { ...asked, recent };
  const names = stepNames(definition.funnel, event);
  const [from, to] = endsOf(definition);
  const ends: [string, string] = [names[from] ?? "", names[to] ?? ""];
  const open = asking.lister(writeCell);
  return (
    <Analysis
      asking={asking}
      title={t("correlation.title")}
      what={t("correlation.what")}
      sentence={(answer) => <Sentence answer={answer} name={nameOf(definition, "correlation")} ends={ends} />}
      unfinished={{ title: t("correlation.unfinishedTitle"), text: t("correlation.unfinishedText") }}
      file={(answer) => fetchCorrelationFile(definition, answer.asked_ms, null)}
      height={420}
      builderTitle={t("correlation.builder")}
      builder={<CorrelationBuilder {...building} />}
      nothing={(answer) => !answer.attempts}
      empty={{ title: t("correlation.emptyTitle"), text: t("correlation.emptyText") }}
      pane={(answer) => (
        <CorrelationPane
          answer={answer}
          definition={definition}
          ends={ends}
          place={readCell(search.rows)}
          look={(place) => asking.lister(writeCell)?.(place)}
          {...asking.pane}
        />
      )}
    >
      {(answer) => <CorrelationBody answer={answer} ends={ends} view={search.view} look={(view) => go({ view })} open={open} />}
    </Analysis>
  );
}

/** Show the page. */
export function CorrelationPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("correlation.title")} what={t("correlation.what")}>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
