/** One metric's definition: what it means, its formula, what it is made from and used in, a worked example, its query, its value now. */

import { CopyOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { answerOptions, metricOptions, todayOptions } from "@/api/keys";
import type { Catalogue, Metric, RowsAsk } from "@/api/types";
import { ExportButton } from "@/kit/ExportButton";
import { toNumber } from "@/kit/format";
import { lastDays } from "@/kit/period";
import { RowsPane } from "@/kit/RowsPane";
import { SidePane } from "@/kit/SidePane";
import { Spark } from "@/kit/Spark";
import { Bone, ErrorPanel } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { MetricCourse } from "./MetricCourse";
import { MetricVersions } from "./MetricVersions";
import { useNames } from "./names";

type Shown = Omit<Metric, "state"> & { state: string };
type Props = {
  metric: Shown | null;
  catalogue: Catalogue;
  open: (name: string) => void;
  edit: (name: string) => void;
  close: () => void;
};

/** Show the definition of a metric, or nothing while there is none. */
export function MetricPane({ metric, catalogue, open, edit, close }: Props) {
  const format = useFormat();
  const [rows, setRows] = useState<RowsAsk | null>(null);
  const today = useQuery({ ...todayOptions(), retry: false });
  const last = today.data?.date;
  const span = last ? lastDays(last, 28) : null;
  const extra =
    metric && metric.state !== "draft" && span ? (
      <ExportButton query={{ metrics: [metric.name], grain: "day", from: span.start, to: span.end }} />
    ) : null;
  const title = metric ? (
    <span>
      {format.say(metric.title)} <code className="pane-code">{metric.name}</code>
    </span>
  ) : (
    ""
  );
  return (
    <>
      <SidePane open={metric !== null && rows === null} title={title} extra={extra} close={close} width={640} testid="metric">
        {metric ? (
          <>
            <MetricVersions name={metric.name} open={open} edit={edit} gone={close} />
            <Definition key={metric.name} metric={metric} catalogue={catalogue} open={open} span={span} rows={setRows} format={format} />
          </>
        ) : null}
      </SidePane>
      <RowsPane
        ask={rows}
        title={metric ? format.say(metric.title) : ""}
        about={rows ? format.span(rows.from, rows.to) : null}
        close={() => setRows(null)}
      />
    </>
  );
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="block">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

type Span = { start: string; end: string };
type DefinitionProps = {
  metric: Shown;
  catalogue: Catalogue;
  open: (name: string) => void;
  span: Span | null;
  rows: (ask: RowsAsk) => void;
  format: Format;
};

function Definition({ metric, catalogue, open, span, rows, format }: DefinitionProps) {
  const { t } = useTranslation();
  const names = useNames();
  const draft = metric.state === "draft";
  const query = useQuery({ ...metricOptions(metric.name), enabled: !draft });
  const full: Shown = query.data ?? metric;
  const dimensions = catalogue.dimensions.filter((dimension) => metric.dimensions.includes(dimension.name));
  return (
    <div className="definition">
      <p className="definition-lead">{format.say(metric.description)}</p>
      {draft ? null : <Live metric={metric} span={span} rows={rows} format={format} />}
      {draft || !span ? null : <MetricCourse metric={metric} span={span} />}
      <Block title={t("catalogue.formula")}>
        <p className="formula">{format.say(metric.formula)}</p>
        {metric.expression ? <pre className="code">{metric.expression}</pre> : null}
      </Block>
      <dl className="facts facts-grid">
        {(
          [
            [t("catalogue.class"), names.class(metric.class)],
            [t("catalogue.scope"), t(`scope.${metric.scope}`)],
            [t("catalogue.use"), metric.use.map(names.use).join(" · ")],
            [t("catalogue.unit"), names.unit(metric.unit)],
            [t("catalogue.clock"), [...new Set([metric.clock, ...metric.clocks])].map(names.clock).join(" · ")],
            [t("catalogue.direction"), names.direction(metric.direction)],
            [t("catalogue.additivity"), names.additivity(metric.additivity)],
            [t("catalogue.owner"), names.owner(metric.owner)],
            [t("catalogue.monitorable"), metric.monitorable ? t("rows.yes") : t("rows.no")],
          ] as const
        ).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {draft ? null : (
        <Block title={t("catalogue.lineage")}>
          <Lineage metric={metric} catalogue={catalogue} open={open} format={format} />
        </Block>
      )}
      {dimensions.length ? (
        <Block title={t("catalogue.dimensions")}>
          <p className="tags">
            {dimensions.map((dimension) => (
              <span className="tag" key={dimension.name} title={dimension.name}>
                {format.say(dimension.title)}
              </span>
            ))}
          </p>
        </Block>
      ) : null}
      {full.example ? (
        <Block title={t("catalogue.example")}>
          <Example example={full.example} unit={full.unit} format={format} />
        </Block>
      ) : null}
      {query.error ? <ErrorPanel error={query.error} what={t("catalogue.sql")} retry={() => void query.refetch()} /> : null}
      {query.isPending && !draft ? <Bone height={120} /> : null}
      {full.sql ? (
        <Block title={t("catalogue.sql")}>
          <p className="muted">{t("catalogue.sqlHint")}</p>
          <Sql text={full.sql} />
        </Block>
      ) : null}
    </div>
  );
}

function Live({ metric, span, rows, format }: { metric: Shown; span: Span | null; rows: (ask: RowsAsk) => void; format: Format }) {
  const { t } = useTranslation();
  const ask = { metrics: [metric.name], from: span?.start ?? "", to: span?.end ?? "" };
  const whole = useQuery({ ...answerOptions({ ...ask, grain: "total" }), enabled: span !== null });
  const days = useQuery({ ...answerOptions({ ...ask, grain: "day", limit: 31 }), enabled: span !== null });
  if (whole.error) return <ErrorPanel error={whole.error} what={t("catalogue.live")} retry={() => void whole.refetch()} />;
  if (!whole.data || !span) return <Bone height={76} />;
  const currency = whole.data.metrics[0]?.currency;
  const value = whole.data.rows[0]?.[metric.name] ?? whole.data.total?.[metric.name] ?? null;
  const points = (days.data?.rows ?? []).map((row) => ({ period: String(row.period), value: row[metric.name] ?? null }));
  const note = whole.data.notes.map((entry) => format.say(entry)).join(" ");
  return (
    <button
      type="button"
      className="stat live"
      data-testid="live"
      data-value={value ?? ""}
      onClick={() => rows({ metric: metric.name, from: span.start, to: span.end, where: [] })}
      title={t("rows.open")}
    >
      <span className="stat-name">
        {t("catalogue.live")} · {format.span(span.start, span.end)}
        <span className="textlink">{t("rows.open")}</span>
      </span>
      <span className="stat-main">
        <span className="stat-value" title={format.figure(value, metric.unit, { currency })}>
          {format.brief(value, metric.unit, { currency })}
        </span>
        <Spark points={points} width={300} />
      </span>
      {toNumber(value) === null ? (
        <span className="muted">{note || t("catalogue.liveNone")}</span>
      ) : note ? (
        <span className="muted">{note}</span>
      ) : null}
    </button>
  );
}

function Lineage({ metric, catalogue, open, format }: { metric: Shown; catalogue: Catalogue; open: (name: string) => void; format: Format }) {
  const { t } = useTranslation();
  const by = new Map(catalogue.metrics.map((entry) => [entry.name, entry]));
  const chip = (name: string) => {
    const entry = by.get(name);
    return entry ? (
      <button type="button" className="chip-link" key={name} onClick={() => open(name)}>
        {format.say(entry.title)}
      </button>
    ) : (
      <span className="tag" key={name}>
        {name}
      </span>
    );
  };
  return (
    <div className="lineage">
      <div>
        <span className="muted">{t("catalogue.dependsOn")}</span>
        {metric.depends_on.length ? metric.depends_on.map(chip) : <em>{t("catalogue.basic")}</em>}
      </div>
      <i aria-hidden="true">{"\u2192"}</i>
      <div className="lineage-self">
        <strong>{format.say(metric.title)}</strong>
      </div>
      <i aria-hidden="true">{"\u2192"}</i>
      <div>
        <span className="muted">{t("catalogue.usedBy")}</span>
        {metric.used_by.length ? metric.used_by.map(chip) : <em>{t("catalogue.unused")}</em>}
      </div>
    </div>
  );
}

const isTable = (value: unknown): value is Record<string, unknown>[] =>
  Array.isArray(value) && value.length > 0 && value.every((row) => typeof row === "object" && row !== null && !Array.isArray(row));

function Value({ value, format }: { value: unknown; format: Format }): ReactNode {
  if (isTable(value)) {
    const names = [...new Set(value.flatMap((row) => Object.keys(row)))];
    return (
      <table className="mini">
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {value.slice(0, 12).map((row) => (
            <tr key={JSON.stringify(row)}>
              {names.map((name) => (
                <td key={name}>{row[name] === null || row[name] === undefined ? "\u2014" : String(row[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    );
  }
  if (typeof value === "object" && value !== null && "en" in value && "zh" in value) return format.say(value as { en: string; zh: string });
  if (typeof value === "object" && value !== null && Object.values(value).some(isTable)) {
    return Object.entries(value).map(([name, part]) => (
      <div key={name} className="mini-table">
        <code>{name}</code>
        <Value value={part} format={format} />
      </div>
    ));
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([name, part]) => `${name} = ${typeof part === "object" ? JSON.stringify(part) : String(part)}`)
      .join(", ");
  }
  return String(value);
}

const SPAN = /^(\d{4}-\d{2}-\d{2}):(\d{4}-\d{2}-\d{2})$/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** A part of an example as it is read elsewhere: dates as a span, the figure in its unit. */
function said(key: string, value: unknown, unit: string, format: Format): unknown {
  const [, start, end] = (key === "period" && typeof value === "string" && SPAN.exec(value)) || [];
  if (start && end) return format.span(start, end);
  return key === "expect" && NUMBER.test(String(value)) ? format.figure(String(value), unit) : value;
}

function Example({ example, unit, format }: { example: Record<string, unknown>; unit: string; format: Format }) {
  const { t } = useTranslation();
  const known: Record<string, string> = {
    given: t("catalogue.given"),
    expect: t("catalogue.expect"),
    rows: t("catalogue.rows"),
    period: t("catalogue.period"),
  };
  const name = (key: string) => known[key] ?? key.replaceAll("_", " ");
  return (
    <dl className="facts">
      {Object.entries(example).map(([key, value]) => (
        <div key={key} className="facts-row">
          <dt>{name(key)}</dt>
          <dd className="num">
            <Value value={said(key, value, unit, format)} format={format} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Sql({ text }: { text: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard?.writeText(text).then(() => setCopied(true));
  };
  return (
    <div className="sql">
      <Button size="small" type="text" icon={<CopyOutlined />} onClick={copy}>
        {copied ? t("catalogue.copied") : t("catalogue.copy")}
      </Button>
      <pre className="code">{text}</pre>
    </div>
  );
}
