/** A dashboard's filters: the period, what it is compared with, and the values of the dimensions that its board offers. */

import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOptions } from "@/api/keys";
import type { Condition, Span } from "@/api/types";
import { Filter } from "@/kit/Page";
import { RangePicker } from "@/kit/PeriodPicker";
import { useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import type { BoardSearch } from "@/shell/router";
import { useDimensionName } from "./PanelBody";

type FilterProps = { field: string; span: Span; value: string | undefined; set: (value: string | undefined) => void };

function ValueFilter({ field, span, value, set }: FilterProps) {
  const format = useFormat();
  const nameOf = useValueName();
  const name = useDimensionName(format)(field);
  const [wanted, want] = useState(false);
  const ask = {
    metrics: ["orders"],
    by: [field],
    grain: "total" as const,
    from: span.start,
    to: span.end,
    order: ["-orders"],
    limit: 100,
    total: false,
  };
  const { data, isFetching } = useQuery({ ...answerOptions(ask), enabled: wanted });
  const values = [...new Set([...(value ? [value] : []), ...(data?.rows ?? []).flatMap((row) => (row[field] === null ? [] : [String(row[field])]))])];
  return (
    <Select
      aria-label={name}
      title={name}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      loading={isFetching}
      popupMatchSelectWidth={false}
      className="board-filter"
      placeholder={name}
      labelRender={({ label }) => `${name}: ${label}`}
      value={value ?? null}
      options={values.map((one) => ({ value: one, label: nameOf(field, one) }))}
      onOpenChange={(open) => open && want(true)}
      onChange={(next) => set(next ?? undefined)}
    />
  );
}

type Props = {
  fields: string[];
  span: Span;
  last: string;
  compare: string;
  where: Condition[];
  change: (patch: BoardSearch) => void;
  set: (field: string, value: string | undefined) => void;
};

/** The row of filters above the panels. */
export function BoardFilters({ fields, span, last, compare, where, change, set }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Filter label={t("period.label")}>
        <RangePicker label={t("period.label")} value={span} last={last} change={(next) => change({ start: next.start, end: next.end })} />
      </Filter>
      <Filter label={t("period.compare")}>
        <Select
          aria-label={t("period.compare")}
          value={compare}
          popupMatchSelectWidth={false}
          options={[
            { value: "previous", label: t("period.previous") },
            { value: "last_year", label: t("period.lastYear") },
          ]}
          onChange={(next) => change({ compare: next })}
        />
      </Filter>
      {fields.map((field) => (
        <ValueFilter
          key={field}
          field={field}
          span={span}
          value={where.find((one) => one.field === field)?.value as string | undefined}
          set={(value) => set(field, value)}
        />
      ))}
    </>
  );
}
