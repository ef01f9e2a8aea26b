/** Channels under their groups, with every cost and what is left; each measured figure opens the rows behind it. */

import { Table, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import type { Balance, Channel, Figures } from "@/api/channels";
import { Delta } from "@/kit/Delta";
import { toNumber } from "@/kit/format";
import type { Format } from "@/kit/use";

type Money = Exclude<keyof Figures, "orders" | "margin_rate" | "cost_rate" | "share">;
type Row = { key: string; title: string; channel: string | null; figures: Channel | Balance["total"]; children?: Row[] };
const COSTS = ["commission", "fees", "payment", "marketing", "service"] as const;
const METRIC: Partial<Record<Money, string>> = { margin: "channel_margin", revenue: "revenue" };

type Props = { data: Balance; format: Format; open: (metric: string, channel: string | undefined) => void };

/** Show the table. */
export function ChannelsTable({ data, format, open }: Props) {
  const { t } = useTranslation();
  const rows: Row[] = [
    ...data.groups.map((group) => ({
      key: `group ${group.name}`,
      title: format.say(group.title),
      channel: null,
      figures: group,
      children: data.channels
        .filter((channel) => channel.group === group.name)
        .map((channel) => ({ key: channel.name, title: format.say(channel.title), channel: channel.name, figures: channel })),
    })),
    { key: "total", title: t("channels.total"), channel: null, figures: data.total },
  ];
  const figure = (row: Row, key: Money | "orders", unit: string) => {
    const metric = METRIC[key as Money] ?? data.metrics[key];
    const text = unit === "count" ? format.count(Number(row.figures[key])) : format.brief(row.figures[key], unit);
    if (!metric || !row.channel || !toNumber(row.figures[key])) return text;
    return (
      <button
        type="button"
        className="figure-button"
        title={format.figure(row.figures[key], unit)}
        onClick={() => open(metric, row.channel ?? undefined)}
      >
        {text}
      </button>
    );
  };
  const number = (key: Money | "orders", title: string, unit = "money") => ({
    key,
    title,
    align: "right" as const,
    className: "num",
    render: (_: unknown, row: Row) => figure(row, key, unit),
  });
  const columns: TableColumnsType<Row> = [
    { key: "name", title: t("channels.name"), width: 176, render: (_: unknown, row: Row) => row.title },
    number("orders", t("channels.orders"), "count"),
    number("booked", t("channels.booked")),
    number("refunds", t("channels.refunds")),
    number("revenue", t("channels.revenue")),
    {
      key: "share",
      title: t("channels.shareOf"),
      align: "right",
      className: "num",
      render: (_: unknown, row: Row) => format.figure(row.figures.share, "ratio"),
    },
    ...COSTS.map((cost) => number(cost, t(`channels.value.${cost}`))),
    number("margin", t("channels.margin")),
    {
      key: "rate",
      title: t("channels.marginRate"),
      align: "right",
      className: "num",
      render: (_: unknown, row: Row) => format.figure(row.figures.margin_rate, "ratio"),
    },
    {
      key: "moved",
      title: t("tree.change"),
      align: "right",
      className: "num",
      render: (_: unknown, row: Row) => {
        const { margin, before } = row.figures;
        return <Delta move={(toNumber(margin) ?? 0) - (toNumber(before.margin) ?? 0)} text={format.change(before.margin, margin, "money")} />;
      },
    },
  ];
  return (
    <Table<Row>
      className="sheet"
      size="small"
      aria-label={t("channels.table")}
      columns={columns}
      dataSource={rows}
      pagination={false}
      scroll={{ x: "max-content" }}
      rowClassName={(row) => (row.channel === null ? "group-row" : "")}
      expandable={{ defaultExpandAllRows: true, indentSize: 12 }}
    />
  );
}
