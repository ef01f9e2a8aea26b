/** The second step: how the file was read, what it is, and which column becomes which field. */

import { useQuery } from "@tanstack/react-query";
import { Button, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { type FileBody, kindsOptions, type Mapping, mappingsOptions } from "@/api/imports";
import { Panel } from "@/kit/Panel";
import { ErrorPanel } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { Columns, Constants, Gaps } from "./Matching";
import { missing } from "./mapping";
import type { Draft } from "./Wizard";

const ENCODINGS = ["utf-8", "gb18030", "utf-16", "big5", "latin-1"];
const DELIMITERS = [",", ";", "\t", "|"];
type Look = (kind: string | null, how: Partial<FileBody>) => void;
type Props = { draft: Draft; change: (patch: Partial<Draft>) => void; look: Look; busy: boolean; error: unknown; next: () => void };

/** How numbers are written: decimal sign, sign between thousands, an example. */
const NUMBERS = [
  { decimal: ".", thousands: ",", shown: "1,234.56" },
  { decimal: ".", thousands: "", shown: "1234.56" },
  { decimal: ",", thousands: ".", shown: "1.234,56" },
  { decimal: ",", thousands: " ", shown: "1 234,56" },
  { decimal: ",", thousands: "", shown: "1234,56" },
] as const;

type ReadProps = Pick<Props, "draft" | "change" | "look" | "busy"> & { format: Format };

function Numbers({ draft, change }: Pick<Props, "draft" | "change">) {
  const { t } = useTranslation();
  const read = draft.mapping.read;
  const at = NUMBERS.findIndex((style) => style.decimal === (read?.decimal ?? ".") && style.thousands === (read?.thousands ?? ""));
  if (draft.mapping.use || !draft.guess.columns.some((column) => ["decimal", "money"].includes(column.looks_like))) return null;
  return (
    <>
      <dt>{t("wizard.numbers")}</dt>
      <dd>
        <Select
          size="small"
          aria-label={t("wizard.numbers")}
          value={at < 0 ? 1 : at}
          options={NUMBERS.map((style, value) => ({ value, label: style.shown }))}
          onChange={(value) => {
            const style = NUMBERS[value] ?? NUMBERS[0];
            change({ mapping: { ...draft.mapping, read: { ...read, decimal: style.decimal, thousands: style.thousands } } });
          }}
        />
      </dd>
    </>
  );
}

function HowRead({ draft, change, look, busy, format }: ReadProps) {
  const { t } = useTranslation();
  const { guess } = draft;
  const how: FileBody = {
    format: guess.format,
    encoding: guess.encoding,
    delimiter: guess.delimiter,
    sheet: guess.sheet,
    header_line: guess.header_line,
  };
  const again = (patch: Partial<FileBody>) => look(draft.kind, { ...how, ...patch });
  const text = guess.encoding !== "";
  return (
    <Panel title={t("wizard.read")}>
      <dl className="facts">
        <dt>{t("wizard.format")}</dt>
        <dd>{guess.format}</dd>
        {text ? (
          <>
            <dt>{t("wizard.encoding")}</dt>
            <dd>
              <Select
                size="small"
                aria-label={t("wizard.encoding")}
                value={guess.encoding}
                loading={busy}
                options={[...new Set([guess.encoding, ...ENCODINGS])].map((value) => ({ value, label: value }))}
                onChange={(encoding) => again({ encoding })}
              />
            </dd>
          </>
        ) : null}
        {guess.delimiter ? (
          <>
            <dt>{t("wizard.delimiter")}</dt>
            <dd>
              <Select
                size="small"
                aria-label={t("wizard.delimiter")}
                value={guess.delimiter}
                options={[...new Set([guess.delimiter, ...DELIMITERS])].map((value) => ({ value, label: value === "\t" ? "Tab" : value }))}
                onChange={(delimiter) => again({ delimiter })}
              />
            </dd>
          </>
        ) : null}
        {guess.sheets.length > 1 ? (
          <>
            <dt>{t("wizard.sheet")}</dt>
            <dd>
              <Select
                size="small"
                aria-label={t("wizard.sheet")}
                value={guess.sheet}
                options={guess.sheets.map((value) => ({ value, label: value }))}
                onChange={(sheet) => again({ sheet })}
              />
            </dd>
          </>
        ) : null}
        {guess.header_line ? (
          <>
            <dt>{t("wizard.header")}</dt>
            <dd>
              <InputNumber
                size="small"
                min={1}
                max={1000}
                aria-label={t("wizard.header")}
                value={guess.header_line}
                onChange={(line) => line && again({ header_line: line })}
              />
            </dd>
          </>
        ) : null}
        <Numbers draft={draft} change={change} />
      </dl>
      <p className="muted">{t("wizard.about", { rows: format.count(guess.rows_about), columns: guess.columns.length })}</p>
    </Panel>
  );
}

function WhatItIs({ draft, change, look, format }: Pick<Props, "draft" | "change" | "look"> & { format: Format }) {
  const { t } = useTranslation();
  const kinds = useQuery(kindsOptions()).data?.items ?? [];
  const saved = useQuery({ ...mappingsOptions(draft.kind), enabled: draft.kind !== "" }).data?.items ?? [];
  const scores = new Map(draft.guess.kinds.map((entry) => [entry.kind, entry.score]));
  const name = (kind: string) => {
    const found = kinds.find((entry) => entry.kind === kind);
    return found ? (format.language === "zh" ? found.title_zh : found.title_en) : kind;
  };
  const options = [...new Set([draft.kind, ...draft.guess.kinds.map((entry) => entry.kind), ...kinds.map((entry) => entry.kind)])].filter(Boolean);
  return (
    <Panel title={t("wizard.kind")}>
      <Select
        className="wide"
        aria-label={t("wizard.kind")}
        value={draft.kind}
        options={options.map((kind) => {
          const score = scores.get(kind);
          return { value: kind, label: score ? `${name(kind)} \u00b7 ${t("wizard.sure", { share: format.figure(score, "ratio") })}` : name(kind) };
        })}
        onChange={(kind) => look(kind, draft.guess.mapping.file ?? {})}
      />
      {saved.length ? (
        <>
          <span className="filter-label">{t("wizard.use")}</span>
          <Select
            className="wide"
            aria-label={t("wizard.use")}
            value={draft.mapping.use ?? ""}
            options={[
              { value: "", label: t("wizard.useNone") },
              ...saved.map((entry) => ({ value: entry.name, label: format.language === "zh" ? entry.title_zh : entry.title_en })),
            ]}
            onChange={(use) => change({ mapping: use ? { use } : draft.guess.mapping })}
          />
        </>
      ) : null}
    </Panel>
  );
}

/** Show the step. */
export function MatchColumns({ draft, change, look, busy, error, next }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const gaps = missing(draft.mapping, draft.guess.fields);
  const set = (mapping: Mapping) => change({ mapping });
  return (
    <div className="match-grid" data-busy={busy}>
      <div className="match-side">
        {error ? <ErrorPanel error={error} what={t("wizard.read")} /> : null}
        <WhatItIs draft={draft} change={change} look={look} format={format} />
        <HowRead draft={draft} change={change} look={look} busy={busy} format={format} />
        <Constants guess={draft.guess} mapping={draft.mapping} set={set} />
      </div>
      <section className="panel match-columns">
        <div className="match-list">
          <Columns guess={draft.guess} mapping={draft.mapping} set={set} />
        </div>
        <footer className="wizard-foot">
          <Gaps fields={draft.guess.fields} mapping={draft.mapping} />
          <Button type="primary" disabled={gaps.length > 0} onClick={next}>
            {t("wizard.toCheck")}
          </Button>
        </footer>
      </section>
    </div>
  );
}
