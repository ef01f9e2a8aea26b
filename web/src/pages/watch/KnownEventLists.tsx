/** The lists of a known event's form: why it comes, what to check, and what is done, each in an order. */

import { ArrowUpOutlined, MinusCircleOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { kindsOptions } from "@/api/playbooks";
import { useFormat } from "@/kit/use";
import { useDimensionChoices, useMetricChoices } from "./KnownEventSignature";
import { ACTIONS, type EventFields } from "./knownEventFields";

const MODES = ["manual", "auto"] as const;
const NOTHING = { en: "", zh: "" };

/** Show the causes. */
export function CauseRows() {
  const { t } = useTranslation();
  return (
    <Rows name="causes" label={t("library.causes")} blank={{ ...NOTHING }} least={1}>
      {(at) => <BothOf name={[at]} />}
    </Rows>
  );
}

/** Show what to check. */
export function CheckRows() {
  const { t } = useTranslation();
  return (
    <Rows name="checks" label={t("library.checks")} blank={{ title: { ...NOTHING } }}>
      {(at) => (
        <>
          <BothOf name={[at, "title"]} />
          <Shown at={at} />
        </>
      )}
    </Rows>
  );
}

/** Which metric shows a check, and by what. */
function Shown({ at }: { at: number }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<EventFields>();
  const metric = Form.useWatch(["checks", at, "metric"], form) as string | undefined;
  const metrics = useMetricChoices();
  const dimensions = useDimensionChoices([metric]);
  return (
    <>
      <Form.Item name={[at, "metric"]}>
        <Select
          allowClear
          showSearch
          optionFilterProp="label"
          options={metrics}
          aria-label={t("library.shownBy")}
          placeholder={t("library.shownBy")}
          onChange={() => form.setFieldValue(["checks", at, "by"], [])}
        />
      </Form.Item>
      <Form.Item name={[at, "by"]}>
        <Select
          mode="multiple"
          maxCount={4}
          disabled={!metric}
          optionFilterProp="label"
          options={dimensions}
          aria-label={t("library.cutBy")}
          placeholder={t("library.cutBy")}
        />
      </Form.Item>
    </>
  );
}

/** Show the steps. */
export function StepRows() {
  const { t } = useTranslation();
  return (
    <Rows name="playbook" label={t("library.playbook")} blank={{ action: "notify", mode: "manual", title: { ...NOTHING } }} least={1}>
      {(at) => (
        <>
          <Form.Item name={[at, "action"]}>
            <Select aria-label={t("library.action")} options={ACTIONS.map((value) => ({ value, label: t(`library.actions.${value}`) }))} />
          </Form.Item>
          <Form.Item name={[at, "mode"]}>
            <Select
              aria-label={t("library.modeWord")}
              options={MODES.map((value) => ({ value, label: t(value === "auto" ? "library.auto" : "library.hand") }))}
            />
          </Form.Item>
          <BothOf name={[at, "title"]} />
          <Given at={at} />
        </>
      )}
    </Rows>
  );
}

/** What a step is given: a field for each thing that its action asks for; what is left out is asked when the step is run. */
function Given({ at }: { at: number }) {
  const format = useFormat();
  const form = Form.useFormInstance<EventFields>();
  const action = Form.useWatch(["playbook", at, "action"], form) as string | undefined;
  const kind = useQuery({ ...kindsOptions(), retry: false }).data?.items.find((one) => one.name === action);
  // What has no fields here, such as a step by hand, is registered so that keeping the form does not drop it.
  if (!kind)
    return (
      <Form.Item name={[at, "with"]} hidden>
        <Input />
      </Form.Item>
    );
  return (
    <>
      {kind.params.map((one) => (
        <Form.Item key={`${action} ${one.name}`} name={[at, "with", one.name]}>
          {one.type === "text" ? (
            <Input aria-label={format.say(one)} placeholder={format.say(one)} maxLength={one.most} allowClear />
          ) : (
            <InputNumber
              stringMode={one.type === "money"}
              precision={one.type === "money" ? 2 : 0}
              min={one.least}
              aria-label={format.say(one)}
              placeholder={format.say(one)}
              style={{ width: "100%" }}
            />
          )}
        </Form.Item>
      ))}
    </>
  );
}

/** A text in both languages, side by side. */
function BothOf({ name }: { name: (string | number)[] }) {
  const { t } = useTranslation();
  const rules = [{ required: true, whitespace: true, message: t("library.needed") }];
  return (
    <>
      <Form.Item name={[...name, "zh"]} rules={rules}>
        <Input aria-label={t("library.zh")} placeholder={t("library.zh")} maxLength={1000} />
      </Form.Item>
      <Form.Item name={[...name, "en"]} rules={rules}>
        <Input aria-label={t("library.en")} placeholder={t("library.en")} maxLength={1000} />
      </Form.Item>
    </>
  );
}

type RowsProps = { name: string; label: string; blank: object; least?: number; children: (at: number) => ReactNode };

/** Rows that can be added, taken out and moved up. */
function Rows({ name, label, blank, least = 0, children }: RowsProps) {
  const { t } = useTranslation();
  return (
    <Form.List name={name}>
      {(fields, { add, remove, move }) => (
        <fieldset className="library-list">
          <legend>{label}</legend>
          {fields.map((field, at) => (
            <div key={field.key} className="library-row">
              <div className="library-cells">{children(field.name)}</div>
              <Button type="text" icon={<ArrowUpOutlined />} disabled={at === 0} aria-label={t("library.up")} onClick={() => move(at, at - 1)} />
              <Button
                type="text"
                icon={<MinusCircleOutlined />}
                disabled={fields.length <= least}
                aria-label={t("library.remove")}
                onClick={() => remove(field.name)}
              />
            </div>
          ))}
          <Button size="small" icon={<PlusOutlined />} disabled={fields.length >= 20} onClick={() => add(blank)}>
            {t("library.add")}
          </Button>
        </fieldset>
      )}
    </Form.List>
  );
}
