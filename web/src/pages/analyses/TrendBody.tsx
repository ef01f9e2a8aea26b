/** A trend drawn: totals beside the earlier period, the course, the course of each value, and the numbers. */

import { Segmented } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { TrendAnswer, TrendDrawn, TrendLine, TrendPlace } from "@/api/trend";
import { type Course, Lines } from "@/charts/Lines";
import { isHour, MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Column, Sheet } from "@/kit/Sheet";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { useNames } from "./names";
import { drawable, drawnOf, isShare, lookedAt, wholeUntil } from "./trend";

const HEIGHT = 300;
type Open = ((place: TrendPlace) => void) | undefined;

/** What series are called, and in which unit a figure is written. */
export function useSeries(answer: TrendAnswer) {
  const { t } = useTranslation();
  const { event, field } = useNames();
  return useMemo(() => {
    const named = (letter: string): string => {
      // A formula is told with what its letters stand for.
      if (letter === "formula") return (answer.formula ?? "").replace(/\b[A-Z]\b/g, (one) => inside(named(one)));
      const one = answer.series.find((other) => other.letter === letter);
      if (!one) return letter;
      const of = one.of ? ` ${field(one.of)}` : "";
      const name = one.name.split(" / ").map(event).join(" / ");
      return `${name} · ${t(`trend.measures.${one.measure}`)}${of}`;
    };
    const unit = (letter: string) => (letter === "formula" && isShare(answer.formula) ? "ratio" : "count");
    const counted = (letter: string) => answer.series.find((other) => other.letter === letter)?.measure;
    return { named, unit, counted };
  }, [answer, t, event, field]);
}

/** A name inside a formula: in brackets where it reads as one itself. */
const inside = (name: string) => (name.includes(" / ") ? `(${name})` : name);

const atBucket = (format: Format, bucket: string) => (isHour(bucket) ? format.hourFull(bucket) : format.day(bucket));

/** What a line of the breakdown is called. */
function useLineName(answer: TrendAnswer): (line: TrendLine) => string {
  const { t } = useTranslation();
  const value = useValueName();
  return (line) => {
    if (line.kind === "other") return t("analysis.other");
    if (line.kind === "none") return t("analysis.none");
    return (line.values ?? []).map((one, index) => (one === null ? t("analysis.none") : value(answer.fields[index] ?? "", one))).join(" × ");
  };
}

const course = (answer: TrendAnswer, key: string, name: string, unit: string, points: (string | null)[], more: Partial<Course> = {}): Course => ({
  key,
  name,
  unit,
  rest: false,
  points: drawable(answer, points).map((value, index) => ({ period: answer.buckets[index]?.bucket ?? "", value: value ?? null })),
  ...more,
});

function useCourses(answer: TrendAnswer, shown: string): Course[] {
  const { t } = useTranslation();
  const { named, unit } = useSeries(answer);
  return useMemo(() => {
    const letters = shown === "all" ? answer.series.map((one) => one.letter) : [shown];
    return letters.flatMap((letter) => {
      const drawn = drawnOf(answer, answer.total, letter);
      const then = answer.before && letters.length === 1 ? drawnOf(answer, answer.before, letter) : null;
      if (!drawn) return [];
      const name = named(letter);
      const beside = (suffix: string, label: string, points: (string | null)[], more: Partial<Course>) =>
        course(answer, `${letter}-${suffix}`, label, unit(letter), points, more);
      return [
        // A line has little room for its name: that of the formula is beside its figure.
        course(answer, letter, letter === "formula" ? t("trend.formula") : name, unit(letter), drawn.points),
        ...(drawn.moving?.length && letters.length === 1 ? [beside("mean", t("trend.mean"), drawn.moving, { rest: true })] : []),
        ...(then ? [beside("before", t("trend.before"), then.points, { before: true })] : []),
      ];
    });
  }, [answer, shown, named, unit, t]);
}

function Totals({ answer, shown, look, open }: { answer: TrendAnswer; shown: string; look: (letter: string) => void; open: Open }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { named, unit } = useSeries(answer);
  const letters = [...(answer.formula ? ["formula"] : []), ...answer.series.map((one) => one.letter)];
  return (
    <div className="trend-totals">
      {letters.map((letter) => {
        const total = drawnOf(answer, answer.total, letter)?.total ?? null;
        const before = answer.before ? (drawnOf(answer, answer.before, letter)?.total ?? null) : null;
        const figure = format.figure(total, unit(letter));
        return (
          <div key={letter} className={letter === shown ? "trend-total is-shown" : "trend-total"}>
            <button type="button" className="trend-name" title={named(letter)} onClick={() => look(letter)}>
              <span className="mono muted">{letter === "formula" ? "ƒ" : letter}</span> {named(letter)}
            </button>
            {open && letter !== "formula" && total !== null ? (
              <button
                type="button"
                className="trend-figure num"
                aria-label={t("trend.openPoint", { name: named(letter), count: figure as unknown as number })}
                onClick={() => open({ series: letter, line: "total", value: null, bucket: null, before: false })}
              >
                {figure}
              </button>
            ) : (
              <span className="trend-figure num">{figure}</span>
            )}
            {answer.before ? (
              <span className="muted num">
                {format.change(before, total, unit(letter))} · {format.figure(before, unit(letter))}
              </span>
            ) : null}
          </div>
        );
      })}
    </div>
  );
}

function Values({ answer, shown, open }: { answer: TrendAnswer; shown: string; open: Open }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { named, unit } = useSeries(answer);
  const { field } = useNames();
  const called = useLineName(answer);
  const one = shown === "all" ? (answer.series[0]?.letter ?? "A") : shown;
  const courses = answer.breakdown.map((line, index) =>
    course(answer, String(index), called(line), unit(one), drawnOf(answer, line, one)?.points ?? [], { rest: line.kind === "other" }),
  );
  const letters = [...answer.series.map((other) => other.letter), ...(answer.formula ? ["formula"] : [])];
  const columns: Column<TrendLine>[] = [
    {
      key: "value",
      title: answer.fields.map(field).join(" × "),
      cell: (line) => <span className={line.kind === "value" ? "" : "muted"}>{called(line)}</span>,
    },
    ...letters.map(
      (letter): Column<TrendLine> => ({
        key: letter,
        title: named(letter),
        number: true,
        sort: (a, b) => (toNumber(drawnOf(answer, a, letter)?.total) ?? -1) - (toNumber(drawnOf(answer, b, letter)?.total) ?? -1),
        cell: (line) => {
          const figure = format.figure(drawnOf(answer, line, letter)?.total, unit(letter));
          const listed = open && letter !== "formula" && line.kind !== "other" && (line.kind === "none" || line.value != null);
          if (!listed) return figure;
          const place: TrendPlace = { series: letter, line: line.kind as "value" | "none", value: line.value ?? null, bucket: null, before: false };
          return (
            <button
              type="button"
              className="analysis-number num"
              aria-label={`${called(line)}: ${t("trend.openPoint", { name: named(letter), count: figure as unknown as number })}`}
              onClick={() => open(place)}
            >
              {figure}
            </button>
          );
        },
      }),
    ),
  ];
  return (
    <Panel title={t("trend.byValue", { fields: answer.fields.map(field).join(" × ") })} hint={t("trend.byValueHint")}>
      <Lines name={t("trend.values")} courses={courses} format={format} height={HEIGHT} wholeUntil={wholeUntil(answer)} />
      <Sheet<TrendLine>
        label={t("trend.byValue", { fields: "" })}
        rows={answer.breakdown}
        rowKey={(line) => `${line.kind}:${JSON.stringify(line.values)}`}
        columns={columns}
        scroll={{ x: "max-content" }}
      />
    </Panel>
  );
}

type Row = { index: number; bucket: string; state: "whole" | "cut" | "open" };

function Numbers({ answer }: { answer: TrendAnswer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { named, unit } = useSeries(answer);
  const letters = [...answer.series.map((one) => one.letter), ...(answer.formula ? ["formula"] : [])];
  const figure = (drawn: TrendDrawn | null, index: number, letter: string) => (drawn ? format.figure(drawn.points[index], unit(letter)) : MISSING);
  const rows = answer.buckets.map((one, index): Row => ({ index, ...one })).reverse();
  const columns: Column<Row>[] = [
    {
      key: "bucket",
      title: t("trend.bucket"),
      cell: (row) => (
        <>
          {atBucket(format, row.bucket)} {row.state === "whole" ? null : <span className="muted">({t(`trend.state.${row.state}`)})</span>}
        </>
      ),
    },
    ...letters.map(
      (letter): Column<Row> => ({
        key: letter,
        title: named(letter),
        number: true,
        cell: (row) => figure(drawnOf(answer, answer.total, letter), row.index, letter),
      }),
    ),
  ];
  return (
    <Panel title={t("trend.table")}>
      <Sheet<Row> label={t("trend.table")} rows={rows} rowKey={(row) => row.bucket} columns={columns} scroll={{ x: "max-content", y: 320 }} />
    </Panel>
  );
}

type Props = { answer: TrendAnswer; view: string | undefined; look: (view: string) => void; open: Open };

/** Show the answer. */
export function TrendBody({ answer, view, look, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = lookedAt(answer, view);
  const courses = useCourses(answer, shown);
  const choices = [
    ...(answer.series.length > 1 ? [{ value: "all", label: t("trend.all") }] : []),
    ...answer.series.map((one) => ({ value: one.letter, label: one.letter })),
    ...(answer.formula ? [{ value: "formula", label: t("trend.formula") }] : []),
  ];
  const pick = (one: Course, bucket: string) => {
    const [letter, kind] = one.key.split("-");
    if (!open || !letter || letter === "formula") return;
    const then = answer.buckets.find((other) => other.bucket === bucket)?.before ?? null;
    open({ series: letter, line: "total", value: null, bucket: kind === "before" ? then : bucket, before: kind === "before" });
  };
  return (
    <>
      <Panel
        title={t("trend.course")}
        hint={t("trend.courseHint")}
        action={choices.length > 1 ? <Segmented size="small" aria-label={t("trend.show")} value={shown} options={choices} onChange={look} /> : null}
      >
        <Totals answer={answer} shown={shown} look={look} open={open} />
        <Lines
          name={t("trend.course")}
          courses={courses}
          format={format}
          height={HEIGHT}
          wholeUntil={wholeUntil(answer)}
          long={(period) => atBucket(format, period)}
          anywhere={courses.length === 1}
          pick={pick}
        />
      </Panel>
      {answer.breakdown.length ? <Values answer={answer} shown={shown} open={open} /> : null}
      <Numbers answer={answer} />
    </>
  );
}
