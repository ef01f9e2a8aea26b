/** What a file brought, or would bring: counts, doubts, and the first rows kept apart. */

import { useTranslation } from "react-i18next";
import type { Report } from "@/api/imports";
import { Panel } from "@/kit/Panel";
import { Sheet } from "@/kit/Sheet";
import { useFormat } from "@/kit/use";

/** Show a report. */
export function ReportView({ report }: { report: Report }) {
  const { t } = useTranslation();
  const format = useFormat();
  const figures: [string, string, number, boolean][] = [
    ["read", t("imports.read"), report.rows_read, false],
    ["added", t("imports.added"), report.rows_added, false],
    ["changed", t("imports.changed"), report.rows_changed, false],
    ["known", t("imports.known"), report.rows_known, false],
    ["repeated", t("imports.repeated"), report.rows_repeated, false],
    ["rejected", t("imports.rejected"), report.rows_rejected, true],
  ];
  const flags = Object.entries(report.flags ?? {});
  const rejections = [...(report.rejections ?? [])].sort((a, b) => a.line - b.line).map((row, index) => ({ ...row, "#": index }));
  return (
    <Panel title={report.dry_run ? t("wizard.reportDry") : t("wizard.reportDone")} className="report">
      <dl className="report-figures" data-testid="report">
        {figures.map(([key, name, value, bad]) => (
          <div key={key} className={bad && value ? "warn" : ""}>
            <dt>{name}</dt>
            <dd>{format.count(value ?? 0)}</dd>
          </div>
        ))}
      </dl>
      {flags.length ? (
        <p className="tags">
          <span className="filter-label">{t("wizard.flags")}</span>
          {flags.map(([rule, rows]) => (
            <span key={rule} className="tag tag-warn">
              {rule.replaceAll("_", " ")} · {format.count(rows)}
            </span>
          ))}
        </p>
      ) : null}
      {(report.notes ?? []).length ? (
        <>
          <h3>{t("wizard.notes")}</h3>
          <ul className="sentences">
            {report.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </>
      ) : null}
      {rejections.length ? (
        <>
          <h3>{t("wizard.firstBad")}</h3>
          <Sheet
            label={t("wizard.firstBad")}
            rows={rejections}
            rowKey={(row) => String(row["#"])}
            columns={[
              { key: "line", title: t("imports.lineNo"), width: 70, number: true, cell: (row) => format.count(row.line) },
              { key: "column", title: t("imports.column"), width: 140, cell: (row) => row.column },
              { key: "reason", title: t("imports.reason"), cell: (row) => row.reason },
              { key: "value", title: t("imports.cell"), width: 160, ellipsis: true, cell: (row) => <span className="mono">{row.value}</span> },
            ]}
          />
        </>
      ) : null}
    </Panel>
  );
}
