/** How long it took: figures and bins, by value, and over time. */

import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { IntervalAnswer, IntervalCell, SpreadPlace } from "@/api/spread";
import { Lines } from "@/charts/Lines";
import { formatShare, MISSING } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Column, Sheet } from "@/kit/Sheet";
import { useFormat } from "@/kit/use";
import { closedUntil } from "./definition";
import { share } from "./given";
import { useLength } from "./length";
import { Bins, BinsTable, Figures } from "./Spread";

type Props = {
  answer: IntervalAnswer;
  field: string;
  value: (value: string | null) => string;
  open: ((place: SpreadPlace) => void) | undefined;
};

const TREND_HEIGHT = 190;
const UNITS = [
  ["days", 86_400_000, 2],
  ["hours", 3_600_000, 2],
  ["minutes", 60_000, 2],
  ["seconds", 1_000, 0],
] as const;

/** Show the answer. */
export function IntervalBody({ answer, field, value, open }: Props) {
  const { t } = useTranslation();
  const length = useLength();
  const { total } = answer;
  const told = (ms: number | null) => (ms === null ? MISSING : length.tell(ms));
  const edges = answer.bins.map((bin) => ({ low: bin.from_ms, high: bin.below_ms, name: length.bin(bin.from_ms, bin.below_ms) }));
  return (
    <>
      <Panel title={t("spread.binsInterval")} hint={t("spread.binsIntervalHint")}>
        <Figures
          figures={[
            { name: t("spread.least"), text: told(total.times.least_ms) },
            { name: t("spread.quartile.p25"), text: told(total.times.p25_ms) },
            { name: t("spread.quartile.median"), text: told(total.times.median_ms), main: true },
            { name: t("spread.quartile.p75"), text: told(total.times.p75_ms) },
            { name: t("spread.most"), text: told(total.times.most_ms) },
            { name: t("spread.mean"), text: told(total.times.mean_ms) },
          ]}
        />
        <Bins
          edges={edges}
          counts={total.bins}
          total={total.intervals}
          quartiles={{ p25: total.times.p25_ms, median: total.times.median_ms, p75: total.times.p75_ms }}
          tell={length.tell}
          steps={0}
          counted={t("spread.intervals")}
          name={t("spread.binsInterval")}
          open={open ? (bin) => open({ bin, cell: "total", value: null }) : undefined}
        />
      </Panel>
      {answer.breakdown.length ? (
        <Panel title={t("funnel.byValue", { fields: field })} hint={t("spread.byValueHint")}>
          <ByValue answer={answer} value={value} open={open} />
        </Panel>
      ) : null}
      {answer.trend.length ? <Trend answer={answer} open={open} /> : null}
      <Panel title={t("spread.binsTable")}>
        <BinsTable
          edges={edges}
          counts={total.bins}
          total={total.intervals}
          counted={t("spread.intervals")}
          open={open ? (bin) => open({ bin, cell: "total", value: null }) : undefined}
        />
      </Panel>
    </>
  );
}

function ByValue({ answer, value, open }: Omit<Props, "field">) {
  const { t } = useTranslation();
  const format = useFormat();
  const length = useLength();
  const told = (ms: number | null) => (ms === null ? MISSING : length.tell(ms));
  const called = (cell: IntervalCell) => (cell.kind === "other" ? t("analysis.other") : value(cell.kind === "none" ? null : (cell.value ?? null)));
  const count = (cell: IntervalCell) => {
    const shown = format.count(cell.intervals);
    if (cell.kind === "other") return <Tooltip title={t("analysis.noList")}>{shown}</Tooltip>;
    if (!open || cell.masked || !cell.intervals) return shown;
    const place: SpreadPlace = { bin: null, cell: cell.kind === "none" ? "none" : "value", value: cell.value ?? null };
    return (
      <button
        type="button"
        className="analysis-number num"
        aria-label={`${t("spread.openCell", { cell: called(cell) })}: ${shown}`}
        onClick={() => open(place)}
      >
        {shown}
      </button>
    );
  };
  const time = (key: "p25_ms" | "median_ms" | "p75_ms" | "mean_ms", title: string): Column<IntervalCell> => ({
    key,
    title,
    number: true,
    sort: (a, b) => (a.times[key] ?? 0) - (b.times[key] ?? 0),
    cell: (cell) => (key === "median_ms" ? <strong>{told(cell.times[key])}</strong> : told(cell.times[key])),
  });
  const columns: Column<IntervalCell>[] = [
    { key: "value", title: t("analysis.value"), cell: (cell) => <span className={cell.kind === "value" ? "" : "muted"}>{called(cell)}</span> },
    { key: "intervals", title: t("spread.intervals"), number: true, sort: (a, b) => a.intervals - b.intervals, cell: count },
    {
      key: "share",
      title: t("spread.ofAll"),
      number: true,
      cell: (cell) => formatShare(share(cell.intervals, answer.total.intervals) ?? 0, format.language),
    },
    { key: "people", title: t("spread.people"), number: true, cell: (cell) => format.count(cell.people) },
    time("p25_ms", t("spread.quartile.p25")),
    time("median_ms", t("spread.quartile.median")),
    time("p75_ms", t("spread.quartile.p75")),
    time("mean_ms", t("spread.mean")),
  ];
  return (
    <Sheet<IntervalCell>
      label={t("spread.byValueTable")}
      rows={answer.breakdown}
      rowKey={(cell) => `${cell.kind}:${cell.value ?? ""}`}
      columns={columns}
      scroll={{ x: "max-content" }}
    />
  );
}

function Trend({ answer, open }: Pick<Props, "answer" | "open">) {
  const { t } = useTranslation();
  const format = useFormat();
  const most = Math.max(0, ...answer.trend.map((cell) => cell.times.median_ms ?? 0));
  const [unit, size, digits] = UNITS.find(([, ms, least]) => most >= ms * least) ?? UNITS[3];
  const title = t("spread.trendInterval", { unit: t(`spread.unit.${unit}`) });
  const points = answer.trend.map((cell) => ({
    period: cell.bucket ?? "",
    value: cell.times.median_ms === null ? null : (cell.times.median_ms / size).toFixed(digits ? 2 : 1),
  }));
  return (
    <Panel title={title} hint={t("spread.trendIntervalHint")}>
      <Lines
        name={title}
        courses={[{ key: "median", name: t("spread.quartile.median"), unit: "count", rest: false, points }]}
        format={format}
        height={TREND_HEIGHT}
        wholeUntil={closedUntil(answer.trend.map((cell) => ({ bucket: cell.bucket ?? null, still_open: cell.still_open })))}
        anywhere
        {...(open ? { pick: (_: unknown, period: string) => open({ bin: null, cell: "bucket", value: period }) } : {})}
      />
    </Panel>
  );
}
