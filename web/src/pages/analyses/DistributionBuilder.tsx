/** The builder of distributions: which events, and what is counted or added up of each person; and, opened, bins and whose. */

import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { EventsOf, FieldOf, MoreButton, PeriodOf, TrendOf, WhereOf } from "./Asked";
import { BinsOf } from "./BinsOf";
import { patched } from "./given";
import { type DistributionDefinition, OFS, type Of, withOf } from "./spreadDefinition";
import { WhoOf } from "./WhoOf";

type Props = { definition: DistributionDefinition; known: Known; change: (definition: DistributionDefinition) => void };

/** Edit a distribution. */
export function DistributionBuilder({ definition, known, change, opened, open }: Props & { opened: boolean; open: (more: boolean) => void }) {
  const { t } = useTranslation();
  const sum = definition.of === "sum";
  // Counts begin at 1 by themselves, so that bins of theirs begin at whole numbers from 2 on.
  const order = (text: string) => {
    const number = Number(text);
    return text.trim() !== "" && Number.isFinite(number) && (sum || (Number.isInteger(number) && number >= 2)) ? number : null;
  };
  return (
    <>
      <div className="filters">
        <EventsOf part={definition.event} known={known} label={t("spread.event")} change={(event) => change({ ...definition, event })} />
        <Filter label={t("spread.of")}>
          <Select
            aria-label={t("spread.of")}
            popupMatchSelectWidth={false}
            value={definition.of}
            options={OFS.map((one) => ({ value: one, label: t(`spread.ofs.${one}`) }))}
            onChange={(of: Of) => change(withOf(definition, of))}
          />
          {sum ? (
            <FieldOf
              value={definition.field}
              known={known}
              label={t("spread.field")}
              none={t("spread.field")}
              change={(field) => change(patched(definition, { field }))}
            />
          ) : null}
        </Filter>
      </div>
      <div className="filters">
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
        <TrendOf trend={definition.trend} change={(trend) => change(patched(definition, { trend }))} />
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? (
        <div className="analysis-more">
          <BinsOf
            bins={(definition.bins ?? []).map(String)}
            order={order}
            hint={t("spread.binsNumber")}
            change={(bins) => change(patched(definition, { bins: bins.length ? bins.map(Number) : undefined }))}
          />
          <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
          <WhereOf where={definition.where} known={known} change={(where) => change(patched(definition, { where }))} />
        </div>
      ) : null}
    </>
  );
}
