/** Controls that every builder has: the period, the events, the filters of every event, the breakdown, the trend. */

import { DownOutlined, PlusOutlined, UpOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { RangePicker } from "@/kit/PeriodPicker";
import { useFormat } from "@/kit/use";
import { ANY, asEvents, datesOf, type Events, eventsOf, type Period, type Test, TRENDS, usualPeriod } from "./given";
import { useNames } from "./names";
import { useSpanTold } from "./spanTold";
import { TestsEditor } from "./TestsEditor";

const LASTS = [7, 14, 28, 30, 90, 180, 365];
const MONTHS = [3, 6, 12, 24];
const FIELDS_MOST = 3;

type PeriodProps = { period: Period; known: Known; change: (period: Period) => void; months?: boolean /** Whole months rather than days. */ };

/** Choose the days: some that move with today, or dates. */
export function PeriodOf({ period, known, change, months = false }: PeriodProps) {
  const { t } = useTranslation();
  const told = useSpanTold();
  const dates = datesOf(period);
  const last = period.unit === "day" && typeof period.last === "number" ? period.last : null;
  const lastMonths = period.unit === "month" && typeof period.last === "number" ? period.last : null;
  const now = dates ? "dates" : last !== null ? String(last) : lastMonths !== null ? `m${lastMonths}` : "kept";
  const lasts = [...new Set([...(months ? [] : LASTS), ...(last === null ? [] : [last])])].sort((a, b) => a - b);
  const whole = [...new Set([...(months ? MONTHS : []), ...(lastMonths === null ? [] : [lastMonths])])].sort((a, b) => a - b);
  const fresh = datesOf(usualPeriod(known)) ?? { start: known.today, end: known.today };
  return (
    <Filter label={t("analysis.period")}>
      <Select
        aria-label={t("analysis.period")}
        popupMatchSelectWidth={false}
        value={now}
        options={[
          ...lasts.map((count) => ({ value: String(count), label: t("analysis.last", { count }) })),
          ...whole.map((count) => ({ value: `m${count}`, label: t("analysis.lastMonths", { count }) })),
          { value: "dates", label: t("analysis.thisSpan") },
          ...(now === "kept" ? [{ value: "kept", label: told(period) }] : []),
        ]}
        onChange={(value) => {
          if (value === "kept") return;
          if (value.startsWith("m")) return change({ last: Number(value.slice(1)), unit: "month" });
          change(value === "dates" ? { from: fresh.start, to: fresh.end } : { last: Number(value), unit: "day" });
        }}
      />
      {dates ? (
        <RangePicker label={t("analysis.thisSpan")} value={dates} last={known.today} change={(span) => change({ from: span.start, to: span.end })} />
      ) : null}
    </Filter>
  );
}

type PickProps = {
  part: Events;
  known: Known;
  label: string /** Whether any event may be chosen. */;
  any?: boolean;
  change: (event: string | string[]) => void;
};

/** Choose events; any of several will do. */
export function EventPicker({ part, known, label, any = false, change }: PickProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { event } = useNames();
  const chosen = eventsOf(part);
  const stored = new Set(known.events.map((one) => one.name));
  const options = [
    ...(any || chosen.includes(ANY) ? [{ value: ANY, label: event(ANY), count: "" }] : []),
    ...known.events.map((one) => ({
      value: one.name,
      label: event(one.name),
      count: t("analysis.seen", { count: format.brief(one.volume, "count") as unknown as number }),
    })),
    ...chosen
      .filter((name) => name !== ANY && !stored.has(name))
      .map((name) => ({ value: name, label: event(name), count: t("analysis.neverSeen") })),
  ];
  return (
    <Select
      mode="multiple"
      size="small"
      className="analysis-events"
      aria-label={label}
      placeholder={t("analysis.chooseEvent")}
      popupMatchSelectWidth={320}
      maxTagCount={2}
      value={chosen}
      options={options}
      filterOption={(text, option) => `${option?.label} ${option?.value}`.toLowerCase().includes(text.toLowerCase())}
      optionRender={(option) => (
        <span className="analysis-option">
          <span>{option.label}</span>
          <span className="mono muted">{String(option.value)}</span>
          <span className="num muted">{(option.data as { count: string }).count}</span>
        </span>
      )}
      onChange={(names: string[]) => change(asEvents(names.at(-1) === ANY ? [ANY] : names.filter((name) => name !== ANY)))}
    />
  );
}

/** Choose events and what each of them must pass. */
export function EventsOf<E extends Events>({
  part,
  known,
  label,
  any,
  change,
}: Omit<PickProps, "part" | "change"> & { part: E; change: (part: E) => void }) {
  const { t } = useTranslation();
  const tests = part.where;
  const set = (where: Test[] | undefined) => {
    const { where: _, ...bare } = part;
    change((where ? { ...bare, where } : bare) as E);
  };
  return (
    <Filter label={label}>
      <EventPicker part={part} known={known} label={label} any={any ?? false} change={(event) => change({ ...part, event })} />
      {tests?.length ? <TestsEditor tests={tests} known={known} change={set} /> : null}
      <Button
        size="small"
        type="text"
        icon={<PlusOutlined />}
        aria-label={`${label}: ${t("analysis.addTest")}`}
        title={t("analysis.addTest")}
        onClick={() => set([...(tests ?? []), { field: "", op: "=", value: "" }])}
      />
    </Filter>
  );
}

type WhereProps = { where: Test[] | undefined; known: Known; label?: string; change: (where: Test[] | undefined) => void };

/** Filter every event. */
export function WhereOf({ where, known, label, change }: WhereProps) {
  const { t } = useTranslation();
  return (
    <Filter label={label ?? t("analysis.everyEvent")}>
      <TestsEditor tests={where ?? []} known={known} change={change} />
      <Button
        size="small"
        type="dashed"
        icon={<PlusOutlined aria-hidden />}
        onClick={() => change([...(where ?? []), { field: "", op: "=", value: "" }])}
      >
        {t("analysis.addTest")}
      </Button>
    </Filter>
  );
}

type FieldsProps = { fields: string[]; known: Known; most?: number; label?: string; none?: string; change: (fields: string[]) => void };

/** Choose fields to break down by. */
export function FieldsOf({ fields, known, most = FIELDS_MOST, label, none, change }: FieldsProps) {
  const { t } = useTranslation();
  const { field } = useNames();
  return (
    <Select
      mode="multiple"
      className="analysis-cut"
      aria-label={label ?? t("analysis.breakdown")}
      placeholder={none ?? t("analysis.breakdownNone")}
      popupMatchSelectWidth={false}
      maxCount={most}
      optionFilterProp="label"
      value={fields}
      options={known.fields.map((one) => ({ value: one.name, label: field(one.name) }))}
      onChange={change}
    />
  );
}

/** Choose one field, or none. */
export function FieldOf({
  value,
  known,
  label,
  none,
  change,
}: Omit<FieldsProps, "fields" | "change" | "most"> & { value: string | undefined; change: (field: string | undefined) => void }) {
  const { field } = useNames();
  return (
    <Select
      showSearch
      allowClear
      aria-label={label}
      placeholder={none}
      popupMatchSelectWidth={false}
      className="analysis-field"
      optionFilterProp="label"
      value={value ?? null}
      options={known.fields.map((one) => ({ value: one.name, label: field(one.name) }))}
      onChange={(name) => change(name ?? undefined)}
    />
  );
}

/** Choose the buckets of a trend, or none. */
export function TrendOf({ trend, change }: { trend: string | undefined; change: (trend: string | undefined) => void }) {
  const { t } = useTranslation();
  return (
    <Filter label={t("analysis.trend")}>
      <Select
        aria-label={t("analysis.trend")}
        popupMatchSelectWidth={false}
        value={trend ?? ""}
        options={[
          { value: "", label: t("analysis.trendNone") },
          ...TRENDS.map((one) => ({ value: one as string, label: t(`analysis.trends.${one}`) })),
        ]}
        onChange={(next) => change(next || undefined)}
      />
    </Filter>
  );
}

/** Open and shut the rarer rules. */
export function MoreButton({ opened, open }: { opened: boolean; open: (more: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <Button
      size="small"
      type="link"
      icon={opened ? <UpOutlined aria-hidden /> : <DownOutlined aria-hidden />}
      aria-expanded={opened}
      onClick={() => open(!opened)}
    >
      {opened ? t("analysis.less") : t("analysis.more")}
    </Button>
  );
}
