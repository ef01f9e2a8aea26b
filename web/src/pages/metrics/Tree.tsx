/** The metric tree: which driver moved revenue, by how much money, and the rows behind each figure. */

import { CloseOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Segmented, Select } from "antd";
import dayjs from "dayjs";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { catalogueOptions, todayOptions, treeOptions } from "@/api/keys";
import type { Condition, RowsAsk, Tree, TreeAsk, TreeNode } from "@/api/types";
import { Waterfall } from "@/charts/Waterfall";
import { toNumber } from "@/kit/format";
import { LeftOut } from "@/kit/LeftOut";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { PeriodPicker } from "@/kit/PeriodPicker";
import { compared, isDay, lastDays, readWhere, VERSUS, type Versus, writeWhere, written } from "@/kit/period";
import { RowsPane } from "@/kit/RowsPane";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import type { TreeSearch } from "@/shell/router";
import { Drill } from "./Drill";
import { Sentences } from "./Sentences";
import { useStepName } from "./steps";
import { openedText, readOpened, Together, writeOpened } from "./TreeBelow";
import { TreeCanvas } from "./TreeCanvas";
import "./channels.css";
import "./tree.css";

const CLOCKS = ["payment", "booking", "arrival", "night"] as const;

/** What the address asks for, with what is not said filled in from the last whole day. */
function useAsked(search: TreeSearch, last: string | undefined) {
  const end = last ?? dayjs().subtract(1, "day").format("YYYY-MM-DD");
  const span = isDay(search.start) && isDay(search.end) && search.start <= search.end ? { start: search.start, end: search.end } : lastDays(end, 28);
  const versus: Versus = VERSUS.find((value) => value === search.vs) ?? "previous";
  const before = compared(span, versus, { start: search.vs_start, end: search.vs_end });
  const clock = CLOCKS.find((value) => value === search.clock) ?? null;
  const view: TreeAsk["view"] = search.view === "net" ? "net" : "revenue";
  const method: TreeAsk["method"] = search.method === "lmdi" ? "lmdi" : "shapley";
  const below = readOpened(search.open);
  return { span, versus, before, clock, view, method, below, where: readWhere(search.where), last: end };
}

function Answer({ tree, format }: { tree: Tree; format: Format }) {
  const { t } = useTranslation();
  const root = tree.nodes.find((node) => node.parent === null);
  const value = toNumber(root?.to);
  if (!root || value === null || nothing(root)) return t("tree.none");
  const move = toNumber(root.change);
  const metric = format.language === "en" ? format.say(root.title) : format.say(root.title);
  const shown = format.brief(root.to, root.unit);
  if (!move) return t("tree.same", { metric, value: shown });
  const words = { metric, value: shown, change: format.brief(Math.abs(move), root.unit), rate: format.change(root.from, root.to, root.unit) };
  return move > 0 ? t("tree.upBy", words) : t("tree.downBy", words);
}

function Filters({
  asked,
  search,
  go,
  format,
}: {
  asked: ReturnType<typeof useAsked>;
  search: TreeSearch;
  go: (patch: TreeSearch) => void;
  format: Format;
}) {
  const { t } = useTranslation();
  const { data: catalogue } = useQuery(catalogueOptions());
  const name = (field: string) => format.say(catalogue?.dimensions.find((dimension) => dimension.name === field)?.title) || field;
  const title = (metric: string) => format.say(catalogue?.metrics.find((entry) => entry.name === metric)?.title) || metric;
  const value = useValueName();
  const drop = (gone: Condition) => go({ where: writeWhere(asked.where.filter((condition) => condition !== gone)) });
  return (
    <>
      <PeriodPicker
        span={asked.span}
        before={asked.before}
        versus={asked.versus}
        last={asked.last}
        change={({ span, versus, before }) =>
          go({
            ...(span ? { start: span.start, end: span.end } : {}),
            ...(versus ? { vs: versus, vs_start: undefined, vs_end: undefined } : {}),
            ...(before ? { vs_start: before.start, vs_end: before.end } : {}),
          })
        }
      />
      <Filter label={t("period.clock")}>
        <Select
          aria-label={t("period.clock")}
          value={asked.clock ?? "default"}
          popupMatchSelectWidth={false}
          options={(["default", ...CLOCKS] as const).map((value) => ({ value, label: t(`clock.${value}`) }))}
          onChange={(value) => go({ clock: value === "default" ? undefined : value })}
        />
      </Filter>
      <Filter label={t("below.view")} extra>
        <Segmented
          aria-label={t("below.view")}
          value={asked.view ?? "revenue"}
          options={(["revenue", "net"] as const).map((value) => ({ value, label: t(`below.${value}`) }))}
          onChange={(value) => go({ view: value === "net" ? "net" : undefined, node: undefined, open: undefined } as TreeSearch)}
        />
      </Filter>
      {asked.view === "net" ? null : (
        <Filter label={t("below.method")} extra>
          <Select
            aria-label={t("below.method")}
            title={t("below.methodHint")}
            value={asked.method ?? "shapley"}
            popupMatchSelectWidth={false}
            options={(["shapley", "lmdi"] as const).map((value) => ({ value, label: t(`below.${value}`) }))}
            onChange={(value) => go({ method: value === "lmdi" ? "lmdi" : undefined } as TreeSearch)}
          />
        </Filter>
      )}
      {asked.below.map((one, index) => {
        const text = openedText(one, name, title, value);
        const left = asked.below.filter((other, at) => at !== index && !other.node.startsWith(`${one.node}/${one.by}=`));
        return (
          <Button
            key={text}
            size="small"
            className="chip"
            aria-label={t("below.close", { text })}
            onClick={() => go({ open: writeOpened(left) } as TreeSearch)}
          >
            {text} <CloseOutlined />
          </Button>
        );
      })}
      {search.where
        ? asked.where.map((condition) => {
            const text = `${name(condition.field)}: ${condition.op === "is null" ? t("tree.blank") : value(condition.field, condition.value)}`;
            return (
              <Button key={text} size="small" className="chip" aria-label={t("tree.clearFilter", { text })} onClick={() => drop(condition)}>
                {text} <CloseOutlined />
              </Button>
            );
          })
        : null}
    </>
  );
}

type BodyProps = { tree: Tree; asked: ReturnType<typeof useAsked>; search: TreeSearch; format: Format; go: (patch: TreeSearch) => void };

function Body({ tree, asked, search, format, go }: BodyProps) {
  const { t } = useTranslation();
  const selected = tree.nodes.find((node) => node.id === search.node) ?? tree.nodes[0];
  const pick = useCallback((id: string) => go({ node: id }), [go]);
  const stepName = useStepName(format);
  return (
    <div className="tree-grid" data-testid="tree">
      <Panel title={t("tree.treeTitle")} hint={t("tree.treeHint")} className="tree-canvas">
        <TreeCanvas nodes={tree.nodes} format={format} selected={selected?.id ?? ""} pick={pick} />
      </Panel>
      <div className="tree-side">
        <Panel title={t("tree.waterfall")} hint={t("tree.waterfallHint")} className="tree-fall">
          {tree.waterfall.length ? (
            <>
              <Waterfall
                name={t("tree.waterfall")}
                steps={tree.waterfall}
                label={stepName}
                format={format}
                height={tree.waterfall.length * 21 + 4}
                pick={pick}
              />
              <Sentences sentences={tree.sentences.filter((sentence) => sentence.node !== tree.nodes[0]?.id).slice(0, 2)} format={format} />
              <Together tree={tree} format={format} />
            </>
          ) : (
            <p className="muted">{t("chart.noData")}</p>
          )}
        </Panel>
        {selected ? (
          <Drill
            node={selected}
            before={asked.before}
            span={asked.span}
            clock={tree.clock}
            where={asked.where}
            by={search.by}
            format={format}
            choose={(by) => go({ by })}
            keep={(condition) =>
              go({ where: writeWhere([...asked.where.filter((kept) => kept.field !== condition.field), condition]), by: undefined })
            }
            open={() => go({ rows: selected.id })}
            show={
              asked.below.length < 6 && !asked.below.some((one) => one.node === selected.id)
                ? (by) => go({ open: writeOpened([...asked.below, { node: selected.id, by }]) } as TreeSearch)
                : undefined
            }
          />
        ) : null}
      </div>
    </div>
  );
}

const nothing = (node: TreeNode | undefined) => !node || (!toNumber(node.to) && !toNumber(node.from));

/** Show the page. */
export function TreePage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/metrics/tree" });
  const navigate = useNavigate({ from: "/metrics/tree" });
  const today = useQuery({ ...todayOptions(), retry: false });
  const asked = useAsked(search, today.data?.date);
  const ready = Boolean(search.start && search.end) || !today.isPending;
  const query = useQuery({
    ...treeOptions({
      from: written(asked.before),
      to: written(asked.span),
      clock: asked.clock,
      where: asked.where,
      view: asked.view,
      method: asked.method,
      below: asked.below,
    }),
    enabled: ready,
    placeholderData: keepPreviousData,
  });
  const tree = query.data;
  const format = useFormat(tree?.currency);
  const go = useCallback((patch: TreeSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const node = tree?.nodes.find((entry) => entry.id === search.rows);
  const ask: RowsAsk | null = node?.metric
    ? { metric: node.metric, where: [...asked.where, ...(node.where ?? [])], from: asked.span.start, to: asked.span.end, clock: tree?.clock ?? null }
    : null;
  const widen = () => {
    const end = tree?.complete_until ? dayjs(tree.complete_until).subtract(1, "day").format("YYYY-MM-DD") : asked.last;
    const span = lastDays(end, 28);
    go({ start: span.start, end: span.end, vs: undefined, vs_start: undefined, vs_end: undefined, where: undefined });
  };
  return (
    <Page
      title={t("tree.title")}
      answer={tree ? <Answer tree={tree} format={format} /> : "\u00a0"}
      note={<LeftOut span={asked.span} ready={query.isSuccess && !query.isPlaceholderData} />}
      filters={<Filters asked={asked} search={search} go={go} format={format} />}
      fill
    >
      {tree?.notes.length ? (
        <div className="notes">
          {tree.notes.map((note) => (
            <span key={note.code}>{format.say(note)}</span>
          ))}
        </div>
      ) : null}
      <Shown
        query={query}
        what={t("tree.what")}
        permission="metrics.read"
        skeleton={
          <div className="tree-grid">
            <Bone height="100%" />
            <Bone height="100%" />
          </div>
        }
        empty={(data) =>
          nothing(data.nodes[0]) ? (
            <Empty
              title={t("tree.emptyTitle")}
              text={t("tree.emptyText")}
              action={
                <Button type="primary" onClick={widen}>
                  {t("tree.widen")}
                </Button>
              }
            />
          ) : null
        }
      >
        {(data) => <Body tree={data} asked={asked} search={search} format={format} go={go} />}
      </Shown>
      <RowsPane
        ask={ask}
        title={node ? format.say(node.title) : ""}
        about={format.span(asked.span.start, asked.span.end)}
        close={() => go({ rows: undefined })}
      />
    </Page>
  );
}
