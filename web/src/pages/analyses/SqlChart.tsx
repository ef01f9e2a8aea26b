/** The rows of a statement drawn: as courses over days, or as bars of named things. */

import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Cell, SqlAnswer } from "@/api/sql";
import { HBars } from "@/charts/HBars";
import { Lines } from "@/charts/Lines";
import { toNumber } from "@/kit/format";
import { Filter } from "@/kit/Page";
import { Empty } from "@/kit/states";
import type { Format } from "@/kit/use";
import type { SqlSearch } from "@/shell/analysePages";
import { type Chosen, COURSES_MOST, chosen, courses, dayOf, isDays } from "./sqlPlaces";

const HEIGHT = 320;
const BARS_MOST = 40;
type Props = { answer: SqlAnswer; search: SqlSearch; go: (patch: SqlSearch) => void; format: Format };

/** Show the chart with its choices. */
export function SqlChart({ answer, search, go, format }: Props) {
  const { t } = useTranslation();
  const pick = chosen(answer, search);
  if (!pick) return <Empty title={t("sql.chartNone")} text={t("sql.chartNoneText")} />;
  const all = answer.columns.map((one) => ({ value: one.name, label: one.name }));
  const numbers = answer.columns.filter((one) => one.kind === "number").map((one) => ({ value: one.name, label: one.name }));
  return (
    <>
      <div className="filters sql-choices">
        <Filter label={t("sql.x")}>
          <Select size="small" aria-label={t("sql.x")} value={pick.x} options={all} popupMatchSelectWidth={false} onChange={(x) => go({ x })} />
        </Filter>
        <Filter label={t("sql.y")}>
          <Select size="small" aria-label={t("sql.y")} value={pick.y} options={numbers} popupMatchSelectWidth={false} onChange={(y) => go({ y })} />
        </Filter>
        <Filter label={t("sql.by")}>
          <Select
            size="small"
            aria-label={t("sql.by")}
            value={pick.by ?? "-"}
            options={[{ value: "-", label: t("sql.noBy") }, ...all.filter((one) => one.value !== pick.x && one.value !== pick.y)]}
            popupMatchSelectWidth={false}
            onChange={(by) => go({ by })}
          />
        </Filter>
        {isDays(answer, pick.x) ? (
          <Segmented
            size="small"
            aria-label={t("sql.form")}
            value={pick.form}
            options={[
              { value: "line", label: t("sql.line") },
              { value: "bars", label: t("sql.bars") },
            ]}
            onChange={(form) => go({ form })}
          />
        ) : null}
      </div>
      {pick.form === "line" ? <Course answer={answer} pick={pick} format={format} /> : <Bars answer={answer} pick={pick} format={format} />}
    </>
  );
}

type Drawn = { answer: SqlAnswer; pick: Chosen; format: Format };

function Course({ answer, pick, format }: Drawn) {
  const { t } = useTranslation();
  const found = courses(answer, pick);
  if (!found) return <p className="muted sql-note">{t("sql.chartMany", { x: pick.x })}</p>;
  return (
    <>
      {found.left ? <p className="muted sql-note">{t("sql.chartTop", { count: COURSES_MOST })}</p> : null}
      <Lines
        name={t("sql.chart")}
        courses={found.groups.map((one) => ({ key: one.name, name: one.name, unit: "number", rest: false, points: one.points }))}
        format={format}
        height={HEIGHT}
        wholeUntil={null}
      />
    </>
  );
}

function Bars({ answer, pick, format }: Drawn) {
  const { t } = useTranslation();
  const at = (name: string) => answer.columns.findIndex((one) => one.name === name);
  const [x, y, by] = [at(pick.x), at(pick.y), pick.by === null ? -1 : at(pick.by)];
  const named = (value: Cell | undefined) => {
    const day = dayOf(value);
    return day ? format.day(day) : String(value ?? "\u2014");
  };
  const bars = answer.rows.slice(0, BARS_MOST).map((row, index) => ({
    key: String(index),
    name: [named(row[x] as Cell), ...(by < 0 ? [] : [named(row[by] as Cell)])].join(" · "),
    value: toNumber(row[y] as string | number | null),
    shown: format.figure(row[y] as string | number | null, "number"),
  }));
  return (
    <>
      {answer.rows.length > BARS_MOST ? <p className="muted sql-note">{t("sql.chartFirst", { count: BARS_MOST })}</p> : null}
      <HBars bars={bars} label={pick.y} />
    </>
  );
}
