/** The builder of clusters: what people are compared by, how many groups; and, opened, which money and whose. */

import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { EventPicker, FieldOf, MoreButton, PeriodOf, WhereOf } from "./Asked";
import type { Building } from "./asking";
import {
  type ClustersDefinition,
  FEATURES_LEAST,
  FEATURES_MOST,
  type Feature,
  hasField,
  K_MOST,
  MEASURES,
  type Measure,
  ofEvents,
  withMeasure,
} from "./clustersDefinition";
import { patched } from "./given";
import { WhoOf } from "./WhoOf";
import "./kinds.css";

const MONEYS = ["paid", "booked", "revenue"] as const;

type FeatureProps = { feature: Feature; number: number; known: Known; change: (feature: Feature) => void; remove: (() => void) | undefined };

function FeatureOf({ feature, number, known, change, remove }: FeatureProps) {
  const { t } = useTranslation();
  const label = t("clusters.feature", { number });
  return (
    <div className="kinds-feature">
      <span className="num muted">{number}</span>
      <Select
        aria-label={label}
        popupMatchSelectWidth={false}
        value={feature.measure}
        options={MEASURES.map((one) => ({ value: one, label: t(`clusters.measures.${one}`) }))}
        onChange={(measure: Measure) => change(withMeasure(feature, measure))}
      />
      {ofEvents(feature.measure) ? (
        <EventPicker
          part={{ event: feature.event ?? "" }}
          known={known}
          label={`${label}: ${t("clusters.event")}`}
          any
          change={(event) => change({ ...feature, event })}
        />
      ) : null}
      {hasField(feature.measure) ? (
        <FieldOf
          value={feature.of}
          known={known}
          label={`${label}: ${t("clusters.of")}`}
          none={t("clusters.of")}
          change={(of) => change(patched(feature, { of }))}
        />
      ) : null}
      {remove ? <Button size="small" type="text" icon={<CloseOutlined />} aria-label={t("clusters.remove", { number })} onClick={remove} /> : null}
    </div>
  );
}

/** Edit clusters. */
export function ClustersBuilder({ definition, known, change, opened, open }: Building<ClustersDefinition>) {
  const { t } = useTranslation();
  const { features } = definition;
  const set = (next: Feature[]) => change({ ...definition, features: next });
  const money = definition.money ?? "paid";
  return (
    <>
      <div className="kinds-features">
        {features.map((feature, index) => (
          <FeatureOf
            key={index}
            feature={feature}
            number={index + 1}
            known={known}
            change={(next) => set(features.map((one, at) => (at === index ? next : one)))}
            remove={features.length > FEATURES_LEAST ? () => set(features.filter((_, at) => at !== index)) : undefined}
          />
        ))}
        {features.length < FEATURES_MOST ? (
          <Button size="small" type="text" icon={<PlusOutlined />} onClick={() => set([...features, { measure: "times", event: "" }])}>
            {t("clusters.add")}
          </Button>
        ) : null}
      </div>
      <div className="filters">
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
        <Filter label={t("clusters.k")}>
          <Select
            aria-label={t("clusters.k")}
            popupMatchSelectWidth={false}
            value={definition.k}
            options={[
              { value: "auto" as number | "auto", label: t("clusters.auto") },
              ...Array.from({ length: K_MOST - 1 }, (_, index) => ({ value: (index + 2) as number | "auto", label: String(index + 2) })),
            ]}
            onChange={(k: number | "auto") => change({ ...definition, k })}
          />
        </Filter>
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? (
        <div className="analysis-more">
          {typeof money === "string" ? (
            <Filter label={t("clusters.money")}>
              <Select
                aria-label={t("clusters.money")}
                popupMatchSelectWidth={false}
                value={money}
                options={MONEYS.map((one) => ({ value: one as string, label: t(`clusters.moneyKinds.${one}`) }))}
                onChange={(next) => change(patched(definition, { money: next === "paid" ? undefined : next }))}
              />
            </Filter>
          ) : null}
          <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
          <WhereOf where={definition.where} known={known} change={(where) => change(patched(definition, { where }))} />
        </div>
      ) : null}
    </>
  );
}
