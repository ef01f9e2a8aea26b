/** Which column becomes which field, and what is the same in every row: of a file, or of what a database answers. */

import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Field, FileColumn, Mapping } from "@/api/imports";
import { Panel } from "@/kit/Panel";
import { Sheet } from "@/kit/Sheet";
import { type Format, useFormat } from "@/kit/use";
import { matched, missing, withConstant } from "./mapping";

type Matching = { guess: { columns: FileColumn[]; fields: Field[] }; mapping: Mapping; set: (mapping: Mapping) => void };

const title = (field: Field, format: Format) => (format.language === "zh" ? field.title_zh : field.title_en);

/** Say which fields still have no column. */
export function Gaps({ fields, mapping }: { fields: Field[]; mapping: Mapping }) {
  const { t } = useTranslation();
  const format = useFormat();
  const gaps = missing(mapping, fields);
  const names = gaps.map((field) => title(field, format)).join(format.language === "zh" ? "\u3001" : ", ");
  return <span className={gaps.length ? "warn" : "muted"}>{gaps.length ? t("wizard.fieldsMissing", { names }) : t("wizard.fieldsAll")}</span>;
}

/** Show the fields that the rows do not have and that are the same in all of them. */
export function Constants({ guess, mapping, set }: Matching) {
  const { t } = useTranslation();
  const format = useFormat();
  const filled = new Set(Object.values(mapping.columns ?? {}));
  const held = Object.keys(mapping.constants ?? {});
  const open = guess.fields.filter(
    (field) => !filled.has(field.field) && (field.required || held.includes(field.field) || field.field === "currency"),
  );
  if (!open.length) return null;
  return (
    <Panel title={t("wizard.constants")} hint={t("wizard.constantsHint")}>
      {open.map((field) => {
        const value = mapping.constants?.[field.field] ?? "";
        const put = (text: string) => set(withConstant(mapping, field.field, text));
        return (
          <div key={field.field} className="constant">
            <span>{title(field, format)}</span>
            {field.words.length ? (
              <Select
                size="small"
                allowClear
                aria-label={title(field, format)}
                value={value || null}
                options={field.words.map((word) => ({ value: word, label: word }))}
                onChange={(word) => put(word ?? "")}
              />
            ) : (
              <Input size="small" aria-label={title(field, format)} value={value} maxLength={200} onChange={(event) => put(event.target.value)} />
            )}
          </div>
        );
      })}
    </Panel>
  );
}

/** Show each column with some of its values and the field that it becomes. */
export function Columns({ guess, mapping, set }: Matching) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const options = guess.fields.map((field) => ({ value: field.field, label: `${title(field, format)}${field.required ? " *" : ""}` }));
  const shape = (name: string) =>
    i18n.exists(`wizard.shape.value.${name}`) ? t(`wizard.shape.value.${name}` as "wizard.shape.value.text") : name.replaceAll("_", " ");
  return (
    <Sheet<FileColumn>
      label={t("wizard.column")}
      rows={guess.columns}
      rowKey={(column) => column.name}
      columns={[
        {
          key: "name",
          title: `${t("wizard.column")} \u00b7 ${guess.columns.length}`,
          width: "24%",
          cell: (column) => (
            <>
              <strong>{column.name}</strong>
              {column.pii ? <span className="tag tag-warn match-pii">{t("wizard.personal")}</span> : null}
            </>
          ),
        },
        {
          key: "samples",
          title: t("wizard.samples"),
          cell: (column) => <span className="match-samples mono">{column.samples.slice(0, 3).join(" \u00b7 ")}</span>,
        },
        { key: "looks", title: t("wizard.looks"), width: 120, cell: (column) => shape(column.looks_like) },
        {
          key: "field",
          title: t("wizard.field"),
          width: 210,
          cell: (column) => (
            <Select
              size="small"
              className="wide"
              allowClear
              showSearch={{ optionFilterProp: "label" }}
              disabled={Boolean(mapping.use)}
              status={mapping.columns?.[column.name] ? "" : undefined}
              placeholder={t("wizard.skip")}
              aria-label={`${column.name}: ${t("wizard.field")}`}
              value={mapping.columns?.[column.name] ?? null}
              options={options}
              onChange={(field: string | null | undefined) => set(matched(mapping, column.name, field ?? null))}
            />
          ),
        },
      ]}
    />
  );
}
