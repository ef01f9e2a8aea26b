/** The rows behind a number, page by page, and the order behind a row. */

import { ArrowLeftOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { catalogueOptions, fetchRows } from "@/api/keys";
import type { Condition, Figure, Metric, RowsAsk, RowsColumn, RowsPage } from "@/api/types";
import { useMay } from "@/shell/session";
import { DayHours } from "./DayHours";
import { ExportButton } from "./ExportButton";
import { formatInstantFull, MISSING } from "./format";
import { OrderView } from "./OrderView";
import { type Column, Sheet } from "./Sheet";
import { SidePane } from "./SidePane";
import { Bone, Empty, Shown } from "./states";
import { type Format, useFormat } from "./use";
import { useValueName } from "./values";

const PAGE = 50;
const NUMBERS = new Set(["money", "count", "ratio", "number", "nights", "integer", "decimal", "order_no"]);
type Row = Record<string, Figure | boolean>;

type Words = { yes: string; no: string; name: (field: string, value: unknown) => string };

function cell(value: Figure | boolean | undefined, { kind, name }: RowsColumn, format: Format, words: Words): ReactNode {
  if (value === null || value === undefined || value === "") return <span className="muted">{MISSING}</span>;
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (kind === "instant" || kind === "timestamp" || kind === "datetime") return formatInstantFull(String(value), format.language, format.zone);
  if (kind === "money") return format.figure(value, "money", { currency: "" });
  if (NUMBERS.has(kind)) return format.figure(value, kind);
  return words.name(name, value);
}

/** The base metrics that a metric is made of, which have rows of their own. */
export function baseParts(metrics: Metric[], name: string): Metric[] {
  const by = new Map(metrics.map((metric) => [metric.name, metric]));
  const found = new Map<string, Metric>();
  const walk = (at: string, depth: number) => {
    const metric = by.get(at);
    if (!metric || depth > 8) return;
    if (metric.depends_on.length === 0) found.set(at, metric);
    for (const below of metric.depends_on) walk(below, depth + 1);
  };
  walk(name, 0);
  return [...found.values()];
}

type Props = { ask: RowsAsk | null; title: string; about?: ReactNode; close: () => void };

/** Show the rows behind `ask`, or nothing while it is null. */
export function RowsPane({ ask, title, about, close }: Props) {
  const { t } = useTranslation();
  const [order, setOrder] = useState<string | null>(null);
  const shut = () => {
    setOrder(null);
    close();
  };
  const heading = order ? (
    <span className="pane-title">
      <Button size="small" type="text" icon={<ArrowLeftOutlined />} aria-label={t("rows.back")} onClick={() => setOrder(null)} />
      {t("rows.order", { ref: order })}
    </span>
  ) : (
    t("rows.title", { metric: title })
  );
  const extra =
    ask && !order ? <ExportButton query={{ metrics: [ask.metric], from: ask.from, to: ask.to, grain: "day", where: ask.where ?? [] }} /> : null;
  return (
    <SidePane open={ask !== null} title={heading} extra={extra} close={shut} width={760} testid="rows">
      {ask && !order ? <Parts key={JSON.stringify(ask)} ask={ask} about={about} open={setOrder} /> : null}
      {order ? <OrderView orderKey={order} /> : null}
    </SidePane>
  );
}

type PartsProps = { ask: RowsAsk; about?: ReactNode; open: (order: string) => void };

function Parts({ ask, about, open }: PartsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: catalogue } = useQuery(catalogueOptions());
  const [chosen, choose] = useState<string | null>(null);
  const parts = baseParts(catalogue?.metrics ?? [], ask.metric);
  const part = chosen ?? parts[0]?.name ?? null;
  const several = parts.length > 1;
  return (
    <>
      {several ? (
        <Segmented
          size="small"
          className="pane-parts"
          aria-label={t("rows.part")}
          value={part ?? ""}
          options={parts.map((entry) => ({ value: entry.name, label: format.say(entry.title) }))}
          onChange={(value) => choose(value)}
        />
      ) : null}
      <Rows key={part} ask={several ? { ...ask, part } : ask} about={about} open={open} />
    </>
  );
}

function Rows({ ask, about, open }: PartsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const mayOrders = useMay("orders.read");
  const query = useInfiniteQuery({
    queryKey: ["rows", ask],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => fetchRows({ ...ask, limit: PAGE, cursor: pageParam }, signal),
    getNextPageParam: (last: RowsPage) => last.next_cursor,
  });
  const name = useValueName();
  const words = { yes: t("rows.yes"), no: t("rows.no"), name };
  return (
    <>
      {about ? <p className="pane-about">{about}</p> : null}
      {ask.from === ask.to ? (
        <DayHours metric={ask.part ?? ask.metric} day={ask.from} where={(ask.where ?? []) as Condition[]} clock={ask.clock ?? null} />
      ) : null}
      <Shown
        query={query}
        what={t("rows.open")}
        permission="metrics.read"
        skeleton={<Bone height={420} />}
        empty={(data) => ((data.pages[0]?.rows.length ?? 0) === 0 ? <Empty title={t("rows.empty")} text={t("rows.emptyFix")} /> : null)}
      >
        {(data) => {
          const first = data.pages[0] as RowsPage;
          const rows: (Row & { "#": number })[] = data.pages.flatMap((page) => page.rows).map((row, index) => ({ ...row, "#": index }));
          const columns: Column<Row & { "#": number }>[] = first.columns.map((column: RowsColumn) => ({
            key: column.name,
            title: format.say(column.title) || column.name,
            number: NUMBERS.has(column.kind),
            cell: (row) => cell(row[column.name], column, format, words),
          }));
          const total = first.total;
          return (
            <>
              <Sheet
                label={t("rows.open")}
                rows={rows}
                columns={columns}
                rowKey={(row) => String(row["#"])}
                scroll={{ x: "max-content" }}
                {...(mayOrders && rows[0] && "order_key" in rows[0] ? { open: (row: Row) => open(String(row.order_key)) } : {})}
              />
              <div className="pane-foot">
                <span className="muted num">
                  {total === null
                    ? t("rows.count", { count: rows.length })
                    : t("rows.shown", { shown: format.count(rows.length), count: format.count(total) as unknown as number })}
                </span>
                {query.hasNextPage ? (
                  <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {t("rows.more", { count: PAGE })}
                  </Button>
                ) : (
                  <span className="muted">{t("rows.all")}</span>
                )}
              </div>
            </>
          );
        }}
      </Shown>
    </>
  );
}
