/** Declare a launch: what, when, where, who, and one to ten lines; instants are those of the workspace's clock. */

import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, DatePicker, Form, Input, InputNumber, Select } from "antd";
import type { Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { catalogueOptions } from "@/api/keys";
import { declareLaunch, LAUNCH_KINDS, type LaunchKind, launchKeys, type NewLaunch } from "@/api/launches";
import type { Language } from "@/api/types";
import { SidePane } from "@/kit/SidePane";
import { ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useSession } from "@/shell/session";

const LINES_MOST = 10;
const WHERE_MOST = 5;
const RAMPS = ["usual", "even"] as const;
const UNITS = ["count", "nights", "money", "ratio"];

export type LaunchFields = {
  title: string;
  other?: string;
  name: string;
  kind: LaunchKind;
  owner: string;
  span: [Dayjs, Dayjs];
  known_day?: boolean;
  where?: { field: string; value: string }[];
  lines: {
    metric: string;
    role: "primary" | "guardrail";
    direction: "at_least" | "at_most";
    value: number;
    minimum?: number | null;
    ramp?: "usual" | "even";
  }[];
};

/** What is sent: naive instants are read in the workspace's zone; a ratio is written in per cent and sent as a share. */
export function bodyOf(fields: LaunchFields, ratios: ReadonlySet<string>, language: Language): NewLaunch {
  const title = fields.title.trim();
  const other = fields.other?.trim() || title;
  const [starts, ends] = fields.span.map((one) => one.format("YYYY-MM-DDTHH:mm")) as [string, string];
  return {
    name: fields.name,
    title: language === "zh" ? { zh: title, en: other } : { en: title, zh: other },
    kind: fields.kind,
    owner: fields.owner.trim(),
    starts,
    ends,
    where: (fields.where ?? []).map((one) => ({ field: one.field, op: "=", value: one.value.trim() })),
    tell: [],
    known_day: fields.known_day ?? false,
    lines: fields.lines.map((line) => ({
      metric: line.metric,
      role: line.role,
      [line.direction]: ratios.has(line.metric) ? line.value / 100 : line.value,
      minimum: line.minimum ?? 0,
      ramp: ratios.has(line.metric) ? ("usual" as const) : (line.ramp ?? "usual"),
    })),
  };
}

type Props = { open: boolean; close: () => void; saved: (name: string) => void };

/** Show the form while `open`. */
export function LaunchForm({ open, close, saved }: Props) {
  const { t } = useTranslation();
  return (
    <SidePane open={open} title={t("launches.declare")} close={close} width={760} testid="launch-form">
      <Declared saved={saved} />
    </SidePane>
  );
}

function Declared({ saved }: { saved: (name: string) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { user } = useSession();
  const { language } = useFormat();
  const metrics = useQuery(catalogueOptions()).data?.metrics ?? [];
  const ratios = new Set(metrics.filter((one) => one.unit === "ratio").map((one) => one.name));
  const declare = useMutation({
    mutationFn: (fields: LaunchFields) => declareLaunch(bodyOf(fields, ratios, language)),
    onSuccess: async (found) => {
      await client.invalidateQueries({ queryKey: launchKeys.all });
      saved(found.name);
    },
  });
  const needed = (field: string) => [{ required: true, message: t("form.required", { field }) }];
  return (
    <Form<LaunchFields>
      layout="vertical"
      requiredMark={false}
      initialValues={{ kind: "campaign", owner: user.email, lines: [{ role: "primary", direction: "at_least" }] }}
      onFinish={(fields) => declare.mutate(fields)}
      aria-label={t("launches.declare")}
    >
      <p className="muted">{t("launches.declareHint")}</p>
      <div className="builder-row">
        <Form.Item name="title" label={t("launches.name")} rules={needed(t("launches.name"))}>
          <Input autoFocus maxLength={120} />
        </Form.Item>
        <Form.Item name="other" label={t(language === "zh" ? "launches.titleEn" : "launches.titleZh")}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item
          name="name"
          label={t("launches.nameId")}
          rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{0,79}$/, message: t("launches.nameHint") }]}
        >
          <Input maxLength={80} />
        </Form.Item>
        <Form.Item name="kind" label={t("launches.kindWord")}>
          <Select options={LAUNCH_KINDS.map((value) => ({ value, label: t(`launches.kind.${value}`) }))} />
        </Form.Item>
      </div>
      <div className="builder-row launch-span">
        <Form.Item name="span" label={t("launches.when")} rules={needed(t("launches.when"))}>
          <DatePicker.RangePicker showTime={{ format: "HH:mm", minuteStep: 15 }} format="YYYY-MM-DD HH:mm" aria-label={t("launches.when")} />
        </Form.Item>
        <Form.Item name="owner" label={t("launches.owner")} extra={t("launches.ownerHint")} rules={needed(t("launches.owner"))}>
          <Input maxLength={80} />
        </Form.Item>
      </div>
      <Form.Item name="known_day" valuePropName="checked" extra={t("launches.knownDayHint")}>
        <Checkbox>{t("launches.knownDay")}</Checkbox>
      </Form.Item>
      <Where />
      <Lines ratios={ratios} />
      {declare.error ? <ErrorPanel error={declare.error} what={t("launches.declare")} /> : null}
      <Button type="primary" htmlType="submit" loading={declare.isPending}>
        {t("launches.declare")}
      </Button>
    </Form>
  );
}

function Where() {
  const { t } = useTranslation();
  const format = useFormat();
  const dimensions = useQuery(catalogueOptions()).data?.dimensions ?? [];
  const options = dimensions.map((one) => ({ value: one.name, label: format.say(one.title) }));
  const needed = (field: string) => [{ required: true, message: t("form.required", { field }) }];
  return (
    <Form.List name="where">
      {(rows, { add, remove }) => (
        <fieldset className="launch-rows">
          <legend>{t("launches.where")}</legend>
          {rows.map(({ key, name }) => (
            <div key={key} className="launch-row">
              <Form.Item name={[name, "field"]} rules={needed(t("launches.dimension"))}>
                <Select
                  showSearch
                  optionFilterProp="label"
                  aria-label={t("launches.dimension")}
                  placeholder={t("launches.dimension")}
                  options={options}
                />
              </Form.Item>
              <Form.Item name={[name, "value"]} rules={needed(t("launches.equals"))}>
                <Input maxLength={200} aria-label={t("launches.equals")} placeholder={t("launches.equals")} />
              </Form.Item>
              <Button type="text" icon={<DeleteOutlined />} aria-label={t("launches.removeWhere")} onClick={() => remove(name)} />
            </div>
          ))}
          {rows.length ? null : <span className="muted">{t("launches.everywhere")}</span>}
          {rows.length < WHERE_MOST ? (
            <Button size="small" icon={<PlusOutlined />} onClick={() => add()}>
              {t("launches.addWhere")}
            </Button>
          ) : null}
        </fieldset>
      )}
    </Form.List>
  );
}

function Lines({ ratios }: { ratios: ReadonlySet<string> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const metrics = useQuery(catalogueOptions()).data?.metrics ?? [];
  const options = metrics
    .filter((one) => one.unit === "ratio" || (UNITS.includes(one.unit) && one.additivity === "additive"))
    .map((one) => ({ value: one.name, label: format.say(one.title) }));
  const chosen = Form.useWatch<LaunchFields["lines"] | undefined>("lines") ?? [];
  const needed = (field: string) => [{ required: true, message: t("form.required", { field }) }];
  const pick = (words: "role" | "direction", values: readonly string[]) =>
    values.map((value) => ({ value, label: t(`launches.${words}.${value}` as "launches.role.primary") }));
  return (
    <Form.List name="lines">
      {(rows, { add, remove }) => (
        <fieldset className="launch-rows">
          <legend>{t("launches.lines")}</legend>
          {rows.map(({ key, name }) => {
            const ratio = ratios.has(chosen[name]?.metric ?? "");
            return (
              <div key={key} className="launch-row">
                <Form.Item name={[name, "metric"]} rules={needed(t("launches.metric"))} className="launch-wide">
                  <Select
                    showSearch
                    optionFilterProp="label"
                    aria-label={t("launches.metric")}
                    placeholder={t("launches.metric")}
                    options={options}
                  />
                </Form.Item>
                <Form.Item name={[name, "direction"]}>
                  <Select aria-label={t("launches.directionWord")} options={pick("direction", ["at_least", "at_most"])} />
                </Form.Item>
                <Form.Item name={[name, "value"]} rules={needed(t("launches.value"))}>
                  <InputNumber
                    min={0}
                    max={ratio ? 100 : 1e12}
                    suffix={ratio ? "%" : null}
                    aria-label={t("launches.value")}
                    placeholder={t("launches.value")}
                  />
                </Form.Item>
                {ratio ? (
                  <Form.Item name={[name, "minimum"]}>
                    <InputNumber min={0} max={1e12} precision={0} aria-label={t("launches.minimum")} placeholder={t("launches.minimum")} />
                  </Form.Item>
                ) : (
                  <Form.Item name={[name, "ramp"]} initialValue="usual">
                    <Select
                      aria-label={t("launches.rampWord")}
                      popupMatchSelectWidth={false}
                      options={RAMPS.map((value) => ({ value, label: t(`launches.ramp.${value}`) }))}
                    />
                  </Form.Item>
                )}
                <Form.Item name={[name, "role"]}>
                  <Select aria-label={t("launches.roleWord")} options={pick("role", ["primary", "guardrail"])} />
                </Form.Item>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  disabled={rows.length === 1}
                  aria-label={t("launches.removeLine")}
                  onClick={() => remove(name)}
                />
              </div>
            );
          })}
          {rows.length < LINES_MOST ? (
            <Button size="small" icon={<PlusOutlined />} onClick={() => add({ role: "guardrail", direction: "at_least" })}>
              {t("launches.addLine")}
            </Button>
          ) : null}
        </fieldset>
      )}
    </Form.List>
  );
}
