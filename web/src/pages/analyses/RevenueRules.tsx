/** The builder of a lifetime value: of whom, which money, in which cohorts, by which ages; and, opened, whose and in which currency. */

import { Input, InputNumber, Select, Tooltip } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Filter } from "@/kit/Page";
import { EventsOf, MoreButton, PeriodOf, WhereOf } from "./Asked";
import type { Building } from "./asking";
import { patched } from "./given";
import { CurrencyOf, MoneyEvents, MoneyOf } from "./MoneyOf";
import { type Ages, agesOf, CELLS_MOST, cellsOf, cohortsOf, GRAINS, grainsOf, type Revenue, readAges, regrained } from "./revenueDefinition";
import { WhoOf } from "./WhoOf";

type Props = Pick<Building<Revenue>, "definition" | "known" | "change">;

function Start({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const { start } = definition;
  const { where: _, ...bare } = definition;
  return (
    <>
      <Filter label={t("lifetime.start")}>
        <Select
          aria-label={t("lifetime.start")}
          popupMatchSelectWidth={false}
          value={typeof start === "object" ? "event" : "order"}
          options={(known.events.length ? (["order", "event"] as const) : (["order"] as const)).map((one) => ({
            value: one as string,
            label: t(`lifetime.startKinds.${one}`),
          }))}
          // Tests of every event have no meaning for orders.
          onChange={(one) => change(one === "event" ? { ...definition, start: { event: "" } } : patched<Revenue>(bare, { start: undefined }))}
        />
      </Filter>
      {typeof start === "object" ? (
        <EventsOf part={start} known={known} label={t("lifetime.startEvents")} change={(next) => change({ ...definition, start: next })} />
      ) : null}
    </>
  );
}

function Own({ definition, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  const written = (definition.ages ?? []).join(", ");
  const [text, write] = useState(written);
  useEffect(() => write(written), [written]);
  const done = () => {
    const ages = readAges(text);
    if (ages) change({ ...definition, ages });
    else write(written);
  };
  return (
    <Tooltip title={t("lifetime.ownHint")}>
      <Input
        aria-label={t("lifetime.own")}
        className="retention-brackets num"
        value={text}
        onChange={(event) => write(event.target.value)}
        onBlur={done}
        onPressEnter={done}
      />
    </Tooltip>
  );
}

function AgesOf({ definition, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  const [cohorts, ages] = [cohortsOf(definition), agesOf(definition)];
  return (
    <>
      <Filter label={t("lifetime.cohorts")}>
        <Select
          aria-label={t("lifetime.cohorts")}
          popupMatchSelectWidth={false}
          value={cohorts}
          options={GRAINS.map((one) => ({ value: one, label: t(`retention.use.cohort.${one}`) }))}
          onChange={(one) => change(regrained(definition, one, ages === cohorts ? one : ages))}
        />
      </Filter>
      <Filter label={t("lifetime.ages")}>
        <Select<Ages>
          aria-label={t("lifetime.ages")}
          popupMatchSelectWidth={false}
          value={ages}
          options={[...grainsOf(cohorts), "ages" as const].map((one) => ({ value: one, label: t(`lifetime.ageKinds.${one}`) }))}
          onChange={(one) => change(regrained(definition, cohorts, one))}
        />
        {definition.ages ? (
          <Own definition={definition} change={change} />
        ) : (
          <InputNumber
            aria-label={t("lifetime.cells")}
            title={t("lifetime.cells")}
            className="analysis-count"
            min={1}
            max={CELLS_MOST}
            changeOnWheel={false}
            value={cellsOf(definition)}
            onChange={(cells) => (cells ? change({ ...definition, cells }) : undefined)}
          />
        )}
      </Filter>
    </>
  );
}

function More({ definition, known, change }: Props) {
  const { t } = useTranslation();
  return (
    <div className="analysis-more" id="analysis-more">
      <Filter label={t("lifetime.starts")}>
        <Select
          aria-label={t("lifetime.starts")}
          popupMatchSelectWidth={false}
          value={definition.starts ?? "first"}
          options={(["first", "period"] as const).map((one) => ({ value: one, label: t(`lifetime.startsKinds.${one}`) }))}
          onChange={(starts) => change(patched(definition, { starts: starts === "first" ? undefined : starts }))}
        />
      </Filter>
      <CurrencyOf money={definition.money} change={(money) => change(patched(definition, { money }))} />
      {typeof definition.start === "object" ? (
        <WhereOf where={definition.where} known={known} change={(where) => change(patched(definition, { where }))} />
      ) : null}
      <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
    </div>
  );
}

/** Edit a lifetime value. */
export function RevenueRules({ definition, known, change, opened, open }: Building<Revenue>) {
  const money = (next: Revenue["money"]) => change(patched(definition, { money: next }));
  return (
    <>
      <div className="filters">
        <Start definition={definition} known={known} change={change} />
        <PeriodOf period={definition.period} known={known} months change={(period) => change({ ...definition, period })} />
        <MoneyOf money={definition.money} known={known} change={money} />
        <AgesOf definition={definition} change={change} />
        <MoreButton opened={opened} open={open} />
      </div>
      <MoneyEvents money={definition.money} known={known} change={money} />
      {opened ? <More definition={definition} known={known} change={change} /> : null}
    </>
  );
}
