/** A period and what it is compared with, on one line. */

import { DatePicker, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { Span } from "@/api/types";
import { usePreferences } from "@/shell/preferences";
import { Filter } from "./Page";
import { presets, VERSUS, type Versus } from "./period";
import { useFormat } from "./use";

type RangeProps = { value: Span; last: string; change: (span: Span) => void; label: string };

/** Choose a span of days. */
export function RangePicker({ value, last, change, label }: RangeProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (
    <DatePicker.RangePicker
      aria-label={label}
      className="range"
      suffixIcon={null}
      value={[dayjs(value.start), dayjs(value.end)]}
      allowClear={false}
      format={language === "zh" ? "YYYY-MM-DD" : "D MMM YYYY"}
      presets={presets(last).map(({ key, span }) => ({ label: t(`period.${key}`), value: [dayjs(span.start), dayjs(span.end)] }))}
      onChange={(range) => {
        const [start, end] = range ?? [];
        if (start && end) change({ start: start.format("YYYY-MM-DD"), end: end.format("YYYY-MM-DD") });
      }}
    />
  );
}

type Props = { span: Span; before: Span; versus: Versus; last: string; change: (patch: { span?: Span; versus?: Versus; before?: Span }) => void };

/** Choose a span and its comparison. */
export function PeriodPicker({ span, before, versus, last, change }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const names: Record<Versus, string> = {
    previous: t("period.previous"),
    last_year: t("period.lastYear"),
    last_week: t("period.lastWeek"),
    custom: t("period.custom"),
  };
  return (
    <>
      <Filter label={t("period.label")}>
        <RangePicker label={t("period.label")} value={span} last={last} change={(next) => change({ span: next })} />
      </Filter>
      <Filter label={t("period.compare")}>
        <Select<Versus>
          aria-label={t("period.compare")}
          value={versus}
          popupMatchSelectWidth={false}
          options={VERSUS.map((value) => ({ value, label: names[value] }))}
          onChange={(next) => change({ versus: next, ...(next === "custom" ? { before } : {}) })}
        />
        {versus === "custom" ? (
          <RangePicker label={t("period.compare")} value={before} last={last} change={(next) => change({ versus: "custom", before: next })} />
        ) : (
          <span className="filter-note num" title={format.span(before.start, before.end)}>
            {format.days(before.start, before.end)}
          </span>
        )}
      </Filter>
    </>
  );
}
