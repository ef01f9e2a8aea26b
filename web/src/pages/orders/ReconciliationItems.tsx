/** The items behind a reason, page by page; one opens its order. */

import { ArrowLeftOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fetchItems, fetchItemsFile, type Item, type Items, type ItemsAsk } from "@/api/reconciliation";
import { DownloadButton } from "@/kit/DownloadButton";
import { MISSING } from "@/kit/format";
import { OrderView } from "@/kit/OrderView";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";

const PAGE = 50;

type Props = { ask: ItemsAsk | null; close: () => void };

/** Show the items of `ask`, or nothing while it is null. */
export function ReconciliationItems({ ask, close }: Props) {
  const { t } = useTranslation();
  const [order, setOrder] = useState<{ key: string; ref: string } | null>(null);
  const shut = () => {
    setOrder(null);
    close();
  };
  const heading = order ? (
    <span className="pane-title">
      <Button size="small" type="text" icon={<ArrowLeftOutlined />} aria-label={t("rows.back")} onClick={() => setOrder(null)} />
      {t("rows.order", { ref: order.ref })}
    </span>
  ) : (
    t("reconcile.rowsTitle", { reason: ask ? t(`reconcile.reason.${ask.reason}`) : "" })
  );
  return (
    <SidePane
      open={ask !== null}
      title={heading}
      extra={
        ask && !order ? (
          <DownloadButton
            fetch={() => fetchItemsFile(ask)}
            name={`reconciliation_${ask.reason}_${ask.from}_${ask.to}.csv`}
            label={t("reconcile.download")}
            failed={t("reconcile.failed")}
          />
        ) : null
      }
      close={shut}
      width={900}
      testid="reconciled"
    >
      {order ? <OrderView orderKey={order.key} /> : null}
      {ask && !order ? <List key={JSON.stringify(ask)} ask={ask} open={setOrder} /> : null}
    </SidePane>
  );
}

function List({ ask, open }: { ask: ItemsAsk; open: (order: { key: string; ref: string }) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useInfiniteQuery({
    queryKey: ["reconciled", ask],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => fetchItems({ ...ask, limit: PAGE, cursor: pageParam }, signal),
    getNextPageParam: (last: Items) => last.next_cursor,
  });
  return (
    <>
      <p className="pane-about">{t(`reconcile.rule.${ask.reason}`)}</p>
      <Shown
        query={query}
        what={t("reconcile.what")}
        permission="orders.read"
        skeleton={<Bone height={380} />}
        empty={(data) => (data.pages[0]?.items.length ? null : <Empty title={t("reconcile.rowsNone")} text={t("reconcile.rowsNoneFix")} />)}
      >
        {(data) => (
          <>
            <Rows rows={data.pages.flatMap((page) => page.items)} format={format} open={open} />
            {query.hasNextPage ? (
              <div className="pane-foot">
                <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {t("reconcile.more")}
                </Button>
              </div>
            ) : null}
          </>
        )}
      </Shown>
    </>
  );
}

function Rows({ rows, format, open }: { rows: Item[]; format: Format; open: (order: { key: string; ref: string }) => void }) {
  const { t, i18n } = useTranslation();
  const name = useValueName();
  const why = (row: Item) =>
    row.detail && i18n.exists(`reconcile.kind.${row.detail}`) ? t(`reconcile.kind.${row.detail}` as "reconcile.kind.no_order") : "";
  const money = (value: string, currency: string | null) => format.figure(value, "money", { currency: currency ?? "" });
  return (
    <Sheet
      label={t("reconcile.what")}
      rows={rows.map((row, index) => ({ ...row, "#": index }))}
      rowKey={(row) => String(row["#"])}
      scroll={{ x: "max-content" }}
      open={(row) => {
        if (row.order_key !== null) open({ key: String(row.order_key), ref: row.order_ref ?? String(row.order_key) });
      }}
      columns={[
        { key: "order", title: t("reconcile.order"), cell: (row) => row.order_ref ?? MISSING },
        { key: "kind", title: t("field.kind"), cell: (row) => name("kind", row.kind) },
        {
          key: "party",
          title: t("reconcile.party"),
          cell: (row) =>
            [row.channel ? name("sales_channel", row.channel) : "", row.provider ? name("provider", row.provider) : ""].filter(Boolean).join(" / ") ||
            MISSING,
        },
        { key: "ours", title: t("reconcile.ours"), number: true, cell: (row) => (row.ours_day ? money(row.ours, row.currency) : MISSING) },
        {
          key: "theirs",
          title: t("reconcile.theirs"),
          number: true,
          cell: (row) => (row.theirs_day ? money(row.theirs, row.file_currency ?? row.currency) : MISSING),
        },
        {
          key: "difference",
          title: t("reconcile.difference"),
          number: true,
          cell: (row) => format.figure(row.difference, "money", { currency: "", sign: true }),
        },
        { key: "oursDay", title: t("reconcile.oursDay"), cell: (row) => (row.ours_day ? format.day(row.ours_day) : MISSING) },
        { key: "theirsDay", title: t("reconcile.theirsDay"), cell: (row) => (row.theirs_day ? format.day(row.theirs_day) : MISSING) },
        ...(rows.some((row) => row.detail) ? [{ key: "why", title: t("reconcile.why"), cell: why }] : []),
      ]}
    />
  );
}
