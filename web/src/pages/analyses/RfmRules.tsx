/** The builder of an RFM grid: which purchases, which money, what the groups are cut at; and, opened, fixed scores, whose, which currency. */

import { Input, InputNumber, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Filter } from "@/kit/Page";
import { MoreButton, PeriodOf } from "./Asked";
import type { Building } from "./asking";
import { patched } from "./given";
import { CurrencyOf, MoneyEvents, MoneyOf } from "./MoneyOf";
import { AXES, type Axis, CUTS, type Rfm, readCuts, SIDES, type Side, sideOf, THRESHOLDS } from "./rfmDefinition";
import { WhoOf } from "./WhoOf";

type Props = Pick<Building<Rfm>, "definition" | "known" | "change">;
const MOST = 1_000_000_000;

function Sides({ definition, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  const side = sideOf(definition);
  const given = typeof definition.thresholds === "object" ? definition.thresholds : null;
  const set = (next: Side) => change(patched(definition, { thresholds: next === "mean" ? undefined : next === "given" ? THRESHOLDS : next }));
  return (
    <>
      <Filter label={t("rfm.cutAt")}>
        <Select<Side>
          aria-label={t("rfm.cutAt")}
          popupMatchSelectWidth={false}
          value={side}
          options={SIDES.map((one) => ({ value: one, label: t(`rfm.sideKinds.${one}`) }))}
          onChange={set}
        />
      </Filter>
      {given
        ? AXES.map((axis) => (
            <Filter key={axis} label={t(`rfm.given.${axis}`)}>
              <InputNumber
                aria-label={t(`rfm.given.${axis}`)}
                className="rfm-number"
                min={0}
                max={MOST}
                changeOnWheel={false}
                value={given[axis]}
                onChange={(value) => (value === null ? undefined : change({ ...definition, thresholds: { ...given, [axis]: value } }))}
              />
            </Filter>
          ))
        : null}
    </>
  );
}

function CutsOf({ definition, axis, change }: Omit<Props, "known"> & { axis: Axis }) {
  const { t } = useTranslation();
  const written = (definition.cuts?.[axis] ?? []).join(", ");
  const [text, write] = useState(written);
  useEffect(() => write(written), [written]);
  const done = () => {
    const cuts = readCuts(text, axis);
    if (cuts && definition.cuts) change({ ...definition, cuts: { ...definition.cuts, [axis]: cuts } });
    else write(written);
  };
  return (
    <Filter label={t(`rfm.cuts.${axis}`)}>
      <Input
        aria-label={t(`rfm.cuts.${axis}`)}
        title={t("rfm.cutsHint")}
        className="rfm-cuts num"
        value={text}
        onChange={(event) => write(event.target.value)}
        onBlur={done}
        onPressEnter={done}
      />
    </Filter>
  );
}

/** Edit an RFM grid. */
export function RfmRules({ definition, known, change, opened, open }: Building<Rfm>) {
  const { t } = useTranslation();
  const money = (next: Rfm["money"]) => change(patched(definition, { money: next }));
  return (
    <>
      <div className="filters">
        <PeriodOf period={definition.period} known={known} months change={(period) => change({ ...definition, period })} />
        <MoneyOf money={definition.money} known={known} change={money} />
        <Filter label={t("rfm.monetary")}>
          <Select
            aria-label={t("rfm.monetary")}
            popupMatchSelectWidth={false}
            value={definition.monetary ?? "order"}
            options={(["order", "total"] as const).map((one) => ({ value: one, label: t(`rfm.monetaryKinds.${one}`) }))}
            onChange={(one) => change(patched(definition, { monetary: one === "order" ? undefined : one }))}
          />
        </Filter>
        <Sides definition={definition} change={change} />
        <MoreButton opened={opened} open={open} />
      </div>
      <MoneyEvents money={definition.money} known={known} change={money} />
      {opened ? (
        <div className="analysis-more" id="analysis-more">
          <Filter label={t("rfm.scores")}>
            <Select
              aria-label={t("rfm.scores")}
              popupMatchSelectWidth={false}
              value={definition.cuts ? "cuts" : "quantiles"}
              options={(["quantiles", "cuts"] as const).map((one) => ({ value: one, label: t(`rfm.scoreKinds.${one}`) }))}
              onChange={(one) => change(patched(definition, { cuts: one === "cuts" ? CUTS : undefined }))}
            />
          </Filter>
          {definition.cuts ? AXES.map((axis) => <CutsOf key={axis} definition={definition} axis={axis} change={change} />) : null}
          <CurrencyOf money={definition.money} change={money} />
          <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
        </div>
      ) : null}
    </>
  );
}
