/** What changed, and where inside: a metric's change by one dimension inside another, with rate and mix. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Select, Table, type TableColumnsType } from "antd";
import dayjs from "dayjs";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { catalogueOptions, decomposeOptions, todayOptions } from "@/api/keys";
import type { Catalogue, Decomposition, NestedPart } from "@/api/types";
import { DivergingBar } from "@/charts/DivergingBar";
import { Delta, judge } from "@/kit/Delta";
import { toNumber } from "@/kit/format";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { PeriodPicker } from "@/kit/PeriodPicker";
import { compared, isDay, lastDays, readWhere, VERSUS, type Versus, written } from "@/kit/period";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import type { DecomposeSearch } from "@/shell/router";
import { useSplitChoices } from "./dimensions";
import { Sentences } from "./Sentences";
import "./channels.css";

const DEPTH = 3;
/** How a percentile adds up: not at all, so that its change has no parts. */
const PERCENTILE = "none";
type Row = NestedPart & { key: string; name: string; muted: boolean; children?: Row[] };

/** The rows of the table: each part with what stands inside it. */
export function nested(parts: readonly NestedPart[], by: string[], name: (by: string, part: NestedPart) => string, path = ""): Row[] {
  const field = by[0] ?? "";
  return parts.map((part, index) => {
    const key = `${path}/${index}`;
    const inside = part.inside?.length ? nested(part.inside, by.slice(1), name, key) : null;
    return { ...part, key, name: name(field, part), muted: part.kind !== "value", ...(inside ? { children: inside } : {}) } as Row;
  });
}

function PartsTable({ data, format, direction }: { data: Decomposition; format: Format; direction: "up" | "down" | "none" }) {
  const { t } = useTranslation();
  const value = useValueName();
  const by = [data.by].flat();
  const name = (field: string, part: NestedPart) => {
    if (part.kind === "several") return t("tree.several");
    if (part.kind === "other") return t("tree.other");
    const own = part[field];
    return own === null || own === undefined || own === "" ? t("tree.blank") : value(field, own);
  };
  const unit = data.unit;
  const ratio = data.parts.some((part) => part.rate !== null && part.rate !== undefined);
  const moved = (figure: NestedPart[string] | undefined) =>
    unit === "ratio" ? format.change("0", figure ?? null, "ratio") : format.brief(figure, unit, { sign: true });
  const rows = nested(
    data.parts.filter((part) => part.from !== null || part.to !== null || toNumber(part.change) !== 0),
    by,
    name,
  );
  const most = Math.max(0, ...data.parts.map((part) => Math.abs(toNumber(part.change) ?? 0)));
  const number = (key: string, title: string, render: (row: Row) => React.ReactNode) => ({
    key,
    title,
    align: "right" as const,
    className: "num",
    render: (_: unknown, row: Row) => render(row),
  });
  const columns: TableColumnsType<Row> = [
    {
      key: "name",
      title: t("decompose.value"),
      ellipsis: true,
      render: (_: unknown, row: Row) => (row.muted ? <em className="muted">{row.name}</em> : row.name),
    },
    number("from", t("tree.from"), (row) => format.brief(row.from, unit)),
    number("to", t("tree.to"), (row) => format.brief(row.to, unit)),
    number("share", t("decompose.share"), (row) =>
      row.share_from === null && row.share_to === null
        ? "\u2014"
        : `${format.figure(row.share_from, "ratio")} \u2192 ${format.figure(row.share_to, "ratio")}`,
    ),
    number("change", t("tree.change"), (row) => <Delta move={row.change} text={moved(row.change)} direction={direction} />),
    ...(ratio ? [number("rate", t("tree.rate"), (row) => moved(row.rate)), number("mix", t("tree.mix"), (row) => moved(row.mix))] : []),
    {
      key: "bar",
      title: "",
      width: 84,
      render: (_: unknown, row: Row) => {
        const change = toNumber(row.change) ?? 0;
        return <DivergingBar value={change} most={most} tone={judge(change, direction)} />;
      },
    },
  ];
  return (
    <>
      {data.simpson ? <p className="simpson">{t("below.simpson")}</p> : null}
      <Table<Row>
        className="sheet"
        size="small"
        aria-label={t("decompose.table")}
        columns={columns}
        dataSource={rows}
        pagination={false}
        scroll={{ x: "max-content" }}
        expandable={{ defaultExpandedRowKeys: rows.slice(0, 2).map((row) => row.key), indentSize: 18 }}
      />
      <p className="drill-sum muted num">
        {data.sums
          ? t("decompose.sums", { change: unit === "ratio" ? moved(data.change) : format.figure(data.change, unit, { sign: true }) })
          : t("tree.notSums")}
      </p>
    </>
  );
}

function Answer({ data, format }: { data: Decomposition; format: Format }) {
  const { t } = useTranslation();
  const change = toNumber(data.change);
  if (change === null || !data.parts.length) return t("decompose.noValue");
  const words = {
    metric: format.say(data.title),
    value: format.brief(data.to.value, data.unit),
    change: format.change(data.from.value, data.to.value, data.unit),
  };
  return change > 0 ? t("decompose.up", words) : change < 0 ? t("decompose.down", words) : t("decompose.same", words);
}

function useAsked(search: DecomposeSearch, last: string | undefined, catalogue: Catalogue | undefined) {
  const end = last ?? dayjs().subtract(1, "day").format("YYYY-MM-DD");
  const span = isDay(search.start) && isDay(search.end) && search.start <= search.end ? { start: search.start, end: search.end } : lastDays(end, 28);
  const versus: Versus = VERSUS.find((value) => value === search.vs) ?? "previous";
  const metric = catalogue?.metrics.find((entry) => entry.name === search.metric) ?? catalogue?.metrics.find((entry) => entry.name === "revenue");
  const wanted = (search.by ?? "").split(",").filter((name) => metric?.dimensions.includes(name));
  return {
    span,
    versus,
    before: compared(span, versus, { start: search.vs_start, end: search.vs_end }),
    metric,
    wanted,
    last: end,
    where: readWhere(search.where),
  };
}

/** Show the page. */
export function DecomposePage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/metrics/decompose" });
  const navigate = useNavigate({ from: "/metrics/decompose" });
  const go = useCallback((patch: DecomposeSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const { data: catalogue } = useQuery(catalogueOptions());
  const today = useQuery({ ...todayOptions(), retry: false });
  const asked = useAsked(search, today.data?.date, catalogue);
  const choices = useSplitChoices(catalogue?.dimensions ?? [], asked.metric?.dimensions ?? []);
  const first = choices.flat[0]?.name;
  const by = asked.wanted.length ? asked.wanted : first ? [first] : [];
  const whole = asked.metric?.additivity === PERCENTILE;
  const query = useQuery({
    ...decomposeOptions({
      metric: asked.metric?.name ?? "revenue",
      from: written(asked.before),
      to: written(asked.span),
      by: by.length === 1 ? (by[0] ?? "") : by,
      clock: null,
      where: asked.where,
    }),
    enabled: !whole && by.length > 0 && (Boolean(search.start) || !today.isPending),
    placeholderData: keepPreviousData,
  });
  const format = useFormat(query.data?.currency);
  const set = (depth: number, value: string) =>
    go({ by: [...by.slice(0, depth), ...(value ? [value] : [])].join(",") || undefined } as DecomposeSearch);
  return (
    <Page
      title={t("decompose.title")}
      answer={query.data && !whole ? <Answer data={query.data} format={format} /> : "\u00a0"}
      filters={
        <>
          <Filter label={t("decompose.metric")}>
            <Select
              showSearch
              optionFilterProp="label"
              aria-label={t("decompose.metric")}
              className="metric-choice"
              popupMatchSelectWidth={false}
              value={asked.metric?.name ?? ""}
              options={(catalogue?.metrics ?? [])
                .filter((entry) => entry.dimensions.length)
                .map((entry) => ({ value: entry.name, label: format.say(entry.title), disabled: entry.additivity === PERCENTILE }))}
              onChange={(metric) => go({ metric, by: undefined } as DecomposeSearch)}
            />
          </Filter>
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
              } as DecomposeSearch)
            }
          />
          {Array.from({ length: Math.min(DEPTH, by.length + 1) }, (_, depth) => (
            <Filter key={depth} label={depth ? t("decompose.within") : t("decompose.by")}>
              <Select
                aria-label={`${t("decompose.by")} ${depth + 1}`}
                popupMatchSelectWidth={false}
                value={by[depth] ?? ""}
                options={[...(depth ? [{ value: "", label: t("decompose.none") }] : []), ...choices.grouped(format, by.slice(0, depth))]}
                onChange={(value: string) => set(depth, value)}
              />
            </Filter>
          ))}
        </>
      }
    >
      {query.data?.notes.length && !whole ? (
        <div className="notes">
          {query.data.notes.map((note) => (
            <span key={note.code}>{format.say(note)}</span>
          ))}
        </div>
      ) : null}
      {whole ? (
        <Empty
          title={t("decompose.wholeTitle", { metric: format.say(asked.metric?.title) })}
          text={t("decompose.wholeText")}
          action={
            <Button type="primary" onClick={() => go({ metric: undefined, by: undefined } as DecomposeSearch)}>
              {t("decompose.wholeAction")}
            </Button>
          }
        />
      ) : (
        <Shown
          query={query}
          what={t("decompose.what")}
          permission="metrics.read"
          skeleton={<Bone height={420} />}
          empty={(data) => (data.parts.length === 0 ? <Empty title={t("decompose.emptyTitle")} text={t("decompose.emptyText")} /> : null)}
        >
          {(data) => (
            <div className="decompose-grid">
              <Panel title={t("decompose.table")} hint={t("decompose.hint")}>
                <PartsTable
                  key={JSON.stringify([data.metric, data.by, data.from, data.to])}
                  data={data}
                  format={format}
                  direction={asked.metric?.direction ?? "up"}
                />
              </Panel>
              <Panel title={t("decompose.sentences")}>
                <Sentences sentences={data.sentences} format={format} />
              </Panel>
            </div>
          )}
        </Shown>
      )}
    </Page>
  );
}
