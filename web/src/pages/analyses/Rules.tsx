/** The rules of the builder beside its steps: period, window, cuts; and, opened, order, count, the same value, exclusions, filters of every event. */

import { CloseOutlined, DownOutlined, PlusOutlined, UpOutlined } from "@ant-design/icons";
import { Button, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { RangePicker } from "@/kit/PeriodPicker";
import {
  COUNTS,
  type Definition,
  datesOf,
  EXCLUSIONS_MOST,
  type Exclusion,
  ORDERS,
  ordered,
  patched,
  readLength,
  SAME_DAY,
  TRENDS,
  UNITS,
  usualPeriod,
} from "./definition";
import { stepNames, useNames } from "./names";
import { EventPicker } from "./Steps";
import { TestsEditor } from "./TestsEditor";

type Props = { definition: Definition; known: Known; change: (definition: Definition) => void };
const LASTS = [7, 14, 28, 30, 90, 180, 365];
const FIELDS_MOST = 3;

/** Choose the days of the starts: some that move with today, or dates. */
export function PeriodOf({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const { period } = definition;
  const dates = datesOf(period);
  const last = period.unit === "day" && typeof period.last === "number" ? period.last : null;
  const now = dates ? "dates" : last !== null ? String(last) : "kept";
  const lasts = [...new Set([...LASTS, ...(last === null ? [] : [last])])].sort((a, b) => a - b);
  const fresh = datesOf(usualPeriod(known)) ?? { start: known.today, end: known.today };
  return (
    <Filter label={t("funnel.period")}>
      <Select
        aria-label={t("funnel.period")}
        popupMatchSelectWidth={false}
        value={now}
        options={[
          ...lasts.map((count) => ({ value: String(count), label: t("funnel.last", { count }) })),
          { value: "dates", label: t("funnel.thisSpan") },
          ...(now === "kept" ? [{ value: "kept", label: t("funnel.kept", { text: JSON.stringify(period) }) }] : []),
        ]}
        onChange={(value) => {
          if (value === "kept") return;
          change(patched(definition, { period: value === "dates" ? { from: fresh.start, to: fresh.end } : { last: Number(value), unit: "day" } }));
        }}
      />
      {dates ? (
        <RangePicker
          label={t("funnel.thisSpan")}
          value={dates}
          last={known.today}
          change={(span) => change(patched(definition, { period: { from: span.start, to: span.end } }))}
        />
      ) : null}
    </Filter>
  );
}

function WindowOf({ definition, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  const length = readLength(definition.window);
  const kept = length === null && definition.window !== SAME_DAY;
  const set = (count: number, unit: string) => change({ ...definition, window: unit === SAME_DAY ? SAME_DAY : `${count} ${unit}` });
  return (
    <Filter label={t("funnel.window")}>
      {length ? (
        <InputNumber
          aria-label={t("funnel.windowCount")}
          className="funnel-count"
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
          ...UNITS.map((unit) => ({ value: unit as string, label: t(`funnel.unit.${unit}`) })),
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
  const { event, field } = useNames();
  const cut = definition.breakdown;
  const fields = cut ? (Array.isArray(cut.field) ? cut.field : [cut.field]) : [];
  const names = stepNames(definition, event);
  const at = typeof cut?.step === "number" ? cut.step : 1;
  return (
    <>
      <Filter label={t("funnel.breakdown")}>
        <Select
          mode="multiple"
          className="funnel-cut"
          aria-label={t("funnel.breakdown")}
          placeholder={t("funnel.breakdownNone")}
          popupMatchSelectWidth={false}
          maxCount={FIELDS_MOST}
          optionFilterProp="label"
          value={fields}
          options={known.fields.map((one) => ({ value: one.name, label: field(one.name) }))}
          onChange={(next: string[]) =>
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
      <Filter label={t("funnel.trend")}>
        <Select
          aria-label={t("funnel.trend")}
          popupMatchSelectWidth={false}
          value={definition.trend ?? ""}
          options={[
            { value: "", label: t("funnel.trendNone") },
            ...TRENDS.map((one) => ({ value: one as string, label: t(`funnel.trends.${one}`) })),
          ]}
          onChange={(trend) => change(patched(definition, { trend: trend || undefined }))}
        />
      </Filter>
    </>
  );
}

function More({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const { field } = useNames();
  const any = definition.order === "unordered";
  const exclusions = definition.without ?? [];
  const set = (next: Exclusion[]) => change(patched(definition, { without: next.length ? next : undefined }));
  return (
    <div className="funnel-more" id="funnel-more">
      <Filter label={t("funnel.order")}>
        <Select
          aria-label={t("funnel.order")}
          popupMatchSelectWidth={false}
          value={definition.order ?? "ordered"}
          options={ORDERS.map((one) => ({ value: one as string, label: t(`funnel.orders.${one}`) }))}
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
        <Select
          showSearch
          allowClear
          aria-label={t("funnel.same")}
          placeholder={t("funnel.sameNone")}
          popupMatchSelectWidth={false}
          className="funnel-field"
          optionFilterProp="label"
          value={definition.same ?? null}
          options={known.fields.map((one) => ({ value: one.name, label: field(one.name) }))}
          onChange={(same) => change(patched(definition, { same: same ?? undefined }))}
        />
      </Filter>
      <Filter label={t("funnel.exclude")}>
        {exclusions.map((one, index) => (
          <span key={index} className="funnel-test">
            <EventPicker
              part={one}
              known={known}
              label={t("funnel.excludeEvents", { n: index + 1 })}
              change={(event) => set(exclusions.map((other, at) => (at === index ? { ...other, event } : other)))}
            />
            <Button
              size="small"
              type="text"
              icon={<CloseOutlined />}
              aria-label={t("funnel.dropExclude", { n: index + 1 })}
              onClick={() => set(exclusions.filter((_, at) => at !== index))}
            />
          </span>
        ))}
        {exclusions.length < EXCLUSIONS_MOST ? (
          <Button size="small" type="dashed" icon={<PlusOutlined aria-hidden />} onClick={() => set([...exclusions, { event: "" }])}>
            {t("funnel.addExclude")}
          </Button>
        ) : null}
      </Filter>
      <Filter label={t("funnel.everyEvent")}>
        <TestsEditor tests={definition.where ?? []} known={known} change={(where) => change(patched(definition, { where }))} />
        <Button
          size="small"
          type="dashed"
          icon={<PlusOutlined aria-hidden />}
          onClick={() => change({ ...definition, where: [...(definition.where ?? []), { field: "", op: "=", value: "" }] })}
        >
          {t("funnel.addTest")}
        </Button>
      </Filter>
      {definition.who ? <span className="muted">{t("funnel.who")}</span> : null}
    </div>
  );
}

/** Edit the rules. */
export function Rules({ definition, known, change, opened, open }: Props & { opened: boolean; open: (more: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="filters">
        <PeriodOf definition={definition} known={known} change={change} />
        <WindowOf definition={definition} change={change} />
        <Cuts definition={definition} known={known} change={change} />
        <Button
          size="small"
          type="link"
          icon={opened ? <UpOutlined aria-hidden /> : <DownOutlined aria-hidden />}
          aria-expanded={opened}
          onClick={() => open(!opened)}
        >
          {opened ? t("funnel.less") : t("funnel.more")}
        </Button>
      </div>
      {opened ? <More definition={definition} known={known} change={change} /> : null}
    </>
  );
}
