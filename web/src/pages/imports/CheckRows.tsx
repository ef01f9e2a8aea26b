/** The third step: the first hundred rows as they are in the file and as they come in, each wrong cell with its reason. */

import { useQuery } from "@tanstack/react-query";
import { Button, Segmented, Switch, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { importKeys, type Preview, type PreviewRow, preview } from "@/api/imports";
import { formatInstantFull, MISSING } from "@/kit/format";
import { type Column, Sheet } from "@/kit/Sheet";
import { Bone, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import type { Draft } from "./Wizard";

type Side = "raw" | "mapped";
const SIDES = { mapped: "wizard.mapped", raw: "wizard.raw" } as const;
type Props = { draft: Draft; back: () => void; next: () => void };

const why = (row: PreviewRow, column: string, format: Format) =>
  row.errors.filter((error) => error.column === column).map((error) => (format.language === "zh" ? error.reason_zh : error.reason_en));

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

function shown(value: unknown, format: Format): string {
  if (value === null || value === undefined || value === "") return MISSING;
  if (typeof value === "string" && INSTANT.test(value)) return formatInstantFull(value, format.language, format.zone);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function Rows({ data, side, onlyBad, draft, format }: { data: Preview; side: Side; onlyBad: boolean; draft: Draft; format: Format }) {
  const { t } = useTranslation();
  const titles = new Map(draft.guess.fields.map((field) => [field.field, format.language === "zh" ? field.title_zh : field.title_en]));
  const names = side === "raw" ? data.columns : [...new Set(data.rows.flatMap((row) => Object.keys(row.mapped)))];
  const rows = onlyBad ? data.rows.filter((row) => row.errors.length) : data.rows;
  const columns: Column<PreviewRow>[] = [
    { key: "#", title: t("imports.lineNo"), number: true, cell: (row) => <span className="muted">{row.line}</span> },
    {
      key: "errors",
      title: t("wizard.errors"),
      cell: (row) =>
        row.errors.length ? (
          <span className="warn check-why">
            {row.errors.map((error) => `${error.column}: ${format.language === "zh" ? error.reason_zh : error.reason_en}`).join("; ")}
          </span>
        ) : (
          <span className="muted">{MISSING}</span>
        ),
    },
    ...names.map((name, index) => ({
      key: `c${index}`,
      title: side === "raw" ? name : (titles.get(name) ?? name),
      cell: (row: PreviewRow) => {
        const wrong = why(row, name, format);
        const text = side === "raw" ? (row.cells[index] ?? MISSING) : shown(row.mapped[name], format);
        if (!wrong.length) return <span className="check-cell">{text}</span>;
        return (
          <Tooltip title={wrong.join("; ")}>
            <span className="check-cell is-wrong">{text}</span>
          </Tooltip>
        );
      },
    })),
  ];
  return <Sheet label={t("wizard.show")} rows={rows} rowKey={(row) => String(row.line)} columns={columns} scroll={{ x: "max-content" }} />;
}

/** Show the step. */
export function CheckRows({ draft, back, next }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [side, setSide] = useState<Side>("mapped");
  const [onlyBad, setOnlyBad] = useState(false);
  const query = useQuery({
    queryKey: [...importKeys.all, "preview", draft.upload, draft.kind, draft.mapping],
    queryFn: () => preview(draft.upload, draft.kind, draft.mapping),
  });
  return (
    <Shown query={query} what={t("wizard.step.value.check")} permission="import.write" skeleton={<Bone height="100%" />}>
      {(data) => (
        <section className="panel check">
          <header className="check-head">
            <span className="tag">{t("wizard.good", { count: data.good })}</span>
            {data.bad ? <span className="tag tag-warn">{t("wizard.bad", { count: data.bad })}</span> : null}
            <Segmented<Side>
              size="small"
              aria-label={t("wizard.show")}
              value={side}
              options={(["mapped", "raw"] as const).map((value) => ({ value, label: t(SIDES[value]) }))}
              onChange={setSide}
            />
            {data.bad ? (
              <span className="row">
                <Switch size="small" checked={onlyBad} aria-label={t("wizard.onlyBad")} onChange={setOnlyBad} />
                {t("wizard.onlyBad")}
              </span>
            ) : null}
          </header>
          <div className="check-rows">
            <Rows data={data} side={side} onlyBad={onlyBad} draft={draft} format={format} />
          </div>
          <footer className="wizard-foot">
            <Button onClick={back}>{t("wizard.toMap")}</Button>
            <Button type="primary" onClick={next}>
              {t("wizard.toLoad")}
            </Button>
          </footer>
        </section>
      )}
    </Shown>
  );
}
