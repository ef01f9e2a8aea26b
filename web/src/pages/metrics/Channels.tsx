/** Omni-channel balance: what each channel brings, costs and leaves; who could book direct, and what a shift would be worth. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Select } from "antd";
import dayjs from "dayjs";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { type Balance, balanceOptions, type Figures } from "@/api/channels";
import { todayOptions } from "@/api/keys";
import type { RowsAsk } from "@/api/types";
import { Delta } from "@/kit/Delta";
import { toNumber } from "@/kit/format";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { RangePicker } from "@/kit/PeriodPicker";
import { isDay, lastDays, written } from "@/kit/period";
import { RowsPane } from "@/kit/RowsPane";
import { StatCard } from "@/kit/StatCard";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import type { ChannelsSearch } from "@/shell/router";
import { MovablePeople } from "./ChannelsPeople";
import { ChannelsShift } from "./ChannelsShift";
import { ChannelsTable } from "./ChannelsTable";
import "./channels.css";

const COMPARE = ["previous", "last_year"] as const;

function Strip({ data, format }: { data: Balance; format: Format }) {
  const { t } = useTranslation();
  const now = data.total;
  const card = (name: string, key: keyof Figures, unit: string, direction: "up" | "down") => (
    <StatCard
      key={name}
      name={name}
      value={format.brief(now[key], unit)}
      exact={format.figure(now[key], unit)}
      raw={now[key]}
      hint={t("channels.tableHint")}
      moves={[
        {
          label: t("channels.before"),
          shown: (
            <Delta
              move={(toNumber(now[key]) ?? 0) - (toNumber(now.before[key]) ?? 0)}
              text={format.change(now.before[key], now[key], unit)}
              direction={direction}
            />
          ),
        },
      ]}
    />
  );
  const share = (toNumber(data.direct_share) ?? 0) - (toNumber(data.direct_share_before) ?? 0);
  return (
    <div className="channel-strip">
      <StatCard
        name={t("channels.directShare")}
        value={format.figure(data.direct_share, "ratio")}
        raw={data.direct_share}
        hint={t("channels.tableHint")}
        testid="direct-share"
        moves={[
          { label: t("channels.before"), shown: <Delta move={share} text={format.change(data.direct_share_before, data.direct_share, "ratio")} /> },
        ]}
      />
      {card(t("channels.revenue"), "revenue", "money", "up")}
      {card(t("channels.cost"), "cost", "money", "down")}
      {card(t("channels.margin"), "margin", "money", "up")}
    </div>
  );
}

function Answer({ data, format }: { data: Balance; format: Format }) {
  const { t } = useTranslation();
  if (!data.channels.length) return t("channels.answerNone");
  return t("channels.answer", {
    margin: format.brief(data.total.margin, "money"),
    revenue: format.brief(data.total.revenue, "money"),
    cost: format.brief(data.total.cost, "money"),
    share: format.figure(data.direct_share, "ratio"),
  });
}

/** Show the page. */
export function ChannelsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/metrics/channels" });
  const navigate = useNavigate({ from: "/metrics/channels" });
  const go = useCallback((patch: ChannelsSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const today = useQuery({ ...todayOptions(), retry: false });
  const last = today.data?.date ?? dayjs().subtract(1, "day").format("YYYY-MM-DD");
  const given = isDay(search.start) && isDay(search.end) && search.start <= search.end;
  const span = given ? { start: search.start as string, end: search.end as string } : lastDays(last, 28);
  const compare = COMPARE.find((value) => value === search.compare) ?? "previous";
  const ask = { period: written(span), compare };
  const query = useQuery({ ...balanceOptions(ask), enabled: given || !today.isPending, placeholderData: keepPreviousData });
  const data = query.data;
  const format = useFormat(data?.currency);
  const rows: RowsAsk | null =
    search.rows && data
      ? {
          metric: search.rows,
          where: search.channel ? [{ field: "sales_channel", op: "=", value: search.channel }] : [],
          from: span.start,
          to: span.end,
          clock: data.clock,
        }
      : null;
  const close = useCallback(() => go({ rows: undefined, channel: undefined, who: undefined } as ChannelsSearch), [go]);
  return (
    <Page
      title={t("channels.title")}
      answer={data ? <Answer data={data} format={format} /> : "\u00a0"}
      filters={
        <>
          <Filter label={t("period.label")}>
            <RangePicker label={t("period.label")} value={span} last={last} change={(next) => go({ start: next.start, end: next.end })} />
          </Filter>
          <Filter label={t("channels.compare")}>
            <Select
              aria-label={t("channels.compare")}
              value={compare}
              popupMatchSelectWidth={false}
              options={COMPARE.map((value) => ({ value, label: t(value === "previous" ? "period.previous" : "period.lastYear") }))}
              onChange={(value) => go({ compare: value })}
            />
          </Filter>
        </>
      }
    >
      {data?.notes.length ? (
        <div className="notes">
          {data.notes.map((note) => (
            <span key={note.code}>{format.say(note)}</span>
          ))}
        </div>
      ) : null}
      <Shown
        query={query}
        what={t("channels.what")}
        permission="metrics.read"
        skeleton={<Bone height={420} />}
        empty={(found) =>
          found.channels.length === 0 ? (
            <Empty
              title={t("channels.emptyTitle")}
              text={t("channels.emptyText")}
              action={
                <Button type="primary" onClick={() => go({ start: undefined, end: undefined } as ChannelsSearch)}>
                  {t("channels.widen")}
                </Button>
              }
            />
          ) : null
        }
      >
        {(found) => (
          <>
            <Strip data={found} format={format} />
            <Panel title={t("channels.table")} hint={t("channels.tableHint")} className="channel-table">
              <ChannelsTable data={found} format={format} open={(metric, channel) => go({ rows: metric, channel } as ChannelsSearch)} />
            </Panel>
            <ChannelsShift
              ask={ask}
              data={found}
              format={format}
              trial={search.trial}
              setTrial={(trial) => go({ trial } as ChannelsSearch)}
              openPeople={(who) => go({ who })}
            />
          </>
        )}
      </Shown>
      <RowsPane ask={rows} title={search.channel ?? t("channels.total")} about={format.span(span.start, span.end)} close={close} />
      <MovablePeople period={ask.period} who={search.who} format={format} close={close} />
    </Page>
  );
}
