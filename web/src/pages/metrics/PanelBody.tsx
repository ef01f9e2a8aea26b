/** What stands in a panel of a dashboard: a number, a course, bars, a table, a waterfall, a part of the tree, or a text. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { BoardData, BoardPanel, PanelData } from "@/api/boards";
import { catalogueOptions } from "@/api/keys";
import type { AnswerMetric, Condition, Figure, TreeNode } from "@/api/types";
import { BandLine } from "@/charts/BandLine";
import { DivergingBar } from "@/charts/DivergingBar";
import type { Flag } from "@/charts/flags";
import { type HBar, HBars } from "@/charts/HBars";
import { type Course, Lines } from "@/charts/Lines";
import { Waterfall } from "@/charts/Waterfall";
import { Delta } from "@/kit/Delta";
import { isHour, toNumber } from "@/kit/format";
import { type Column, Sheet } from "@/kit/Sheet";
import { Spark } from "@/kit/Spark";
import type { Format } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { BoardTile } from "./BoardTile";
import { Sentences } from "./Sentences";
import { useStepName } from "./steps";

/** Open the rows behind a figure: of a metric, on a day or in the whole period, under conditions. */
export type Open = (metric: string, where: Condition[], day?: string) => void;
type Props = { panel: BoardPanel; data: PanelData; board: BoardData; format: Format; flags: Flag[]; open: Open };

/** The name of a panel: its own, else what it shows. */
export function panelTitle(panel: BoardPanel, named: string, format: Format, words: { waterfall: string; tree: string }): string {
  const own = format.say(panel.title);
  if (own) return own;
  return panel.kind === "waterfall" || panel.kind === "tree" ? words[panel.kind] : named;
}

function Move({ metric, row, format }: { metric: AnswerMetric; row: Record<string, Figure>; format: Format }) {
  const now = toNumber(row[metric.name]);
  const before = toNumber(row[`${metric.name}.previous`]);
  const text = format.change(row[`${metric.name}.previous`], row[metric.name], metric.unit);
  return <Delta move={now === null || before === null ? null : now - before} text={text} direction={metric.direction} />;
}

function NumberBody({ panel, data, board, format, open }: Props) {
  const { t } = useTranslation();
  const metric = data.answer?.metrics[0];
  const row = data.answer?.rows[0];
  if (!metric || !row) return <p className="muted">{t("chart.noData")}</p>;
  return (
    <button
      type="button"
      className="board-number"
      onClick={() => open(metric.name, panel.where)}
      data-testid={`number-${metric.name}`}
      data-value={row[metric.name] ?? ""}
      title={format.figure(row[metric.name], metric.unit)}
    >
      <span className="board-number-main">
        <strong>{format.brief(row[metric.name], metric.unit)}</strong>
        {data.spark ? <Spark points={data.spark} width={90} height={30} /> : null}
      </span>
      <span className="board-number-move">
        <Move metric={metric} row={row} format={format} />{" "}
        {panel.at.w > 2 && toNumber(row[`${metric.name}.previous`]) !== null ? (
          <em>{t("boards.than", { days: format.days(board.compared_with.start, board.compared_with.end) })}</em>
        ) : null}
      </span>
    </button>
  );
}

function LineBody({ panel, data, format, flags, open }: Props) {
  const { t } = useTranslation();
  const nameOf = useValueName();
  const metric = data.answer?.metrics[0];
  const by = panel.by[0];
  const courses = useMemo<Course[]>(() => {
    const units = new Map(data.answer?.metrics.map((one) => [one.name, one]) ?? []);
    return (data.lines ?? []).map((line) => ({
      key: line.key,
      rest: line.kind === "rest",
      before: line.kind === "before",
      unit: (line.kind === "metric" ? units.get(line.key) : metric)?.unit ?? "count",
      name:
        line.kind === "rest"
          ? t("boards.rest")
          : line.kind === "before"
            ? t("hours.before")
            : line.kind === "metric"
              ? format.say(units.get(line.key)?.title ?? null)
              : nameOf(by ?? "", line.key),
      points: line.points,
    }));
  }, [data, metric, by, format, nameOf, t]);
  if (!metric || !courses.some((course) => course.points.some((point) => point.value !== null))) return <p className="muted">{t("chart.noData")}</p>;
  const name = format.say(metric.title);
  if (data.band) {
    return (
      <BandLine
        points={data.band}
        unit={metric.unit}
        name={name}
        format={format}
        height="100%"
        flags={flags}
        pick={(day) => open(metric.name, panel.where, day)}
      />
    );
  }
  const daily = data.answer?.grain === "day" || Boolean(by);
  const day = (period: string) => (isHour(period) ? period.slice(0, 10) : daily ? period : undefined);
  return (
    <Lines
      courses={courses}
      name={name}
      format={format}
      height="100%"
      wholeUntil={data.whole_until}
      flags={flags}
      pick={(course, period) => {
        if (course.before) return;
        if (!by) open(course.key, panel.where, day(period));
        else if (!course.rest) open(metric.name, [...panel.where, { field: by, op: "=", value: course.key }], day(period));
      }}
    />
  );
}

function condition(field: string, value: Figure | boolean | undefined): Condition {
  return value === null || value === undefined ? { field, op: "is null", value: null } : { field, op: "=", value: value as string };
}

function BarsBody({ panel, data, format, open }: Props) {
  const { t } = useTranslation();
  const nameOf = useValueName();
  const answer = data.answer;
  const by = panel.by[0];
  const metric = answer?.metrics[0];
  if (!answer || !metric || answer.rows.length === 0) return <p className="muted">{t("chart.noData")}</p>;
  const bars: HBar[] = by
    ? answer.rows.map((row, index) => ({
        key: String(row[by] ?? index),
        name: row[by] === null ? t("boards.none") : nameOf(by, row[by]),
        value: toNumber(row[metric.name]),
        shown: format.brief(row[metric.name], metric.unit),
        move: <Move metric={metric} row={row} format={format} />,
        open: () => open(metric.name, [...panel.where, condition(by, row[by])]),
      }))
    : answer.metrics.map((one) => ({
        key: one.name,
        name: format.say(one.title),
        value: toNumber(answer.rows[0]?.[one.name]),
        shown: format.brief(answer.rows[0]?.[one.name], one.unit),
        move: <Move metric={one} row={answer.rows[0] ?? {}} format={format} />,
        open: () => open(one.name, panel.where),
      }));
  const rest = data.rest?.[metric.name] as Figure | undefined;
  if (rest !== undefined)
    bars.push({ key: "\u0000rest", name: t("boards.rest"), value: toNumber(rest), shown: format.brief(rest, metric.unit), rest: true });
  return <HBars bars={bars} label={format.say(metric.title)} />;
}

type TableRow = Record<string, Figure> & { "#": string };

/** Give the name of a dimension, as the library has it. */
export function useDimensionName(format: Format): (field: string) => string {
  const { data } = useQuery(catalogueOptions());
  return (field) => (data ? format.say(data.dimensions.find((one) => one.name === field)?.title ?? null) || field.replaceAll("_", " ") : "\u00a0");
}

function TableBody({ panel, data, format, open }: Props) {
  const { t } = useTranslation();
  const nameOf = useValueName();
  const dimension = useDimensionName(format);
  const answer = data.answer;
  if (!answer || answer.rows.length === 0) return <p className="muted">{t("chart.noData")}</p>;
  const rows: TableRow[] = answer.rows.map((row, index) => ({ ...row, "#": String(index) }));
  if (answer.total && panel.by.length) rows.push({ ...answer.total, "#": "total" });
  const whole = (row: TableRow) => row["#"] === "total";
  const columns: Column<TableRow>[] = [
    ...panel.by.map((field, index) => ({
      key: field,
      title: dimension(field),
      cell: (row: TableRow): ReactNode =>
        whole(row) ? index === 0 ? <strong>{t("chart.total")}</strong> : null : row[field] === null ? t("boards.none") : nameOf(field, row[field]),
    })),
    ...answer.metrics.flatMap((metric, index) => [
      {
        key: metric.name,
        title: format.say(metric.title),
        number: true,
        sort: (a: TableRow, b: TableRow) => (whole(a) || whole(b) ? 0 : (toNumber(a[metric.name]) ?? 0) - (toNumber(b[metric.name]) ?? 0)),
        cell: (row: TableRow) => <span title={format.figure(row[metric.name], metric.unit)}>{format.brief(row[metric.name], metric.unit)}</span>,
      },
      ...(index === 0
        ? [{ key: "move", title: t("boards.change"), number: true, cell: (row: TableRow) => <Move metric={metric} row={row} format={format} /> }]
        : []),
    ]),
  ];
  return (
    <Sheet
      label={panel.id}
      rows={rows}
      columns={columns}
      rowKey={(row) => row["#"]}
      open={(row) =>
        open(answer.metrics[0]?.name ?? "", [...panel.where, ...(whole(row) ? [] : panel.by.map((field) => condition(field, row[field])))])
      }
    />
  );
}

function WaterfallBody({ data, board, format }: Props) {
  const { t } = useTranslation();
  const stepName = useStepName(format);
  const tree = data.tree;
  if (!tree || tree.waterfall.every((step) => toNumber(step.amount) === 0)) return <p className="muted">{t("chart.noData")}</p>;
  return (
    <div className="board-why">
      <Waterfall steps={tree.waterfall} format={format} height="100%" name={t("boards.waterfall")} label={stepName} />
      <Sentences sentences={tree.sentences.filter((sentence) => sentence.node !== "revenue").slice(0, 2)} format={format} />
      <Link
        to="/metrics/tree"
        search={{
          start: board.period.start,
          end: board.period.end,
          vs: "custom",
          vs_start: board.compared_with.start,
          vs_end: board.compared_with.end,
        }}
      >
        {t("boards.openTree")}
      </Link>
    </div>
  );
}

function TreeBody({ data, format, open, panel }: Props) {
  const { t } = useTranslation();
  const nodes = data.tree?.nodes ?? [];
  if (!nodes.length) return <p className="muted">{t("chart.noData")}</p>;
  const most = Math.max(...nodes.map((node) => Math.abs(toNumber(node.contribution) ?? 0)));
  const columns: Column<TreeNode>[] = [
    {
      key: "node",
      title: t("boards.node"),
      cell: (node) => (
        <span className={`board-depth board-depth-${Math.min(3, node.id.split(".").length - (node.parent === null ? 1 : 0))}`}>
          {format.say(node.title)}
        </span>
      ),
    },
    { key: "to", title: t("boards.value"), number: true, cell: (node) => format.brief(node.to, node.unit) },
    {
      key: "change",
      title: t("boards.change"),
      number: true,
      cell: (node) => <Delta move={node.change} text={format.change(node.from, node.to, node.unit)} direction={node.direction} />,
    },
    {
      key: "bar",
      title: t("boards.contribution"),
      cell: (node) => {
        const value = toNumber(node.contribution) ?? 0;
        return <DivergingBar value={value} most={most} tone={value > 0 ? "good" : value < 0 ? "bad" : "flat"} />;
      },
    },
    { key: "money", title: "", number: true, cell: (node) => format.brief(node.contribution, "money", { sign: true, currency: "" }) },
  ];
  return (
    <Sheet
      label={t("boards.tree")}
      rows={nodes}
      columns={columns}
      rowKey={(node) => node.id}
      open={(node) => open(node.metric, [...panel.where, ...node.where])}
    />
  );
}

const BODIES = { number: NumberBody, line: LineBody, bars: BarsBody, table: TableBody, waterfall: WaterfallBody, tree: TreeBody };

/** Show what a panel holds. */
export function PanelBody(props: Props) {
  const { panel, format } = props;
  if (panel.kind === "text")
    return (
      <div className="board-text">
        {format
          .say(panel.text)
          .split("\n")
          .map((line, index) => (
            <p key={`${index}-${line}`}>{line}</p>
          ))}
      </div>
    );
  if (panel.kind === "analysis") return <BoardTile {...props} />;
  const Body = BODIES[panel.kind];
  return <Body {...props} />;
}
