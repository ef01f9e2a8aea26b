/** Both sides by channel or provider, with a column for each reason there is; a figure opens the rows behind it. */

import { Table, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import type { ItemsAsk, Reconciliation, Sums } from "@/api/reconciliation";
import { toNumber } from "@/kit/format";
import type { Format } from "@/kit/use";
import { useValueName } from "@/kit/values";

export type Reason = ItemsAsk["reason"];
export const REASONS: readonly Reason[] = ["matched", "no_file", "only_in_orders", "only_in_file", "twice_in_file", "currency", "amount", "date"];
type Row = Sums & { key: string; title: string; name: string | null };
type Props = { data: Reconciliation; format: Format; open: (reason: Reason, name: string | null) => void };

/** Show the table. */
export function ReconciliationTable({ data, format, open }: Props) {
  const { t } = useTranslation();
  const named = useValueName();
  const rows: Row[] = [
    ...data.groups.map((group) => ({
      ...group,
      key: `group ${group.name}`,
      title: group.name ? named(data.by === "channel" ? "sales_channel" : "provider", group.name) : t("reconcile.unknown"),
      name: group.name || "-",
    })),
    { ...data.total, key: "total", title: t("reconcile.total"), name: null },
  ];
  const shown = REASONS.filter((reason) => data.total.reasons.some((part) => part.reason === reason));
  const money = (key: "ours" | "theirs" | "difference", title: string) => ({
    key,
    title,
    align: "right" as const,
    className: "num",
    render: (_: unknown, row: Row) => (
      <span title={format.figure(row[key], "money")}>{format.brief(row[key], "money", { currency: "", sign: key === "difference" })}</span>
    ),
  });
  const columns: TableColumnsType<Row> = [
    { key: "name", title: data.by === "channel" ? t("reconcile.byChannel") : t("reconcile.byProvider"), render: (_: unknown, row: Row) => row.title },
    { key: "items", title: t("reconcile.items"), align: "right", className: "num", render: (_: unknown, row: Row) => format.count(row.items) },
    {
      key: "matched",
      title: t("reconcile.matched"),
      align: "right",
      className: "num",
      render: (_: unknown, row: Row) =>
        row.matched ? (
          <button type="button" className="figure-button" onClick={() => open("matched", row.name)}>
            {format.count(row.matched)}
          </button>
        ) : (
          "0"
        ),
    },
    money("ours", t("reconcile.ours")),
    money("theirs", t("reconcile.theirs")),
    money("difference", t("reconcile.difference")),
    ...shown.map((reason) => ({
      key: reason,
      title: <span title={t(`reconcile.rule.${reason}`)}>{t(`reconcile.reason.${reason}`)}</span>,
      align: "right" as const,
      className: "num",
      render: (_: unknown, row: Row) => {
        const part = row.reasons.find((one) => one.reason === reason);
        if (!part || !(part.items || toNumber(part.difference))) return "";
        return (
          <button
            type="button"
            className="figure-button"
            title={`${format.figure(part.difference, "money", { sign: true })} · ${format.count(part.items)}`}
            onClick={() => open(reason, row.name)}
          >
            {format.brief(part.difference, "money", { currency: "", sign: true })}
          </button>
        );
      },
    })),
  ];
  return (
    <Table<Row>
      className="sheet"
      size="small"
      aria-label={t("reconcile.table")}
      columns={columns}
      dataSource={rows}
      pagination={false}
      scroll={{ x: "max-content" }}
      rowClassName={(row) => (row.name === null ? "group-row" : "")}
    />
  );
}
