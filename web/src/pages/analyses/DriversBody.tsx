/** What drives it: the tree, its leaves by how far they are from all, and what the tree held back. */

import { useTranslation } from "react-i18next";
import type { DriverLeaf, DriversAnswer } from "@/api/drivers";
import { Forest } from "@/charts/Forest";
import { Panel } from "@/kit/Panel";
import { type Column, Sheet } from "@/kit/Sheet";
import { type Format, useFormat } from "@/kit/use";
import { DriverTree } from "./DriverTree";
import { useDriverNames } from "./driverNames";
import { apart, byDistance, type DriversDefinition, steadiness } from "./driversDefinition";

export type Figure = (value: string | number) => string;
type Props = { answer: DriversAnswer; definition: DriversDefinition; figure: Figure; open: ((leaf: number | null) => void) | undefined };

/** Show the answer. */
export function DriversBody({ answer, definition, figure, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useDriverNames(definition);
  const total = Number(answer.total?.mean ?? 0);
  const count = (value: number) => format.count(value) as unknown as number;
  const leaves = byDistance(answer.leaves, total);
  const split = answer.leaves.length > 1;
  const row = (leaf: DriverLeaf) => {
    const { mean, low, high } = leaf.figure;
    const where = apart(leaf.figure, total);
    const name = names.way(leaf);
    return {
      key: String(leaf.leaf),
      name,
      note: t("drivers.leafNote", { n: leaf.leaf, people: count(leaf.people) }),
      low: Number(low),
      value: Number(mean),
      high: Number(high),
      told: t("drivers.told", { value: figure(mean), low: figure(low), high: figure(high) }),
      sure: t(`drivers.apart.${where}`),
      pale: where === "near",
      ...(open ? { pick: () => open(leaf.leaf), pickLabel: t("drivers.openNode", { node: name, count: count(leaf.people) }) } : {}),
    };
  };
  return (
    <>
      {split ? (
        <>
          <Panel title={t("drivers.tree")} hint={t("drivers.treeHint")} className="tree-canvas">
            <DriverTree answer={answer} names={names} figure={figure} format={format} open={open} />
          </Panel>
          <Panel title={t("drivers.leaves")} hint={t("drivers.leavesHint")}>
            <Forest
              groups={[{ key: "leaves", title: "", rows: leaves.map(row) }]}
              centre={total}
              tick={(value) => figure(value)}
              name={t("drivers.leaves")}
              heads={{ told: t(`drivers.figures.${answer.what}`), sure: t("drivers.beside", { total: figure(total) }) }}
            />
          </Panel>
        </>
      ) : null}
      <Panel title={t("drivers.honest")} hint={t("drivers.honestHint")}>
        <Honest answer={answer} names={names} format={format} />
      </Panel>
      {split ? (
        <Panel title={t("drivers.table")}>
          <Leaves answer={answer} names={names} figure={figure} open={open} />
        </Panel>
      ) : null}
    </>
  );
}

type Names = ReturnType<typeof useDriverNames>;

/** Who decided and who is counted, how steady the first split is, and what the tree does not say. */
function Honest({ answer, names, format }: { answer: DriversAnswer; names: Names; format: Format }) {
  const { t } = useTranslation();
  const { steady } = answer;
  const count = (value: number) => format.count(value) as unknown as number;
  const estimating = answer.total?.people ?? 0;
  const driver = (told: string) => (told === "(no split)" ? t("drivers.noSplit") : names.driver(told));
  const others = steady.first.slice(1).map((one) => t("drivers.times", { driver: driver(one.driver), count: one.times }));
  const first = steady.first[0];
  return (
    <ul className="drivers-honest">
      <li>{t("drivers.halves", { decide: count(answer.people - estimating), estimate: count(estimating) })}</li>
      {first && steady.resamples ? (
        <li>
          <strong>{t(`drivers.steady.${steadiness(steady.share)}`)}</strong>{" "}
          {t("drivers.resampled", { driver: driver(first.driver), times: first.times, of: steady.resamples, same: steady.same_split })}
          {others.length ? ` ${t("drivers.othersFirst", { list: others.join(format.language === "zh" ? "\u3001" : ", ") })}` : ""}
        </li>
      ) : (
        <li>{t("drivers.nothing")}</li>
      )}
      {answer.young ? <li>{t("drivers.young", { count: count(answer.young) })}</li> : null}
      <li>{t("drivers.notWhy")}</li>
    </ul>
  );
}

function Leaves({ answer, names, figure, open }: Pick<Props, "answer" | "figure" | "open"> & { names: Names }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns: Column<DriverLeaf>[] = [
    { key: "leaf", title: t("drivers.leaf"), number: true, width: 70, sort: (a, b) => a.leaf - b.leaf, cell: (leaf) => leaf.leaf },
    { key: "way", title: t("drivers.who"), cell: (leaf) => names.way(leaf, Number.POSITIVE_INFINITY) },
    {
      key: "people",
      title: t("drivers.people"),
      number: true,
      sort: (a, b) => a.people - b.people,
      cell: (leaf) =>
        open ? (
          <button
            type="button"
            className="analysis-number num"
            aria-label={`${t("drivers.leafOf", { n: leaf.leaf })}: ${format.count(leaf.people)}`}
            onClick={() => open(leaf.leaf)}
          >
            {format.count(leaf.people)}
          </button>
        ) : (
          format.count(leaf.people)
        ),
    },
    { key: "estimating", title: t("drivers.estimating"), number: true, cell: (leaf) => format.count(leaf.figure.people) },
    {
      key: "mean",
      title: t(`drivers.figures.${answer.what}`),
      number: true,
      sort: (a, b) => Number(a.figure.mean) - Number(b.figure.mean),
      cell: (leaf) => <strong>{figure(leaf.figure.mean)}</strong>,
    },
    { key: "low", title: t("drivers.low"), number: true, cell: (leaf) => figure(leaf.figure.low) },
    { key: "high", title: t("drivers.high"), number: true, cell: (leaf) => figure(leaf.figure.high) },
  ];
  return <Sheet<DriverLeaf> label={t("drivers.table")} rows={answer.leaves} rowKey={(leaf) => String(leaf.leaf)} columns={columns} />;
}
