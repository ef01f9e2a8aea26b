/** The builder of attribution: what was earned, by which touches, of which field; and, opened, worth, models, whose. */

import { InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { EventsOf, FieldOf, MoreButton, PeriodOf, WhereOf } from "./Asked";
import { type AttributionDefinition, DIRECT_MOST, MODELS, type Model, TOP_MOST } from "./attributionDefinition";
import { patched } from "./given";
import { LengthOf } from "./LengthOf";
import { WhoOf } from "./WhoOf";

const LABELS = { ends: "attribution.ends", top: "attribution.top" } as const;

type Props = { definition: AttributionDefinition; known: Known; change: (definition: AttributionDefinition) => void };

function More({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const number = (key: "ends" | "top", usual: number, least: number, most: number) => (
    <Filter label={t(LABELS[key])}>
      <InputNumber
        aria-label={t(LABELS[key])}
        className="analysis-count"
        min={least}
        max={most}
        changeOnWheel={false}
        value={definition[key] ?? usual}
        onChange={(value) => (value === null ? undefined : change({ ...definition, [key]: value }))}
      />
    </Filter>
  );
  return (
    <div className="analysis-more">
      <Filter label={t("attribution.models")}>
        <Select
          mode="multiple"
          className="analysis-cut"
          aria-label={t("attribution.models")}
          popupMatchSelectWidth={false}
          value={definition.models}
          options={MODELS.map((one) => ({ value: one, label: t(`attribution.model.${one}`) }))}
          onChange={(models: Model[]) => change({ ...definition, models: MODELS.filter((one) => models.includes(one)) })}
        />
      </Filter>
      {definition.models.includes("decay") ? (
        <LengthOf
          text={definition.half_life ?? "7 days"}
          label={t("attribution.halfLife")}
          change={(half_life) => change({ ...definition, half_life })}
        />
      ) : null}
      {definition.models.includes("position") ? number("ends", 40, 0, 50) : null}
      {definition.models.includes("last_non_direct") ? (
        <Filter label={t("attribution.direct")}>
          <Select
            mode="tags"
            className="analysis-value"
            aria-label={t("attribution.direct")}
            placeholder={t("attribution.directNone")}
            maxCount={DIRECT_MOST}
            value={definition.direct ?? []}
            onChange={(direct: string[]) => change(patched(definition, { direct: direct.length ? direct : undefined }))}
          />
        </Filter>
      ) : null}
      <Filter label={t("attribution.value")}>
        <FieldOf
          value={definition.value}
          known={known}
          label={t("attribution.value")}
          none={t("attribution.valueNone")}
          change={(value) => change(patched(definition, { value }))}
        />
      </Filter>
      <Filter label={t("attribution.same")}>
        <FieldOf
          value={definition.same}
          known={known}
          label={t("attribution.same")}
          none={t("funnel.sameNone")}
          change={(same) => change(patched(definition, { same }))}
        />
      </Filter>
      {number("top", 20, 1, TOP_MOST)}
      <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
      <WhereOf where={definition.where} known={known} change={(where) => change(patched(definition, { where }))} />
    </div>
  );
}

/** Edit an attribution. */
export function AttributionBuilder({ definition, known, change, opened, open }: Props & { opened: boolean; open: (more: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="filters">
        <EventsOf
          part={definition.conversion}
          known={known}
          label={t("attribution.conversion")}
          change={(conversion) => change({ ...definition, conversion })}
        />
        <EventsOf part={definition.touches} known={known} label={t("attribution.touches")} change={(touches) => change({ ...definition, touches })} />
      </div>
      <div className="filters">
        <Filter label={t("attribution.by")}>
          <FieldOf
            value={definition.by || undefined}
            known={known}
            label={t("attribution.by")}
            none={t("attribution.byNone")}
            change={(by) => change({ ...definition, by: by ?? "" })}
          />
        </Filter>
        <LengthOf text={definition.look_back} label={t("attribution.lookBack")} change={(look_back) => change({ ...definition, look_back })} />
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? <More definition={definition} known={known} change={change} /> : null}
    </>
  );
}
