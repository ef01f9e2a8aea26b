/** Filters of events: field, comparison, value; all must pass. */

import { CloseOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import { fieldValuesOptions, type Known } from "@/api/analyses";
import { asValue, OPERATORS, type Test, written } from "./given";
import { useNames } from "./names";

type Props = { tests: Test[]; known: Known; change: (tests: Test[] | undefined) => void };

/** Edit tests; the last one gone, there are none. */
export function TestsEditor({ tests, known, change }: Props) {
  const set = (index: number, test: Test | null) => {
    const next = tests.flatMap((one, at) => (at !== index ? [one] : test ? [test] : []));
    change(next.length ? next : undefined);
  };
  return (
    <div className="analysis-tests">
      {tests.map((test, index) => (
        <OneTest key={index} test={test} known={known} change={(next) => set(index, next)} />
      ))}
    </div>
  );
}

function OneTest({ test, known, change }: { test: Test; known: Known; change: (test: Test | null) => void }) {
  const { t } = useTranslation();
  const { field } = useNames();
  const several = test.op === "in" || test.op === "not in";
  const valued = known.fields.find((one) => one.name === test.field)?.valued ?? false;
  const { data } = useQuery({ ...fieldValuesOptions(test.field), enabled: valued, retry: false });
  const values = written(test.value);
  return (
    <span className="analysis-test">
      <Select
        size="small"
        showSearch
        aria-label={t("analysis.field")}
        className="analysis-field"
        popupMatchSelectWidth={false}
        value={test.field || null}
        placeholder={t("analysis.field")}
        optionFilterProp="label"
        options={known.fields.map((one) => ({ value: one.name, label: field(one.name) }))}
        onChange={(name) => change({ ...test, field: name })}
      />
      <Select
        size="small"
        aria-label={t("analysis.op")}
        popupMatchSelectWidth={false}
        value={test.op}
        options={OPERATORS.map((op) => ({ value: op, label: t(`analysis.ops.${op}`) }))}
        onChange={(op) => {
          const value = asValue(op, values);
          change({ field: test.field, op, ...(value === undefined ? {} : { value }) });
        }}
      />
      {test.op.includes("null") ? null : (
        <Select
          size="small"
          mode="tags"
          aria-label={t("analysis.value")}
          className="analysis-value"
          popupMatchSelectWidth={false}
          placeholder={t("analysis.value")}
          maxTagCount={3}
          value={values}
          options={(data?.values ?? []).map((value) => ({ value, label: value }))}
          onChange={(next: string[]) => change({ ...test, value: asValue(test.op, several ? next : next.slice(-1)) })}
        />
      )}
      <Button size="small" type="text" icon={<CloseOutlined />} aria-label={t("analysis.dropTest")} onClick={() => change(null)} />
    </span>
  );
}
