/** Write a metric: what it is made of, checked as it is typed, previewed on real data, and kept as a draft. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Segmented } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  authoringKeys,
  checkOptions,
  type Definition,
  draftsOptions,
  type MetricSheet,
  saveDraft,
  sheetOptions,
  vocabularyOptions,
} from "@/api/authoring";
import type { Catalogue } from "@/api/types";
import { Panel } from "@/kit/Panel";
import { SidePane } from "@/kit/SidePane";
import { Bone, ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { EditorFields } from "./EditorFields";
import { EditorPreview, Findings, LineageSteps } from "./EditorPreview";
import { FactsForm, FormulaForm } from "./FormulaForm";

export const NEW = "+";
const QUIET_MS = 400;

export const EMPTY: Definition = {
  name: "",
  class: "overall",
  scope: "people",
  use: ["track"],
  monitorable: false,
  unit: "ratio",
  direction: "up",
  owner: "",
  additivity: "ratio",
  clock: "booking",
  title: { en: "", zh: "" },
  description: { en: "", zh: "" },
  formula: { en: "", zh: "" },
  expression: "",
};

/** The definition with what follows from its formula where nobody said otherwise: the formula in words. */
export function completed(definition: Definition): Definition {
  const told =
    definition.expression ?? (definition.measures ?? []).map((one) => `${one.aggregate} ${one.value ?? ""} ${one.where ?? ""}`.trim()).join(" + ");
  const words = definition.formula.en || definition.formula.zh ? definition.formula : { en: told, zh: told };
  return { ...definition, formula: words };
}

/** A value that follows another once it has been quiet for a moment. */
export function useQuiet<T>(value: T, wait = QUIET_MS): T {
  const [kept, setKept] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setKept(value), wait);
    return () => clearTimeout(timer);
  }, [value, wait]);
  return kept;
}

/** The empty definition with what another page has read; anything that is no definition's part is left out. */
export function beginning(start: unknown): Definition {
  if (typeof start !== "object" || start === null) return EMPTY;
  const given = start as Partial<Definition>;
  if (!Array.isArray(given.measures) || !given.measures.length) return EMPTY;
  const { expression: _, ...rest } = EMPTY;
  const words = (value: unknown, otherwise: Definition["title"]) =>
    typeof value === "object" && value !== null ? { en: "", zh: "", ...(value as Partial<Definition["title"]>) } : otherwise;
  return {
    ...rest,
    measures: given.measures,
    unit: given.unit ?? EMPTY.unit,
    additivity: given.additivity ?? EMPTY.additivity,
    clock: given.clock ?? EMPTY.clock,
    title: words(given.title, EMPTY.title),
    description: words(given.description, EMPTY.description),
  } as Definition;
}

type Props = { name: string | null; start?: unknown; catalogue: Catalogue; close: () => void; saved: (name: string) => void };

/** Show the editor of a metric while there is a name: "+" writes a new one. */
export function MetricEditor({ name, start, catalogue, close, saved }: Props) {
  const { t } = useTranslation();
  const fresh = name === NEW;
  const sheet = useQuery({ ...sheetOptions(name ?? ""), enabled: name !== null && !fresh });
  const title = name === null ? "" : fresh ? t("authoring.titleNew") : t("authoring.titleEdit");
  return (
    <SidePane open={name !== null} title={title} close={close} width={860} testid="editor">
      {sheet.error && !fresh ? <ErrorPanel error={sheet.error} what={t("authoring.what")} retry={() => void sheet.refetch()} /> : null}
      {!fresh && name !== null && sheet.isPending ? <Bone height={420} /> : null}
      {name !== null && (fresh || sheet.data) ? (
        <Form
          key={name}
          start={fresh ? start : undefined}
          sheet={fresh ? null : (sheet.data ?? null)}
          catalogue={catalogue}
          close={close}
          saved={saved}
        />
      ) : null}
    </SidePane>
  );
}

type FormProps = { start: unknown; sheet: MetricSheet | null; catalogue: Catalogue; close: () => void; saved: (name: string) => void };

function Form({ start, sheet, catalogue, close, saved }: FormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const [definition, setDefinition] = useState<Definition>(() => ((sheet?.draft ?? sheet?.body) as Definition | undefined) ?? beginning(start));
  const [reason, setReason] = useState("");
  const vocabulary = useQuery(vocabularyOptions());
  const asked = completed(useQuiet(definition));
  const begun = asked.name !== "" || Boolean(asked.expression) || Boolean(asked.measures?.length);
  const check = useQuery({ ...checkOptions(asked), enabled: begun, placeholderData: (before) => before });
  const keep = useMutation({
    mutationFn: () => saveDraft(completed(definition), sheet?.newest ?? 0, reason.trim()),
    onSuccess: async (done) => {
      await client.invalidateQueries({ queryKey: authoringKeys.all });
      await client.invalidateQueries({ queryKey: draftsOptions().queryKey });
      saved(done.name);
    },
  });
  const change = (patch: Partial<Definition>) => setDefinition((now) => ({ ...now, ...patch }));
  const facts = definition.measures !== undefined;
  const settled = asked.name === definition.name && !check.isFetching;
  const ok = begun && settled && check.data?.ok === true;
  const turn = (to: string) => {
    const { expression, measures, ...rest } = definition;
    if (to === "facts") {
      const first = { fact: "order_line", aggregate: "count_distinct", value: "order", clocks: ["booking", "arrival"] };
      setDefinition({ ...rest, measures: measures ?? [first], unit: "count", additivity: "additive", clock: "booking" } as Definition);
    } else setDefinition({ ...rest, expression: expression ?? "", unit: "ratio", additivity: "ratio" } as Definition);
  };
  return (
    <div className="editor">
      <div className="editor-form">
        <Panel title={t("authoring.made")}>
          <Segmented
            aria-label={t("authoring.made")}
            value={facts ? "facts" : "metrics"}
            options={[
              { value: "facts", label: t("authoring.fromFacts") },
              { value: "metrics", label: t("authoring.fromMetrics") },
            ]}
            onChange={turn}
          />
          {facts ? (
            <FactsForm definition={definition} vocabulary={vocabulary.data} change={change} format={format} />
          ) : (
            <FormulaForm definition={definition} catalogue={catalogue} change={change} format={format} />
          )}
          <Findings check={begun ? check.data : undefined} busy={begun && !settled} change={change} />
        </Panel>
        <EditorFields definition={definition} choices={vocabulary.data?.choices ?? {}} known={sheet !== null} change={change} />
      </div>
      <div className="editor-side">
        <EditorPreview definition={ok ? asked : null} catalogue={catalogue} dimensions={check.data?.dimensions ?? []} />
        {check.data?.steps.length ? (
          <Panel title={t("authoring.lineage")}>
            <LineageSteps steps={check.data.steps} />
          </Panel>
        ) : null}
      </div>
      <footer className="editor-foot">
        <Input
          aria-label={t("authoring.reason")}
          placeholder={t("authoring.reasonHint")}
          value={reason}
          maxLength={300}
          onChange={(event) => setReason(event.target.value)}
        />
        <Button onClick={close}>{t("authoring.cancel")}</Button>
        <Button type="primary" disabled={!ok || reason.trim().length < 3} loading={keep.isPending} onClick={() => keep.mutate()}>
          {t("authoring.save")}
        </Button>
        {keep.error ? <ErrorPanel error={keep.error} what={t("authoring.save")} /> : null}
      </footer>
    </div>
  );
}
