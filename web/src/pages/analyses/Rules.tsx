/** The rules of the builder beside its steps: period, window, cuts; and, opened, order, count, the same value, exclusions, filters of every event. */

import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { FieldOf, FieldsOf, MoreButton, PeriodOf, TrendOf, WhereOf } from "./Asked";
import { COUNTS, type Definition, ORDERS, ordered, SAME_DAY } from "./definition";
import { Exclusions } from "./Exclusions";
import { patched, readLength, UNITS } from "./given";
import { LengthOf } from "./LengthOf";
import { stepNames, useNames } from "./names";
import { WhoOf } from "./WhoOf";

type Props = { definition: Definition; known: Known; change: (definition: Definition) => void };
/** Choose how long an attempt may take. */
export function WindowOf({ definition, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  const length = readLength(definition.window);
  const kept = length === null && definition.window !== SAME_DAY;
  const set = (count: number, unit: string) => change({ ...definition, window: unit === SAME_DAY ? SAME_DAY : `${count} ${unit}` });
  return (
    <Filter label={t("funnel.window")}>
      {length ? (
        <InputNumber
          aria-label={t("funnel.windowCount")}
          className="analysis-count"
          min={1}
          max={3_660}
          changeOnWheel={false}
          value={length.count}
          onChange={(count) => (count ? set(count, length.unit) : undefined)}
        />
      ) : null}
      <Select
        aria-label={t("funnel.windowUnit")}
        popupMatchSelectWidth={false}
        value={length?.unit ?? definition.window}
        options={[
          ...UNITS.map((unit) => ({ value: unit as string, label: t(`analysis.unit.${unit}`) })),
          { value: SAME_DAY, label: t("funnel.sameDay") },
          ...(kept ? [{ value: definition.window, label: definition.window }] : []),
        ]}
        onChange={(unit) => set(length?.count ?? 7, unit)}
      />
    </Filter>
  );
}

function Cuts({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const { event } = useNames();
  const cut = definition.breakdown;
  const fields = cut ? (Array.isArray(cut.field) ? cut.field : [cut.field]) : [];
  const names = stepNames(definition, event);
  const at = typeof cut?.step === "number" ? cut.step : 1;
  return (
    <>
      <Filter label={t("analysis.breakdown")}>
        <FieldsOf
          fields={fields}
          known={known}
          change={(next) =>
            change(patched(definition, { breakdown: next.length ? { ...cut, field: next.length === 1 ? (next[0] as string) : next } : undefined }))
          }
        />
        {cut && typeof cut.step !== "string" ? (
          <Select
            aria-label={t("funnel.breakdownStep")}
            popupMatchSelectWidth={false}
            value={at}
            options={names.map((name, index) => ({ value: index + 1, label: `${t("funnel.at")} ${index + 1}. ${name}` }))}
            onChange={(step) => change({ ...definition, breakdown: { ...cut, step } })}
          />
        ) : null}
      </Filter>
      <TrendOf trend={definition.trend} change={(trend) => change(patched(definition, { trend }))} />
    </>
  );
}

function EachWithin({ definition, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  const each = definition.each_within;
  const label = t("funnel.eachWithin");
  if (each === undefined)
    return (
      <Filter label={label}>
        <Button
          size="small"
          type="dashed"
          icon={<PlusOutlined aria-hidden />}
          aria-label={label}
          onClick={() => change({ ...definition, each_within: "1 hours" })}
        >
          {t("funnel.limit")}
        </Button>
      </Filter>
    );
  return (
    <span className="analysis-test">
      <LengthOf text={each} label={label} change={(each_within) => change({ ...definition, each_within })} />
      <Button
        size="small"
        type="text"
        icon={<CloseOutlined />}
        aria-label={t("funnel.dropEach")}
        onClick={() => change(patched(definition, { each_within: undefined }))}
      />
    </span>
  );
}

/** Edit the rarer rules; without `anyOrder` steps must follow one another. */
export function FunnelMore({ definition, known, change, anyOrder = true }: Props & { anyOrder?: boolean }) {
  const { t } = useTranslation();
  const any = definition.order === "unordered";
  return (
    <div className="analysis-more" id="analysis-more">
      <Filter label={t("funnel.order")}>
        <Select
          aria-label={t("funnel.order")}
          popupMatchSelectWidth={false}
          value={definition.order ?? "ordered"}
          options={ORDERS.filter((one) => anyOrder || one !== "unordered").map((one) => ({ value: one as string, label: t(`funnel.orders.${one}`) }))}
          onChange={(order) => change(ordered(definition, order))}
        />
      </Filter>
      <Filter label={t("funnel.count")}>
        <Select
          aria-label={t("funnel.count")}
          popupMatchSelectWidth={false}
          disabled={any}
          value={definition.count ?? "people"}
          options={COUNTS.map((one) => ({ value: one as string, label: t(`funnel.counts.${one}`) }))}
          onChange={(count) => change({ ...definition, count })}
        />
      </Filter>
      <Filter label={t("funnel.same")}>
        <FieldOf
          label={t("funnel.same")}
          none={t("funnel.sameNone")}
          value={definition.same}
          known={known}
          change={(same) => change(patched(definition, { same }))}
        />
      </Filter>
      {any ? null : <EachWithin definition={definition} change={change} />}
      <Exclusions definition={definition} known={known} change={change} />
      <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
      <WhereOf where={definition.where} known={known} change={(where) => change(patched(definition, { where }))} />
    </div>
  );
}

/** Edit the rules. */
export function Rules({ definition, known, change, opened, open }: Props & { opened: boolean; open: (more: boolean) => void }) {
  return (
    <>
      <div className="filters">
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
        <WindowOf definition={definition} change={change} />
        <Cuts definition={definition} known={known} change={change} />
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? <FunnelMore definition={definition} known={known} change={change} /> : null}
    </>
  );
}
