/** The builder of intervals: from what to what, within how long; and, opened, how ends find their starts, bins, whose. */

import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { EventsOf, FieldOf, MoreButton, PeriodOf, TrendOf, WhereOf } from "./Asked";
import { BinsOf } from "./BinsOf";
import { patched } from "./given";
import { LengthOf } from "./LengthOf";
import { type IntervalDefinition, lengthMs, PAIRS } from "./spreadDefinition";
import { WhoOf } from "./WhoOf";

type Props = { definition: IntervalDefinition; known: Known; change: (definition: IntervalDefinition) => void };

function More({ definition, known, change }: Props) {
  const { t } = useTranslation();
  return (
    <div className="analysis-more">
      <Filter label={t("spread.pair")}>
        <Select
          aria-label={t("spread.pair")}
          popupMatchSelectWidth={false}
          value={definition.pair ?? "last"}
          options={PAIRS.map((one) => ({ value: one as string, label: t(`spread.pairs.${one}`) }))}
          onChange={(pair) => change({ ...definition, pair })}
        />
      </Filter>
      <Filter label={t("funnel.same")}>
        <FieldOf
          value={definition.same}
          known={known}
          label={t("funnel.same")}
          none={t("funnel.sameNone")}
          change={(same) => change(patched(definition, { same }))}
        />
      </Filter>
      <BinsOf
        bins={definition.bins ?? []}
        order={lengthMs}
        hint={t("spread.binsLength")}
        change={(bins) => change(patched(definition, { bins: bins.length ? bins : undefined }))}
      />
      <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
      <WhereOf where={definition.where} known={known} change={(where) => change(patched(definition, { where }))} />
    </div>
  );
}

/** Edit an interval. */
export function IntervalBuilder({ definition, known, change, opened, open }: Props & { opened: boolean; open: (more: boolean) => void }) {
  const { t } = useTranslation();
  const cut = typeof definition.breakdown === "string" ? definition.breakdown : definition.breakdown?.field;
  return (
    <>
      <div className="filters">
        <EventsOf part={definition.from} known={known} label={t("spread.from")} change={(from) => change({ ...definition, from })} />
        <EventsOf part={definition.to} known={known} label={t("spread.to")} change={(to) => change({ ...definition, to })} />
      </div>
      <div className="filters">
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
        <LengthOf text={definition.window} label={t("spread.window")} change={(window) => change({ ...definition, window })} />
        <Filter label={t("analysis.breakdown")}>
          <FieldOf
            value={cut}
            known={known}
            label={t("analysis.breakdown")}
            none={t("analysis.breakdownNone")}
            change={(breakdown) => change(patched(definition, { breakdown }))}
          />
        </Filter>
        <TrendOf trend={definition.trend} change={(trend) => change(patched(definition, { trend }))} />
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? <More definition={definition} known={known} change={change} /> : null}
    </>
  );
}
