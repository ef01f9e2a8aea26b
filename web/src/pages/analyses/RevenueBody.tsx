/** The answer of a lifetime value: the curves of cohorts over their ages, and the triangle; every told figure opens to its members. */

import { Button, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RevenueAnswer, RevenuePlace, RevenueRow } from "@/api/money";
import { type Heat, type HeatRow, HeatScale, HeatTable } from "@/charts/HeatTable";
import { type Course, Lines } from "@/charts/Lines";
import { MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { useFormat } from "@/kit/use";
import { placeOn } from "./retentionDefinition";
import { figureOf, scaleOf, unitOf, usualPicks, VIEWS, type View } from "./revenueDefinition";
import { useRevenueNames } from "./revenueNames";
import { useRounded } from "./rounded";

const CURVE_HEIGHT = 260;
const CURVES_MOST = 6;
const ROWS_FIRST = 62;
const TOTAL = "total";
type Open = ((place: RevenuePlace) => void) | undefined;
type Props = {
  answer: RevenueAnswer;
  view: View;
  show: (view: View) => void;
  /** The cohorts whose curves are drawn; null: nobody chose. */
  picked: string[] | null;
  pick: (cohorts: string[]) => void;
  open: Open;
};
type PartProps = Pick<Props, "answer" | "view" | "open">;

const same = (period: string) => period;
const keyOf = (row: RevenueRow) => row.cohort ?? TOTAL;

/** Show a figure of a view: short where it stands in a narrow cell. */
function useShown(currency: string) {
  const format = useFormat(currency);
  const rounded = useRounded(currency);
  return (value: number, view: View) => (view === "bought" ? format.figure(value, "ratio") : rounded(value));
}

function Curve({ answer, view, picked, pick, open }: PartProps & Pick<Props, "picked" | "pick">) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const names = useRevenueNames(answer);
  const others = answer.cohorts.filter((row) => row.size > 0);
  const keys = picked ?? usualPicks(answer);
  const chosen = others.filter((row) => keys.includes(keyOf(row))).slice(0, CURVES_MOST);
  // Sums of all and of one cohort have no common axis.
  const rows = view === "value" ? chosen : [answer.total, ...chosen];
  const periods = answer.cells.map((_, cell) => names.age(cell));
  const courses = rows.map(
    (row): Course => ({
      key: keyOf(row),
      name: names.cohort(row.cohort),
      unit: unitOf(view),
      rest: false,
      points: periods.map((period, cell) => ({ period, value: figureOf(row.cells[cell], view) })),
    }),
  );
  const click = (course: Course, period: string) => {
    const cell = periods.indexOf(period);
    const row = rows.find((one) => keyOf(one) === course.key);
    if (row?.cells[cell]?.value != null) open?.({ cohort: row.cohort, cell });
  };
  return (
    <Panel
      title={t(`lifetime.curve.${view}`)}
      hint={t("lifetime.curveHint")}
      action={
        <Select
          mode="multiple"
          size="small"
          className="lifetime-pick"
          aria-label={t("lifetime.pick")}
          placeholder={t("lifetime.pickNone")}
          popupMatchSelectWidth={false}
          maxCount={CURVES_MOST}
          maxTagCount={4}
          optionFilterProp="label"
          value={chosen.map(keyOf)}
          options={others.map((row) => ({ value: keyOf(row), label: names.cohort(row.cohort) }))}
          onChange={pick}
        />
      }
    >
      <Lines
        name={t(`lifetime.curve.${view}`)}
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

function Triangle({ answer, view, open }: PartProps) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const names = useRevenueNames(answer);
  const shown = useShown(answer.currency);
  const [all, showAll] = useState(false);
  const scale = scaleOf(answer.cohorts, view);
  const heat = (row: RevenueRow, cell: number): Heat => {
    const told = row.cells[cell];
    const value = figureOf(told, view);
    if (!told || value === null) return null;
    const total = row.cohort === null;
    return {
      shown: shown(value, view),
      at: scale && !(total && view === "value") ? placeOn(value, scale) : null,
      label: t("lifetime.open", {
        row: names.cohort(row.cohort),
        age: names.age(cell),
        members: format.count(told.judged) as unknown as number,
        value: format.figure(told.value, "money"),
        each: told.per_member === null ? MISSING : format.figure(told.per_member, "money"),
        bought: format.count(told.buyers ?? 0),
      }),
      open: open && told.judged ? () => open({ cohort: row.cohort, cell }) : undefined,
    };
  };
  const size = (row: RevenueRow) => {
    const count = format.count(row.size);
    if (!open || !row.size) return count;
    const label = t("lifetime.openAll", { row: names.cohort(row.cohort), count });
    return (
      <button type="button" className="num" aria-label={label} title={label} onClick={() => open({ cohort: row.cohort, cell: null })}>
        {count}
      </button>
    );
  };
  const cohorts = all ? answer.cohorts : answer.cohorts.slice(-ROWS_FIRST);
  const rows = [answer.total, ...cohorts].map(
    (row): HeatRow => ({
      key: keyOf(row),
      name: names.cohort(row.cohort),
      title: row.cohort === null ? t("lifetime.allHint") : names.cohort(row.cohort),
      size: size(row),
      cells: answer.cells.map((_, cell) => heat(row, cell)),
      total: row.cohort === null,
    }),
  );
  return (
    <>
      <HeatTable
        label={t("lifetime.triangle")}
        corner={t("lifetime.cohort")}
        sizeName={t("lifetime.members")}
        columns={answer.cells.map((_, cell) => names.age(cell))}
        rows={rows}
        blank={t("lifetime.notOver")}
      />
      {cohorts.length < answer.cohorts.length ? (
        <Button size="small" type="link" onClick={() => showAll(true)}>
          {t("retention.showAll", { count: format.count(answer.cohorts.length) as unknown as number })}
        </Button>
      ) : null}
      <p className="lifetime-foot muted">
        <i className="lifetime-open" aria-hidden="true" /> {t("lifetime.notOver")}
        {toNumber(answer.without_person) ? <span>{t("lifetime.nobody", { money: format.brief(answer.without_person, "money") })}</span> : null}
      </p>
    </>
  );
}

/** Show the answer. */
export function RevenueBody({ answer, view, show, picked, pick, open }: Props) {
  const { t } = useTranslation();
  const shown = useShown(answer.currency);
  // Where somebody starts by buying everybody has bought.
  const views = answer.start === "order" ? VIEWS.slice(0, 2) : VIEWS;
  const now = views.includes(view) ? view : "each";
  const scale = scaleOf(answer.cohorts, now);
  return (
    <>
      <Panel
        title={t("lifetime.triangle")}
        hint={t("lifetime.triangleHint")}
        className="lifetime-heat"
        action={
          <>
            {scale ? <HeatScale from={shown(scale.low, now)} to={shown(scale.high, now)} /> : null}
            <Segmented<View>
              size="small"
              aria-label={t("lifetime.view")}
              value={now}
              options={views.map((one) => ({ value: one, label: t(`lifetime.views.${one}`) }))}
              onChange={show}
            />
          </>
        }
      >
        <Triangle answer={answer} view={now} open={open} />
      </Panel>
      {answer.cells.length > 1 ? <Curve answer={answer} view={now} picked={picked} pick={pick} open={open} /> : null}
    </>
  );
}
