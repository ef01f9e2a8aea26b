/** What the checks say of a definition, what it is made of, and its figures on real data. */

import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Checked, type Definition, type Finding, previewOptions, type Step } from "@/api/authoring";
import { catalogueOptions } from "@/api/keys";
import type { Catalogue, Direction } from "@/api/types";
import { Delta } from "@/kit/Delta";
import { toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { Spark } from "@/kit/Spark";
import { Status } from "@/kit/Status";
import { Bone, ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useNames } from "./names";

const CHOSEN = new Set(["unit", "additivity", "clock"]);

/** What to mend and what to mind, each in the reader's language; a unit that fits is one click away. */
export function Findings({ check, busy, change }: { check: Checked | undefined; busy: boolean; change: (patch: Partial<Definition>) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!check) return <p className="muted findings">{busy ? t("authoring.checking") : "\u00a0"}</p>;
  const errors = check.findings.filter((one) => one.level === "error").length;
  return (
    <div className="findings" aria-live="polite" data-testid="findings" data-ok={check.ok}>
      <Status state={check.ok ? "fresh" : "late"}>
        {busy ? t("authoring.checking") : check.ok ? t("authoring.fine") : t("authoring.errors", { count: errors })}
      </Status>
      <ul>
        {check.findings.map((one: Finding) => (
          <li key={`${one.field} ${one.en}`} data-level={one.level}>
            {one.level === "hint" ? <span className="tag">{t("authoring.hint")}</span> : null}
            <span>{format.say(one)}</span>
            {one.fix && CHOSEN.has(one.field) ? (
              <Button size="small" onClick={() => change({ [one.field]: one.fix })}>
                {t("authoring.apply", { value: one.fix })}
              </Button>
            ) : one.fix ? (
              <code>{one.fix}</code>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What a metric is made of, line by line, down to the facts. */
export function LineageSteps({ steps, open }: { steps: Step[]; open?: (name: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useNames();
  const { data: catalogue } = useQuery(catalogueOptions());
  // A formula of names is read in every language; one in words has a text in each.
  const formula = (step: Step) => {
    const known = catalogue?.metrics.find((metric) => metric.name === step.name)?.formula;
    return known?.en === step.text ? format.say(known) : step.text;
  };
  // "payment by arrival": asked by the one clock, a measure without it goes by the other.
  const clock = (text: string) => {
    const [asked, own] = text.split(" by ");
    return own ? t("authoring.clockBy", { asked: names.clock(asked), own: names.clock(own) }) : names.clock(text);
  };
  const clocks = (step: Step) => step.text.split(", ").map(clock).join(" · ");
  return (
    <ol className="steps" data-testid="lineage">
      {steps.map((step, at) => (
        <li key={at} data-kind={step.kind} style={{ paddingInlineStart: step.depth * 16 }} className={step.seen ? "is-seen" : ""}>
          {step.kind === "metric" && step.depth > 0 && open ? (
            <button type="button" className="textlink" onClick={() => open(step.name)}>
              {format.say(step.title)}
            </button>
          ) : (
            <strong>{format.say(step.title)}</strong>
          )}
          {step.kind === "metric" ? <code>{formula(step)}</code> : step.kind === "measure" ? <span className="muted">{clocks(step)}</span> : null}
        </li>
      ))}
    </ol>
  );
}

/** The figures of a definition that passes its checks. */
export function EditorPreview({ definition, catalogue, dimensions }: { definition: Definition | null; catalogue: Catalogue; dimensions: string[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [by, setBy] = useState<string | undefined>();
  const split = by && dimensions.includes(by) ? by : undefined;
  const query = useQuery({ ...previewOptions(definition as Definition, split), enabled: definition !== null });
  const options = catalogue.dimensions
    .filter((one) => dimensions.includes(one.name))
    .map((one) => ({ value: one.name, label: format.say(one.title) }));
  const found = definition ? query.data : undefined;
  const money = { currency: found?.currency ?? null };
  return (
    <Panel title={t("authoring.preview")} hint={found ? format.span(found.from, found.to) : undefined}>
      {!definition ? <p className="muted">{t("authoring.previewNone")}</p> : null}
      {definition && query.error ? <ErrorPanel error={query.error} what={t("authoring.previewWhat")} retry={() => void query.refetch()} /> : null}
      {definition && query.isPending ? <Bone height={120} /> : null}
      {found ? (
        <div className="preview" data-testid="preview" data-value={found.value ?? ""}>
          <span className="stat-value" title={format.figure(found.value, found.unit, money)}>
            {format.brief(found.value, found.unit, money)}
          </span>
          <Spark points={found.points} width={260} />
          <span className="muted">
            {t("authoring.previous")}: {format.brief(found.previous, found.unit, money)}{" "}
            <Delta
              move={(toNumber(found.value) ?? 0) - (toNumber(found.previous) ?? 0)}
              text={format.change(found.previous, found.value, found.unit)}
              direction={definition?.direction as Direction}
            />
          </span>
          <Select
            aria-label={t("authoring.by")}
            placeholder={t("authoring.by")}
            allowClear
            value={split ?? null}
            options={options}
            popupMatchSelectWidth={false}
            onChange={(value: string | null) => setBy(value ?? undefined)}
          />
          {found.cells ? (
            <table className="mini">
              <tbody>
                {found.cells.map((cell) => (
                  <tr key={String(cell.cell)}>
                    <td>{cell.cell === null ? "\u2014" : String(cell.cell)}</td>
                    <td className="num">{format.figure(cell.value, found.unit, money)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : null}
          {found.notes.map((note) => (
            <p className="muted" key={note.code}>
              {format.say(note)}
            </p>
          ))}
        </div>
      ) : null}
    </Panel>
  );
}
