/** What the pages of intervals and of distributions share: the bins with the quartiles on them, figures in a row, the pane of people. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Bin, Histogram, type Mark } from "@/charts/Histogram";
import { formatShare, MISSING } from "@/kit/format";
import { type Column, Sheet } from "@/kit/Sheet";
import { useFormat } from "@/kit/use";
import { share } from "./given";
import { placeAmong, shownBins } from "./spreadDefinition";
import "./spread.css";

export type Edge = { low: number | null; high: number | null; name: string };
export type Quartiles = { p25: number | null; median: number | null; p75: number | null };
type Props = {
  edges: Edge[];
  counts: number[];
  total: number;
  quartiles: Quartiles;
  tell: (figure: number) => string;
  /** How far apart two figures are at least: 1 for counts, 0 for what is measured. */
  steps: number;
  counted: string;
  name: string;
  open: ((bin: number) => void) | undefined;
};

const HEIGHT = 260;

/** Draw the bins that hold somebody. */
export function Bins({ edges, counts, total, quartiles, tell, steps, counted, name, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { bins, marks } = useMemo(() => {
    const { first, last } = shownBins(counts);
    const bins = counts.slice(first - 1, last).map((count, index): Bin => {
      const of = share(count, total);
      return {
        number: first + index,
        name: edges[first - 1 + index]?.name ?? "",
        count,
        share: of === null ? MISSING : formatShare(of, format.language),
      };
    });
    const marks = (["p25", "median", "p75"] as const).flatMap((key): Mark[] => {
      const figure = quartiles[key];
      if (figure === null) return [];
      return [{ at: placeAmong(figure, edges, first, steps), text: `${t(`spread.quartile.${key}`)} ${tell(figure)}`, main: key === "median" }];
    });
    return { bins, marks };
  }, [edges, counts, total, quartiles, tell, steps, format, t]);
  return (
    <Histogram
      bins={bins}
      marks={marks}
      counted={counted}
      format={format}
      name={name}
      height={HEIGHT}
      pick={open ? (bin) => open(bin.number) : undefined}
    />
  );
}

type TableProps = Pick<Props, "edges" | "counts" | "total" | "counted" | "open">;
type Row = { number: number; name: string; count: number; below: number };

/** The bins that hold somebody as numbers, each with its share and that of all up to it. */
export function BinsTable({ edges, counts, total, counted, open }: TableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { first, last } = shownBins(counts);
  const rows = counts.slice(first - 1, last).map((count, index): Row => {
    const number = first + index;
    return { number, name: edges[number - 1]?.name ?? "", count, below: counts.slice(0, number).reduce((sum, one) => sum + one, 0) };
  });
  const percent = (part: number) => {
    const of = share(part, total);
    return of === null ? MISSING : formatShare(of, format.language);
  };
  const columns: Column<Row>[] = [
    { key: "bin", title: t("spread.bin"), cell: (row) => row.name },
    {
      key: "count",
      title: counted,
      number: true,
      cell: (row) =>
        open && row.count ? (
          <button
            type="button"
            className="analysis-number num"
            aria-label={`${t("spread.openBin", { bin: row.name })}: ${format.count(row.count)}`}
            onClick={() => open(row.number)}
          >
            {format.count(row.count)}
          </button>
        ) : (
          format.count(row.count)
        ),
    },
    { key: "share", title: t("spread.ofAll"), number: true, cell: (row) => percent(row.count) },
    { key: "below", title: t("spread.upTo"), number: true, cell: (row) => percent(row.below) },
  ];
  return <Sheet<Row> label={t("spread.binsTable")} rows={rows} rowKey={(row) => String(row.number)} columns={columns} />;
}

/** Figures in a row, each with its name. */
export function Figures({ figures }: { figures: { name: string; text: string; main?: boolean }[] }) {
  return (
    <dl className="spread-figures">
      {figures.map((figure) => (
        <div key={figure.name} className={figure.main ? "is-main" : ""}>
          <dt>{figure.name}</dt>
          <dd className="num">{figure.text}</dd>
        </div>
      ))}
    </dl>
  );
}
