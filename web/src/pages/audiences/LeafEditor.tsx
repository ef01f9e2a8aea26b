/** One leaf of a condition, each of its parts editable. */

import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Dropdown, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { segmentsOptions } from "@/api/segments";
import { useFormat } from "@/kit/use";
import { EventPicker } from "@/pages/analyses/Asked";
import { asValue, isObject, OPERATORS, type Test, written } from "@/pages/analyses/given";
import { useNames } from "@/pages/analyses/names";
import { TestsEditor } from "@/pages/analyses/TestsEditor";
import { type Leaf, type Node, PARTS, type Part, put } from "./condition";

type Props = { node: Node; leaf: Leaf; known: Known; change: (node: Node) => void };
type PartProps = { part: Part; node: Node; known: Known; change: (value: unknown) => void };
const BOUNDS = [">=", ">", "=", "<", "<=", "!="] as const;
const SPANS = ["last", "previous", "next", "past", "dates"] as const;
const UNITS = ["day", "week", "month", "quarter", "year"] as const;
const START: Record<string, unknown> = {
  events: "*",
  bound: 1,
  tests: [{ field: "", op: "=", value: "" }],
  span: { last: 30, unit: "day" },
  length: "7 days",
  field: "route",
  flag: true,
  op: "=",
};

/** Edit the leaf; parts that it may have and has not are offered. */
export function LeafEditor({ node, leaf, known, change }: Props) {
  const { t } = useTranslation();
  const parts = PARTS[leaf];
  const more = parts.filter((part) => part.optional && !(part.key in node));
  return (
    <div className="condition-leaf" data-leaf={leaf}>
      <span className="condition-kind">{t(`segments.leaf.${leaf}`)}</span>
      {parts
        .filter((part) => part.key in node || !part.optional)
        .map((part) => (
          <span key={part.key} className="condition-part">
            {part.key === leaf ? null : <span className="muted">{t(`segments.part.${part.key}` as "segments.part.where")}</span>}
            <OnePart part={part} node={node} known={known} change={(value) => change(put(node, part.key, value))} />
            {part.optional ? (
              <Button
                size="small"
                type="text"
                icon={<CloseOutlined />}
                aria-label={t("segments.dropPart", { part: t(`segments.part.${part.key}` as "segments.part.where") })}
                onClick={() => change(put(node, part.key, undefined))}
              />
            ) : null}
          </span>
        ))}
      {more.length ? (
        <Dropdown
          trigger={["click"]}
          menu={{
            items: more.map((part) => ({ key: part.key, label: t(`segments.part.${part.key}` as "segments.part.where") })),
            onClick: ({ key }) => {
              const part = more.find((one) => one.key === key) as Part;
              change(put(node, key, typeof part.how === "string" ? (START[part.how] ?? "") : part.how[0]));
            },
          }}
        >
          <Button size="small" type="text" icon={<PlusOutlined />} aria-label={t("segments.addPart")} />
        </Dropdown>
      ) : null}
    </div>
  );
}

function OnePart({ part, node, known, change }: PartProps) {
  const { t } = useTranslation();
  const { field } = useNames();
  const value = node[part.key];
  const label = t(`segments.part.${part.key}` as "segments.part.where");
  if (typeof part.how !== "string") return <Choice label={label} value={String(value)} choices={part.how} change={change} />;
  switch (part.how) {
    case "events":
      return <EventPicker part={{ event: value as string | string[] }} known={known} label={label} any change={change} />;
    case "tests":
      return <TestsEditor tests={Array.isArray(value) ? (value as Test[]) : []} known={known} change={change} />;
    case "bound":
      return <BoundOf label={label} value={value} change={change} />;
    case "span":
      return <SpanOf value={value} change={change} />;
    case "field":
      return (
        <Select
          size="small"
          showSearch
          aria-label={label}
          popupMatchSelectWidth={false}
          value={String(value ?? "")}
          optionFilterProp="label"
          options={known.fields.map((one) => ({ value: one.name, label: field(one.name) }))}
          onChange={change}
        />
      );
    case "steps":
      return <StepsOf value={value} known={known} change={change} />;
    case "segment":
      return <SegmentOf value={String(value ?? "")} label={label} change={change} />;
    case "flag":
      return <Checkbox aria-label={label} checked={value === true} onChange={(event) => change(event.target.checked)} />;
    case "op":
      return (
        <Select
          size="small"
          aria-label={label}
          popupMatchSelectWidth={false}
          value={String(value ?? "=")}
          options={OPERATORS.map((op) => ({ value: op as string, label: t(`analysis.ops.${op}`) }))}
          onChange={change}
        />
      );
    case "value":
      return (
        <Select
          size="small"
          mode="tags"
          aria-label={label}
          className="analysis-value"
          value={written(value)}
          onChange={(next: string[]) => {
            const op = String(node.op ?? "=");
            change(asValue(op, op === "in" || op === "not in" ? next : next.slice(-1)) ?? "");
          }}
        />
      );
    default:
      return (
        <Input
          size="small"
          aria-label={label}
          className="condition-text"
          value={String(value ?? "")}
          onChange={(event) => change(event.target.value)}
        />
      );
  }
}

function Choice({ label, value, choices, change }: { label: string; value: string; choices: readonly string[]; change: (value: string) => void }) {
  const { t } = useTranslation();
  return (
    <Select
      size="small"
      aria-label={label}
      popupMatchSelectWidth={false}
      value={value}
      options={choices.map((one) => ({ value: one, label: t(`segments.choice.${one}` as "segments.choice.count") }))}
      onChange={change}
    />
  );
}

function BoundOf({ label, value, change }: { label: string; value: unknown; change: (value: unknown) => void }) {
  const { t } = useTranslation();
  const op = isObject(value) ? String(value.op ?? ">=") : ">=";
  const figure = isObject(value) ? Number(value.value) : Number(value ?? 1);
  const say = (nextOp: string, next: number) => change(nextOp === ">=" ? next : { op: nextOp, value: next });
  return (
    <>
      <Select
        size="small"
        aria-label={t("segments.boundOp", { part: label })}
        popupMatchSelectWidth={false}
        value={op}
        options={BOUNDS.map((one) => ({ value: one as string, label: t(`analysis.ops.${one}`) }))}
        onChange={(next) => say(next, figure)}
      />
      <InputNumber
        size="small"
        aria-label={label}
        changeOnWheel={false}
        value={figure}
        onChange={(next) => (next === null ? undefined : say(op, next))}
      />
    </>
  );
}

function SpanOf({ value, change }: { value: unknown; change: (value: unknown) => void }) {
  const { t } = useTranslation();
  const span = isObject(value) ? value : {};
  const kind = SPANS.find((one) => one in span) ?? "dates";
  const count = Number(span[kind] ?? 7);
  const unit = String(span.unit ?? "day");
  const turn = (next: string) => {
    if (next === "dates") change({ from: new Date().toISOString().slice(0, 10) });
    else change(next === "past" ? { past: "24 hours" } : { [next]: Number.isFinite(count) ? count : 7, unit });
  };
  return (
    <>
      <Select
        size="small"
        aria-label={t("segments.spanKind")}
        popupMatchSelectWidth={false}
        value={kind as string}
        options={SPANS.map((one) => ({ value: one as string, label: t(`segments.span.${one}`) }))}
        onChange={turn}
      />
      {kind === "past" ? (
        <Input
          size="small"
          aria-label={t("segments.span.past")}
          className="condition-text"
          value={String(span.past)}
          onChange={(event) => change({ past: event.target.value })}
        />
      ) : kind === "dates" ? (
        (["from", "to"] as const).map((end) => (
          <Input
            key={end}
            size="small"
            type="date"
            aria-label={t(`segments.span.${end}`)}
            value={String(span[end] ?? "")}
            onChange={(event) => change(put(span, end, event.target.value || undefined))}
          />
        ))
      ) : (
        <>
          <InputNumber
            size="small"
            min={1}
            max={1000}
            precision={0}
            changeOnWheel={false}
            aria-label={t("segments.count")}
            value={count}
            onChange={(next) => (next === null ? undefined : change({ [kind]: next, unit }))}
          />
          <Choice label={t("segments.unit")} value={unit} choices={UNITS} change={(next) => change({ [kind]: count, unit: next })} />
        </>
      )}
    </>
  );
}

function StepsOf({ value, known, change }: { value: unknown; known: Known; change: (value: unknown) => void }) {
  const { t } = useTranslation();
  const steps = Array.isArray(value) ? (value as unknown[]) : [];
  const set = (index: number, next: unknown) => change(steps.flatMap((one, at) => (at !== index ? [one] : next === null ? [] : [next])));
  return (
    <span className="condition-steps">
      {steps.map((step, index) => {
        const whole = isObject(step) ? step : { event: step };
        return (
          <span key={index}>
            <span className="muted num">{index + 1}</span>
            <EventPicker
              part={{ event: whole.event as string | string[] }}
              known={known}
              label={t("segments.step", { number: index + 1 })}
              change={(event) => set(index, isObject(step) || Array.isArray(event) ? { ...whole, event } : event)}
            />
            {steps.length > 2 ? (
              <Button
                size="small"
                type="text"
                icon={<CloseOutlined />}
                aria-label={t("segments.dropStep", { number: index + 1 })}
                onClick={() => set(index, null)}
              />
            ) : null}
          </span>
        );
      })}
      <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => change([...steps, ""])}>
        {t("segments.addStep")}
      </Button>
    </span>
  );
}

function SegmentOf({ value, label, change }: { value: string; label: string; change: (value: unknown) => void }) {
  const format = useFormat();
  const { data } = useQuery(segmentsOptions());
  const rows = (data?.items ?? []).filter((one) => one.state === "active");
  return (
    <Select
      size="small"
      showSearch
      aria-label={label}
      className="analysis-field"
      popupMatchSelectWidth={false}
      value={value || null}
      optionFilterProp="label"
      options={rows.map((one) => ({ value: one.name, label: format.say(one.title) }))}
      onChange={change}
    />
  );
}
