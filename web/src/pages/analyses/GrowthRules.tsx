/** The builder of the board of growth: period, comparison, cut; and, opened, what makes each stage. */

import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { EventsOf, FieldOf, MoreButton, PeriodOf, WhereOf } from "./Asked";
import { patched } from "./given";
import { COMPARES, type Definition, MONEY, moneyOf, OF_EVENTS, stageOf, WITHIN, withinOf, withStage } from "./growth";
import { WhoOf } from "./WhoOf";

type Props = { definition: Definition; known: Known; change: (definition: Definition) => void; opened: boolean; open: (more: boolean) => void };

/** Edit the rules. */
export function GrowthRules({ definition, known, change, opened, open }: Props) {
  const { t } = useTranslation();
  const within = withinOf(definition);
  const money = moneyOf(definition);
  const cut = (field: string | undefined) =>
    change(patched(definition, { breakdown: field ? { top: 8, ...definition.breakdown, field } : undefined }));
  return (
    <>
      <div className="filters">
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
        <Filter label={t("growth.compare")}>
          <Select
            aria-label={t("growth.compare")}
            popupMatchSelectWidth={false}
            value={definition.compare ?? "previous"}
            options={COMPARES.map((one) => ({ value: one as string, label: t(`growth.compares.${one}`) }))}
            onChange={(compare) => change({ ...definition, compare })}
          />
        </Filter>
        <Filter label={t("analysis.breakdown")}>
          <FieldOf
            label={t("analysis.breakdown")}
            none={t("analysis.breakdownNone")}
            value={definition.breakdown?.field}
            known={known}
            change={cut}
          />
        </Filter>
        <Filter label={t("growth.within")}>
          <Select
            aria-label={t("growth.within")}
            popupMatchSelectWidth={false}
            value={within}
            options={[...new Set([...WITHIN, within])].sort((a, b) => a - b).map((count) => ({ value: count, label: t("growth.days", { count }) }))}
            onChange={(count) => change(withStage(definition, "retention", { ...stageOf(definition, "retention"), within: `${count} days` }))}
          />
        </Filter>
        <Filter label={t("growth.revenueOf")}>
          <Select
            aria-label={t("growth.revenueOf")}
            popupMatchSelectWidth={false}
            value={money}
            options={[...MONEY, ...(money === "kept" ? (["kept"] as const) : [])].map((one) => ({
              value: one as string,
              label: t(`growth.moneyKinds.${one}`),
            }))}
            onChange={(one) => (one === "kept" ? undefined : change(withStage(definition, "revenue", one === "paid" ? undefined : one)))}
          />
        </Filter>
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? (
        <div className="analysis-more">
          {OF_EVENTS.map((stage) => (
            <EventsOf
              key={stage}
              part={stageOf(definition, stage)}
              known={known}
              label={t("growth.stageEvents", { stage: t(`growth.stage.${stage}`) })}
              change={(next) => change(withStage(definition, stage, next))}
            />
          ))}
          <WhereOf where={definition.where} known={known} change={(where) => change(patched(definition, { where }))} />
          <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
        </div>
      ) : null}
    </>
  );
}
