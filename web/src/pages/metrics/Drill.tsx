/** A node's change split by a dimension; the rows sum to the change. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { catalogueOptions, decomposeOptions } from "@/api/keys";
import type { Condition, Decomposition, Dimension, Part, Span, TreeNode } from "@/api/types";
import { DivergingBar } from "@/charts/DivergingBar";
import { Delta, judge } from "@/kit/Delta";
import { toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { written } from "@/kit/period";
import { type Column, Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { useSplitChoices } from "./dimensions";
import { Sentences } from "./Sentences";

const FIRST = ["sales_channel", "property", "route", "market_segment", "device"];

/** The dimensions a metric can be split by, the most telling first. */
export function splits(dimensions: Dimension[], names: string[]): Dimension[] {
  const rank = (name: string) => (FIRST.indexOf(name) + 1 || FIRST.length + 1) * 1000 + names.indexOf(name);
  return dimensions.filter((dimension) => names.includes(dimension.name)).sort((a, b) => rank(a.name) - rank(b.name));
}

type Props = {
  node: TreeNode;
  before: Span;
  span: Span;
  clock: string | null;
  where: Condition[];
  by: string | undefined;
  format: Format;
  choose: (by: string) => void;
  keep: (condition: Condition) => void;
  open: () => void;
  /** Shows the chosen split in the tree itself; not there where it is shown already. */
  show: ((by: string) => void) | undefined;
};

/** Show the split of a node. */
export function Drill({ node, before, span, clock, where, by, format, choose, keep, open, show }: Props) {
  const { t } = useTranslation();
  const { data: catalogue } = useQuery(catalogueOptions());
  const metric = catalogue?.metrics.find((entry) => entry.name === node.metric);
  const taken = new Set(where.map((condition) => condition.field));
  const choices = useMemo(() => splits(catalogue?.dimensions ?? [], metric?.dimensions ?? []), [catalogue, metric]);
  const grouped = useSplitChoices(catalogue?.dimensions ?? [], metric?.dimensions ?? []);
  const free = choices.filter((dimension) => !taken.has(dimension.name));
  const chosen = (free.find((dimension) => dimension.name === by) ?? free[0])?.name;
  const all = [...where, ...(node.where ?? [])];
  const worth = node.metric === "revenue" || node.parent === null ? null : node.contribution;
  const query = useQuery({
    ...decomposeOptions({ metric: node.metric, from: written(before), to: written(span), by: chosen ?? "", clock, where: all, worth }),
    enabled: Boolean(chosen && node.metric && node.to !== null),
    placeholderData: keepPreviousData,
  });
  const title = format.say(node.title);
  const able = Boolean(chosen) && node.metric !== "" && node.to !== null;
  return (
    <Panel
      className="drill"
      title={t("tree.drill", { metric: title })}
      hint={t("tree.drillHint")}
      action={
        <>
          {chosen ? (
            <Select
              size="small"
              aria-label={t("tree.by")}
              value={chosen}
              popupMatchSelectWidth={false}
              options={grouped.grouped(format, [...taken])}
              onChange={choose}
            />
          ) : null}
          {chosen && show && node.metric && node.to !== null ? (
            <Button size="small" onClick={() => show(chosen)}>
              {t("below.open")}
            </Button>
          ) : null}
          {node.metric ? (
            <Button size="small" onClick={open}>
              {t("tree.openRows")}
            </Button>
          ) : null}
        </>
      }
    >
      {able ? (
        <Shown
          query={query}
          what={t("tree.drill", { metric: title })}
          permission="metrics.read"
          skeleton={<Bone height={180} />}
          empty={(data) => (data.parts.length === 0 ? <Empty title={t("chart.noData")} text={t("rows.emptyFix")} /> : null)}
        >
          {(data) => <Parts data={data} node={node} format={format} keep={keep} />}
        </Shown>
      ) : (
        <p className="muted">{node.missing ? format.say(node.missing) : catalogue ? t("tree.noDrill") : "\u00a0"}</p>
      )}
    </Panel>
  );
}

/** Whether a row is one value of the dimension, and not people in several or the many small ones together. */
const single = (part: Part) => !part.kind || part.kind === "value";

function PartName({ part, by }: { part: Part; by: string }) {
  const { t } = useTranslation();
  const name = useValueName();
  const value = part[by];
  if (part.kind === "several") return <em className="muted">{t("tree.several")}</em>;
  if (part.kind === "other") return <em className="muted">{t("tree.other")}</em>;
  return value === null || value === undefined || value === "" ? <em className="muted">{t("tree.blank")}</em> : name(by, value);
}

function Parts({ data, node, format, keep }: { data: Decomposition; node: TreeNode; format: Format; keep: (condition: Condition) => void }) {
  const { t } = useTranslation();
  const unit = data.unit || node.unit;
  const by = [data.by].flat()[0] ?? "";
  const most = Math.max(0, ...data.parts.map((part) => Math.abs(toNumber(part.change) ?? 0)));
  const ratio = data.parts.some((part) => part.rate !== null && part.rate !== undefined);
  // A value that was there in neither period says nothing.
  const rows = data.parts
    .filter((part) => part.from !== null || part.to !== null || toNumber(part.change) !== 0)
    .sort((a, b) => Math.abs(toNumber(b.change) ?? 0) - Math.abs(toNumber(a.change) ?? 0));
  const moved = (value: Part[string] | undefined) =>
    unit === "ratio" ? format.change("0", value ?? null, "ratio") : format.brief(value, unit, { sign: true });
  const columns: Column<Part>[] = [
    {
      key: "value",
      title: t("tree.by"),
      ellipsis: true,
      cell: (part) => <PartName part={part} by={by} />,
    },
    {
      key: "from",
      title: t("tree.from"),
      number: true,
      cell: (part) => format.brief(part.from, unit),
      sort: (a, b) => (toNumber(a.from) ?? 0) - (toNumber(b.from) ?? 0),
    },
    {
      key: "to",
      title: t("tree.to"),
      number: true,
      cell: (part) => format.brief(part.to, unit),
      sort: (a, b) => (toNumber(a.to) ?? 0) - (toNumber(b.to) ?? 0),
    },
    {
      key: "change",
      title: t("tree.change"),
      number: true,
      sort: (a, b) => (toNumber(a.change) ?? 0) - (toNumber(b.change) ?? 0),
      cell: (part) => <Delta move={part.change} text={moved(part.change)} direction={node.direction} />,
    },
    ...(ratio
      ? ([
          { key: "rate", title: t("tree.rate"), number: true, cell: (part) => moved(part.rate) },
          { key: "mix", title: t("tree.mix"), number: true, cell: (part) => moved(part.mix) },
        ] satisfies Column<Part>[])
      : ([
          {
            key: "bar",
            title: "",
            width: 84,
            cell: (part) => {
              const change = toNumber(part.change) ?? 0;
              return <DivergingBar value={change} most={most} tone={judge(change, node.direction)} />;
            },
          },
        ] satisfies Column<Part>[])),
  ];
  return (
    <>
      {data.simpson ? <p className="simpson">{t("below.simpson")}</p> : null}
      <Sheet
        label={t("tree.drill", { metric: format.say(node.title) })}
        rows={rows}
        columns={columns}
        rowKey={(part) => `${part.kind}:${part[by]}`}
        scroll={{ x: "max-content" }}
        open={(part) => {
          if (!single(part)) return;
          const value = part[by];
          keep(value === null || value === undefined || value === "" ? { field: by, op: "is null", value: null } : { field: by, op: "=", value });
        }}
      />
      <p className="drill-sum muted num">
        {data.sums
          ? t("tree.sums", { change: unit === "ratio" ? moved(data.change) : format.figure(data.change, unit, { sign: true }) })
          : t("tree.notSums")}
      </p>
      <Sentences sentences={data.sentences.slice(0, 3)} format={format} />
    </>
  );
}
