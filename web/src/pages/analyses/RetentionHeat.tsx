/** The answer of a retention: cohorts as a heat map with their total on top, the curves, and the rows by value; every told number opens to its people. */

import { Button, Segmented, Select, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RetentionAnswer, RetentionCell, RetentionPlace, RetentionRow } from "@/api/retention";
import { type Heat, type HeatRow, HeatScale, HeatTable } from "@/charts/HeatTable";
import { type Course, Lines } from "@/charts/Lines";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Format, useFormat } from "@/kit/use";
import { useNames } from "./names";
import { isFirstTrivial, placeOn, rowKey, scaleOf } from "./retentionDefinition";
import { useRetentionNames } from "./retentionNames";

const CURVE_HEIGHT = 240;
const CURVES_MOST = 6;
const VALUES_FIRST = 5;
const ROWS_FIRST = 62;
export const VIEWS = ["rate", "count", "measure", "each"] as const;
export type View = (typeof VIEWS)[number];
type Open = ((place: RetentionPlace) => void) | undefined;
type Names = ReturnType<typeof useRetentionNames>;

/** Whose people a row stands for; null where it has no list. */
function placeOf(row: RetentionRow, cell: number | null): RetentionPlace | null {
  if (row.kind === "other" || (row.kind === "value" && row.value == null)) return null;
  const value = row.kind === "cohort" ? (row.cohort ?? "") : row.kind === "value" ? (row.value ?? "") : null;
  return { row: row.kind, value, cell, lost: false };
}

function shown(cell: RetentionCell, view: View, format: Format): string {
  if (view === "count") return format.count(cell.returned ?? 0);
  if (view === "rate") return cell.rate === null ? MISSING : formatShare(toNumber(cell.rate) ?? 0, format.language);
  return view === "measure" ? format.figure(cell.measure, "count") : format.figure(cell.per_member, "count", { even: true });
}

type TableProps = { answer: RetentionAnswer; rows: RetentionRow[]; label: string; corner: string; view: View; names: Names; open: Open };

function Table({ answer, rows, label, corner, view, names, open }: TableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const first = isFirstTrivial(answer) ? 1 : 0;
  const figure = (cell: RetentionCell) => (view === "measure" || view === "each" ? cell.per_member : cell.rate);
  // One scale for both tables, so that a colour means the same in each.
  const scale = scaleOf([answer.total, ...answer.cohorts, ...answer.breakdown], first, figure);
  const heat = (row: RetentionRow, index: number): Heat => {
    const cell = row.cells[index];
    if (!cell || cell.returned === null) return null;
    const place = placeOf(row, index);
    const value = toNumber(figure(cell));
    return {
      shown: shown(cell, view, format),
      at: value === null || index < first || !scale ? null : placeOn(value, scale),
      label: t("retention.open", {
        row: names.row(row),
        cell: names.cell(index),
        judged: format.count(cell.judged),
        back: format.count(cell.returned),
        rate: formatShare(toNumber(cell.rate) ?? 0, format.language),
      }),
      open: open && place && cell.judged ? () => open(place) : undefined,
    };
  };
  const size = (row: RetentionRow) => {
    const place = placeOf(row, null);
    const count = format.count(row.size);
    if (row.kind === "other") return <Tooltip title={t("analysis.noList")}>{count}</Tooltip>;
    if (!open || !place || !row.size) return count;
    return (
      <button type="button" className="num" aria-label={t("retention.openAll", { row: names.row(row), count })} onClick={() => open(place)}>
        {count}
      </button>
    );
  };
  const made = rows.map((row): HeatRow => {
    const name = names.row(row);
    return {
      key: rowKey(row),
      name: row.kind === "none" || row.kind === "other" ? <span className="muted">{name}</span> : name,
      title: row.kind === "total" ? t("retention.totalHint") : name,
      size: size(row),
      cells: answer.cells.map((_, index) => heat(row, index)),
      total: row.kind === "total",
    };
  });
  return (
    <HeatTable
      label={label}
      corner={corner}
      sizeName={t(answer.starts === "first" ? "retention.sizeFirst" : "retention.size")}
      columns={answer.cells.map((_, index) => names.cell(index))}
      rows={made}
    />
  );
}

type CurveProps = { answer: RetentionAnswer; names: Names; picked: string[] | null; pick: (rows: string[]) => void; open: Open };

function Curve({ answer, names, picked, pick, open }: CurveProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const first = isFirstTrivial(answer) ? 1 : 0;
  const others = [...answer.breakdown, ...answer.cohorts.filter((row) => row.size > 0)];
  // Until somebody chooses, the values that were asked by are compared.
  const chosen = (picked ? others.filter((row) => picked.includes(rowKey(row))) : answer.breakdown).slice(0, picked ? CURVES_MOST : VALUES_FIRST);
  const rows = [answer.total, ...chosen];
  const columns = answer.cells.map((_, index) => names.cell(index)).slice(first);
  const courses = rows.map(
    (row): Course => ({
      key: rowKey(row),
      name: names.row(row),
      unit: "ratio",
      rest: false,
      points: columns.map((period, index) => {
        const cell = row.cells[index + first];
        return { period, value: cell && cell.returned !== null ? cell.rate : null };
      }),
    }),
  );
  const click = (course: Course, period: string) => {
    const row = rows.find((one) => rowKey(one) === course.key);
    const place = row ? placeOf(row, columns.indexOf(period) + first) : null;
    if (place && row?.cells[place.cell ?? 0]?.returned != null) open?.(place);
  };
  return (
    <Panel
      title={t("retention.curve")}
      hint={t("retention.curveHint")}
      action={
        <Select
          mode="multiple"
          size="small"
          className="retention-pick"
          aria-label={t("retention.pick")}
          placeholder={t("retention.pickNone")}
          popupMatchSelectWidth={false}
          maxCount={CURVES_MOST}
          maxTagCount={2}
          optionFilterProp="label"
          value={chosen.map(rowKey)}
          options={others.map((row) => ({ value: rowKey(row), label: names.row(row) }))}
          onChange={pick}
        />
      }
    >
      <Lines
        name={t("retention.curve")}
        courses={courses}
        format={format}
        height={CURVE_HEIGHT}
        wholeUntil={null}
        short={same}
        long={same}
        anywhere={rows.length === 1}
        {...(open ? { pick: click } : {})}
      />
    </Panel>
  );
}

const same = (period: string) => period;

type Props = {
  answer: RetentionAnswer;
  field: string;
  view: View;
  show: (view: View) => void;
  picked: string[] | null;
  pick: (rows: string[]) => void;
  open: Open;
};

/** Show an answer. */
export function RetentionHeat({ answer, field, view, show, picked, pick, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const called = useNames();
  const names = useRetentionNames(answer, field);
  const [all, showAll] = useState(false);
  const views = answer.measure ? VIEWS : VIEWS.slice(0, 2);
  const now = views.includes(view) ? view : "rate";
  const first = isFirstTrivial(answer) ? 1 : 0;
  const scale = scaleOf([answer.total, ...answer.cohorts, ...answer.breakdown], first, (cell) => cell.rate);
  const rows = all ? answer.cohorts : answer.cohorts.slice(-ROWS_FIRST);
  const tools = (
    <>
      {scale && (now === "rate" || now === "count") ? (
        <HeatScale from={formatShare(scale.low, format.language)} to={formatShare(scale.high, format.language)} />
      ) : null}
      <Segmented<View>
        size="small"
        aria-label={t("retention.view")}
        value={now}
        options={views.map((one) => ({ value: one, label: t(`retention.use.view.${one}`) }))}
        onChange={show}
      />
    </>
  );
  const heat = (
    <Panel title={t("retention.heat")} hint={t("retention.heatHint")} className="retention-heat" action={answer.breakdown.length ? null : tools}>
      <Table
        answer={answer}
        rows={[answer.total, ...rows]}
        label={t("retention.heat")}
        corner={t("retention.cohort")}
        view={now}
        names={names}
        open={open}
      />
      {rows.length < answer.cohorts.length ? (
        <Button size="small" type="link" onClick={() => showAll(true)}>
          {t("retention.showAll", { count: format.count(answer.cohorts.length) as unknown as number })}
        </Button>
      ) : null}
    </Panel>
  );
  const curve = answer.cells.length - first > 1 ? <Curve answer={answer} names={names} picked={picked} pick={pick} open={open} /> : null;
  if (!answer.breakdown.length)
    return (
      <>
        {heat}
        {curve}
      </>
    );
  // What was asked by comes first.
  return (
    <>
      <Panel
        title={t("retention.byValue", { field: called.field(field) })}
        hint={t("retention.byValueHint")}
        className="retention-heat"
        action={tools}
      >
        <Table
          answer={answer}
          rows={[answer.total, ...answer.breakdown]}
          label={t("retention.byValue", { field: called.field(field) })}
          corner={called.field(field)}
          view={now}
          names={names}
          open={open}
        />
      </Panel>
      {curve}
      {heat}
    </>
  );
}
