/** The fields of a rule, by its kind. */

import { Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { LONGEST, LONGEST_DAYS, RULE_FIELDS, type RuleKind } from "./builder";

const TOWARD = ["down", "up", "both"] as const;
const AGAINST = ["day", "week"] as const;

/** Show them, with a line that says what the rule is good for. */
export function RuleFields({ kind, unit, every }: { kind: RuleKind; unit: string; every: string }) {
  const { t } = useTranslation();
  const wide = { width: "100%" };
  const fields = RULE_FIELDS[kind];
  const has = (name: (typeof fields)[number]) => fields.includes(name);
  const ratio = unit === "ratio" || unit === "percent";
  return (
    <>
      <p className="muted builder-hint">{t(`monitors.kindHint.${kind}`)}</p>
      <div className="builder-row">
        {has("toward") ? (
          <Form.Item name="toward" label={t("monitors.towardWord")}>
            <Select options={TOWARD.map((value) => ({ value, label: t(`monitors.toward.${value}`) }))} />
          </Form.Item>
        ) : null}
        {has("against") ? (
          <Form.Item name="against" label={t("monitors.againstWord")} initialValue="week">
            <Select options={AGAINST.map((value) => ({ value, label: t(`monitors.against.${value}`) }))} />
          </Form.Item>
        ) : null}
        {has("below") ? (
          <Form.Item name="below" label={t("monitors.below")}>
            <InputNumber style={wide} step={ratio ? 0.01 : 1} />
          </Form.Item>
        ) : null}
        {has("above") ? (
          <Form.Item name="above" label={t("monitors.above")}>
            <InputNumber style={wide} step={ratio ? 0.01 : 1} />
          </Form.Item>
        ) : null}
        {has("drop") ? (
          <Form.Item name="drop" label={t("monitors.drop")}>
            <InputNumber style={wide} min={0.1} max={10_000} />
          </Form.Item>
        ) : null}
        {has("rise") ? (
          <Form.Item name="rise" label={t("monitors.rise")}>
            <InputNumber style={wide} min={0.1} max={10_000} />
          </Form.Item>
        ) : null}
        {has("dial") ? (
          <Form.Item name="dial" label={t("monitors.dial")}>
            <InputNumber style={wide} min={0.01} max={100} />
          </Form.Item>
        ) : null}
        {has("sure") ? (
          <Form.Item name="sure" label={t("monitors.sure")} initialValue={6}>
            <InputNumber style={wide} min={2} max={15} />
          </Form.Item>
        ) : null}
        {has("at_least") ? (
          <Form.Item name="at_least" label={t(kind === "ratio" || ratio ? "monitors.atLeast" : "monitors.atLeastShare")}>
            <InputNumber style={wide} min={0} max={kind === "ratio" ? 100 : 10_000} />
          </Form.Item>
        ) : null}
        {has("longest") ? (
          <Form.Item name="longest" label={t("monitors.longest")}>
            <Select
              allowClear
              options={(every === "1d" ? LONGEST_DAYS : LONGEST).map((value) => ({ value, label: t(`monitors.windows.w${value}`) }))}
            />
          </Form.Item>
        ) : null}
      </div>
    </>
  );
}
