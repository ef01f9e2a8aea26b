/** What a metric is made of: aggregates over facts, or a formula over other metrics. */

import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Definition, Fact, Measure, Vocabulary } from "@/api/authoring";
import type { Catalogue } from "@/api/types";
import type { Format } from "@/kit/use";

const MEASURES_MAX = 6;
const LONGEST = 500;
type Change = (patch: Partial<Definition>) => void;

/** The clocks of a definition whose measures all know one; the first stays where it still fits. */
export function clockOf(measures: Measure[], now: string): string {
  const known = measures.map((one) => (Array.isArray(one.clocks) ? one.clocks : Object.keys(one.clocks)));
  const shared = (known[0] ?? []).filter((clock) => known.every((clocks) => clocks.includes(clock)));
  return shared.includes(now) ? now : (shared[0] ?? known[0]?.[0] ?? now);
}

/** Count or sum fields of facts, each under a condition. */
export function FactsForm({
  definition,
  vocabulary,
  change,
  format,
}: {
  definition: Definition;
  vocabulary: Vocabulary | undefined;
  change: Change;
  format: Format;
}) {
  const { t } = useTranslation();
  const measures = definition.measures ?? [];
  const set = (next: Measure[]) => change({ measures: next, clock: clockOf(next, definition.clock) });
  const put = (at: number, patch: Partial<Measure>) => set(measures.map((one, index) => (index === at ? { ...one, ...patch } : one)));
  return (
    <div className="measures">
      {measures.map((measure, at) => (
        <MeasureRow
          key={at}
          measure={measure}
          facts={vocabulary?.facts ?? []}
          format={format}
          put={(patch) => put(at, patch)}
          drop={measures.length > 1 ? () => set(measures.filter((_, index) => index !== at)) : null}
        />
      ))}
      {measures.length < MEASURES_MAX ? (
        <Button size="small" type="dashed" icon={<PlusOutlined />} onClick={() => set([...measures, { ...(measures[0] as Measure) }])}>
          {t("authoring.addMeasure")}
        </Button>
      ) : null}
    </div>
  );
}

type RowProps = { measure: Measure; facts: Fact[]; format: Format; put: (patch: Partial<Measure>) => void; drop: (() => void) | null };

function MeasureRow({ measure, facts, format, put, drop }: RowProps) {
  const { t } = useTranslation();
  const fact = facts.find((one) => one.name === measure.fact);
  const aggregates = ["sum", "count", "count_distinct", "p50", "p95"] as const;
  const field = (name: string, title: { en: string; zh: string }) => ({ value: name, label: `${format.say(title)} · ${name}` });
  return (
    <div className="measure">
      <Select
        aria-label={t("authoring.fact")}
        value={measure.fact}
        popupMatchSelectWidth={false}
        options={facts.map((one) => ({ value: one.name, label: format.say(one.title) }))}
        onChange={(name) => {
          const next = facts.find((one) => one.name === name);
          put({ fact: name, clocks: next?.clocks ?? [], value: next?.fields[0]?.name ?? "" });
        }}
      />
      <Select
        aria-label={t("authoring.aggregate")}
        value={measure.aggregate}
        popupMatchSelectWidth={false}
        options={aggregates.map((value) => ({ value, label: t(`authoring.aggregates.${value}`) }))}
        onChange={(aggregate) => put({ aggregate })}
      />
      {measure.aggregate === "count" ? (
        <span />
      ) : (
        <Select
          aria-label={t("authoring.value")}
          showSearch={{ optionFilterProp: "label" }}
          value={measure.value ?? ""}
          popupMatchSelectWidth={false}
          options={(fact?.fields ?? []).map((one) => field(one.name, one.title))}
          onChange={(value) => put({ value })}
        />
      )}
      {drop ? <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t("authoring.dropMeasure")} onClick={drop} /> : <span />}
      <Input
        className="measure-where mono"
        aria-label={t("authoring.where")}
        addonBefore={undefined}
        placeholder={`${t("authoring.where")}: ${t("authoring.whereHint")}`}
        value={measure.where ?? ""}
        maxLength={LONGEST}
        onChange={(event) => {
          const { where: _, ...rest } = measure;
          put(event.target.value ? { where: event.target.value } : ({ ...rest, where: undefined } as unknown as Measure));
        }}
      />
    </div>
  );
}

/** A formula over other metrics, with a list to take them from. */
export function FormulaForm({
  definition,
  catalogue,
  change,
  format,
}: {
  definition: Definition;
  catalogue: Catalogue;
  change: Change;
  format: Format;
}) {
  const { t } = useTranslation();
  const text = definition.expression ?? "";
  return (
    <div className="measures">
      <Input.TextArea
        className="mono"
        aria-label={t("authoring.formula")}
        placeholder={t("authoring.formulaHint")}
        value={text}
        maxLength={LONGEST}
        autoSize={{ minRows: 2, maxRows: 6 }}
        onChange={(event) => change({ expression: event.target.value })}
      />
      <Select
        aria-label={t("authoring.insert")}
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("authoring.insert")}
        value={null}
        options={catalogue.metrics
          .filter((metric) => metric.name !== definition.name)
          .map((metric) => ({ value: metric.name, label: `${format.say(metric.title)} · ${metric.name}` }))}
        onChange={(name: string) => change({ expression: text.trim() ? `${text.trimEnd()} ${name}` : name })}
      />
    </div>
  );
}
