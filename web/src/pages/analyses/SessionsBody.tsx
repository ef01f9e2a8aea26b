/** The answer of sessions: their figures and lengths, how many over time, with what they begin and end, and by value. */

import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { SessionsAnswer, SessionsCell, SessionsEdge, SessionsNode, SessionsPlace } from "@/api/sessions";
import { HBars } from "@/charts/HBars";
import { Lines } from "@/charts/Lines";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Column, Sheet } from "@/kit/Sheet";
import { useFormat } from "@/kit/use";
import { closedUntil } from "./definition";
import { useLength } from "./length";
import { Bins, Figures } from "./Spread";
import "./kinds.css";

type Open = ((place: Partial<SessionsPlace>) => void) | undefined;
type Props = {
  answer: SessionsAnswer;
  field: string;
  value: (value: string | null) => string;
  node: (node: SessionsNode) => string;
  open: Open;
};

const TREND_HEIGHT = 190;

/** Show the answer. */
export function SessionsBody({ answer, field, value, node, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const length = useLength();
  const { total } = answer;
  const told = (ms: number | null) => (ms === null ? MISSING : length.tell(ms));
  const edges = answer.bins.map((bin) => ({ low: bin.from_ms, high: bin.below_ms, name: length.bin(bin.from_ms, bin.below_ms) }));
  const each = (text: string | null) => (text === null ? MISSING : format.figure(text, "count", { even: true }));
  return (
    <>
      <Panel title={t("sessions.lengths")} hint={t("sessions.lengthsHint")}>
        <Figures
          figures={[
            { name: t("sessions.sessions"), text: format.count(total.sessions), main: true },
            { name: t("sessions.people"), text: format.count(total.people) },
            { name: t("sessions.perPerson"), text: each(total.per_person) },
            { name: t("sessions.eventsEach"), text: each(total.events_each) },
            { name: t("sessions.bounceShare"), text: formatShare(toNumber(total.bounce_share) ?? 0, format.language) },
            { name: t("sessions.medianLength"), text: told(total.times.median_ms), main: true },
            { name: t("sessions.meanLength"), text: told(total.times.mean_ms) },
          ]}
        />
        <Bins
          edges={edges}
          counts={total.bins}
          total={total.sessions}
          quartiles={{ p25: total.times.p25_ms, median: total.times.median_ms, p75: total.times.p75_ms }}
          tell={length.tell}
          steps={0}
          counted={t("sessions.sessions")}
          name={t("sessions.lengths")}
          open={open ? (bin) => open({ bin }) : undefined}
        />
      </Panel>
      {answer.trend.length ? <Trend answer={answer} open={open} /> : null}
      <div className="kinds-pair">
        <Edges title={t("sessions.entries")} edges={answer.entries} node={node} open={open ? (entry) => open({ entry }) : undefined} />
        <Edges title={t("sessions.exits")} edges={answer.exits} node={node} open={open ? (exit) => open({ exit }) : undefined} />
      </div>
      {answer.breakdown.length ? (
        <Panel title={t("funnel.byValue", { fields: field })} hint={t("sessions.byValueHint")}>
          <ByValue answer={answer} value={value} open={open} />
        </Panel>
      ) : null}
    </>
  );
}

type EdgesProps = { title: string; edges: SessionsEdge[]; node: (node: SessionsNode) => string; open: ((node: SessionsNode) => void) | undefined };

function Edges({ title, edges, node, open }: EdgesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const bars = edges.map((edge) => {
    const named: SessionsNode | null = edge.name === null ? null : { name: edge.name, value: edge.value };
    return {
      key: `${edge.name ?? ""}:${edge.value ?? ""}`,
      name: named ? node(named) : t("analysis.other"),
      value: edge.sessions,
      shown: format.count(edge.sessions),
      move: formatShare(toNumber(edge.share) ?? 0, format.language),
      rest: edge.other,
      ...(open && named && !edge.masked ? { open: () => open(named) } : {}),
    };
  });
  return (
    <Panel title={title} hint={t("sessions.edgesHint")}>
      <HBars bars={bars} label={title} />
    </Panel>
  );
}

function Trend({ answer, open }: Pick<Props, "answer" | "open">) {
  const { t } = useTranslation();
  const format = useFormat();
  const course = (key: "sessions" | "people") => ({
    key,
    name: t(`sessions.${key}`),
    unit: "count",
    rest: false,
    points: answer.trend.map((cell) => ({ period: cell.bucket ?? "", value: String(cell[key]) })),
  });
  return (
    <Panel title={t("sessions.trend")} hint={t("sessions.trendHint")}>
      <Lines
        name={t("sessions.trend")}
        courses={[course("sessions"), course("people")]}
        format={format}
        height={TREND_HEIGHT}
        wholeUntil={closedUntil(answer.trend.map((cell) => ({ bucket: cell.bucket ?? null, still_open: cell.still_open })))}
        anywhere
        {...(open ? { pick: (_: unknown, period: string) => open({ cell: "bucket" as const, value: period }) } : {})}
      />
    </Panel>
  );
}

function ByValue({ answer, value, open }: Pick<Props, "answer" | "value" | "open">) {
  const { t } = useTranslation();
  const format = useFormat();
  const length = useLength();
  const called = (cell: SessionsCell) => (cell.kind === "other" ? t("analysis.other") : value(cell.kind === "none" ? null : (cell.value ?? null)));
  const told = (ms: number | null) => (ms === null ? MISSING : length.tell(ms));
  const count = (cell: SessionsCell) => {
    const shown = format.count(cell.sessions);
    if (cell.kind === "other") return <Tooltip title={t("analysis.noList")}>{shown}</Tooltip>;
    if (!open || cell.masked) return shown;
    const place = { cell: cell.kind === "none" ? ("none" as const) : ("value" as const), value: cell.value ?? null };
    return (
      <button
        type="button"
        className="analysis-number num"
        aria-label={`${t("sessions.openCell", { cell: called(cell) })}: ${shown}`}
        onClick={() => open(place)}
      >
        {shown}
      </button>
    );
  };
  const figure = (key: "per_person" | "events_each"): Pick<Column<SessionsCell>, "number" | "cell"> => ({
    number: true,
    cell: (cell) => format.figure(cell[key], "count", { even: true }),
  });
  const columns: Column<SessionsCell>[] = [
    { key: "value", title: t("analysis.value"), cell: (cell) => <span className={cell.kind === "value" ? "" : "muted"}>{called(cell)}</span> },
    { key: "sessions", title: t("sessions.sessions"), number: true, sort: (a, b) => a.sessions - b.sessions, cell: count },
    { key: "people", title: t("sessions.people"), number: true, cell: (cell) => format.count(cell.people) },
    { key: "per_person", title: t("sessions.perPerson"), ...figure("per_person") },
    { key: "events_each", title: t("sessions.eventsEach"), ...figure("events_each") },
    {
      key: "bounce",
      title: t("sessions.bounceShare"),
      number: true,
      sort: (a, b) => Number(a.bounce_share) - Number(b.bounce_share),
      cell: (cell) => formatShare(toNumber(cell.bounce_share) ?? 0, format.language),
    },
    {
      key: "median",
      title: t("sessions.medianLength"),
      number: true,
      sort: (a, b) => (a.times.median_ms ?? 0) - (b.times.median_ms ?? 0),
      cell: (cell) => <strong>{told(cell.times.median_ms)}</strong>,
    },
    { key: "mean", title: t("sessions.meanLength"), number: true, cell: (cell) => told(cell.times.mean_ms) },
  ];
  return (
    <Sheet<SessionsCell>
      label={t("sessions.byValueTable")}
      rows={answer.breakdown}
      rowKey={(cell) => `${cell.kind}:${cell.value ?? ""}`}
      columns={columns}
      scroll={{ x: "max-content" }}
    />
  );
}
