/** Which closed days changed afterwards: a bar for each day, then the days with their causes and who had been told the old figures. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Select } from "antd";
import dayjs from "dayjs";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { catalogueOptions, todayOptions } from "@/api/keys";
import { type Ask, fetchRestatementsFile, type RestatedDay, type Restatements, restatementsOptions } from "@/api/restatements";
import { type ChangeBar, ChangeBars } from "@/charts/ChangeBars";
import { DownloadButton } from "@/kit/DownloadButton";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { RangePicker } from "@/kit/PeriodPicker";
import { isDay, lastDays } from "@/kit/period";
import { RowsPane } from "@/kit/RowsPane";
import { Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import type { RestatementsSearch } from "@/shell/router";
import { Moved, RestatedDayPane, useCauseName } from "./RestatedDay";
import "./restate.css";

const MOST = 12;
const CAUSES_SHOWN = 3;

/** Every day of the period as a bar of a metric; a day that is not in the answer stayed. */
export function barsOf(data: Restatements, metric: string): ChangeBar[] {
  const by = new Map(data.days.map((one) => [one.day, one.metrics.find((change) => change.name === metric)]));
  const bars: ChangeBar[] = [];
  for (let day = dayjs(data.period.start); !day.isAfter(data.period.end); day = day.add(1, "day")) {
    const name = day.format("YYYY-MM-DD");
    const found = by.get(name);
    const { at_close: before = null, now: after = null, difference = null, certain = true } = found ?? {};
    bars.push({ day: name, before, after, difference, certain, moved: found !== undefined });
  }
  return bars;
}

type Open = (day: string) => void;
type TableProps = { data: Restatements; metric: string; format: Format; open: Open; day: string | null; ask: Ask };

function Days({ data, metric, format, open, day, ask }: TableProps) {
  const { t } = useTranslation();
  const named = useCauseName();
  const title = new Map(data.metrics.map((one) => [one.name, format.say(one.title)]));
  const about = data.metrics.find((one) => one.name === metric);
  const of = (row: RestatedDay) => row.metrics.find((one) => one.name === metric);
  return (
    <Panel
      title={t("restate.table")}
      hint={t("restate.tableHint")}
      action={
        <DownloadButton
          fetch={() => fetchRestatementsFile(ask)}
          name={`restatements_${ask.from}_${ask.to}.csv`}
          label={t("restate.download")}
          failed={t("restate.failed")}
        />
      }
    >
      <Sheet
        label={t("restate.table")}
        rows={data.days}
        rowKey={(row) => row.day}
        selected={day}
        open={(row) => open(row.day)}
        columns={[
          { key: "day", title: t("restate.day"), width: 150, cell: (row) => <strong>{format.day(row.day)}</strong> },
          {
            key: "then",
            title: `${t("restate.atClose")} · ${title.get(metric) ?? ""}`,
            number: true,
            width: 170,
            cell: (row) => format.figure(of(row)?.at_close, about?.unit ?? "count"),
          },
          { key: "now", title: t("restate.now"), number: true, width: 130, cell: (row) => format.figure(of(row)?.now, about?.unit ?? "count") },
          {
            key: "difference",
            title: t("restate.difference"),
            number: true,
            width: 140,
            cell: (row) => <Moved change={of(row)} about={about} format={format} />,
          },
          { key: "also", title: t("restate.also"), cell: (row) => row.metrics.map((one) => title.get(one.name) ?? one.name).join(", ") },
          {
            key: "causes",
            title: t("restate.causes"),
            cell: (row) => (
              <span className="restate-tags">
                {row.causes.slice(0, CAUSES_SHOWN).map((one) => (
                  <span key={`${one.kind} ${one.source} ${one.batch_id}`} className={one.exact ? "tag" : "tag tag-warn"}>
                    {named(one)}
                  </span>
                ))}
                {row.causes.length > CAUSES_SHOWN ? <span className="muted">+{row.causes.length - CAUSES_SHOWN}</span> : null}
              </span>
            ),
          },
          { key: "told", title: t("restate.told"), number: true, width: 150, cell: (row) => format.count(row.told.length) },
        ]}
      />
    </Panel>
  );
}

function Notes({ data, format }: { data: Restatements; format: Format }) {
  const { t, i18n } = useTranslation();
  const facts = data.single.map((name) => (i18n.exists(`restate.value.${name}`) ? t(`restate.value.${name}` as "restate.value.channel_cost") : name));
  if (!data.filled_days && !facts.length) return null;
  return (
    <div className="notes">
      {data.filled_days ? <span>{t("restate.filled", { days: format.count(data.filled_days) })}</span> : null}
      {facts.length ? <span>{t("restate.single", { facts: facts.join(", ") })}</span> : null}
    </div>
  );
}

type ShapeProps = { data: Restatements; format: Format; metric: string; choose: (metric: string) => void; open: Open; day: string | null; ask: Ask };

function Shape({ data, format, metric, choose, open, day, ask }: ShapeProps) {
  const { t } = useTranslation();
  const about = data.metrics.find((one) => one.name === metric);
  const bars = useMemo(() => barsOf(data, metric), [data, metric]);
  const moved = bars.some((bar) => bar.moved);
  const name = `${t("restate.chart")}: ${format.say(about?.title)}`;
  return (
    <>
      <Panel
        title={name}
        hint={t("restate.chartHint")}
        className="restate-chart"
        action={
          <Select
            size="small"
            aria-label={t("restate.chartMetric")}
            popupMatchSelectWidth={false}
            value={metric}
            options={data.metrics.map((one) => ({ value: one.name, label: format.say(one.title) }))}
            onChange={choose}
          />
        }
      >
        {moved ? (
          <ChangeBars bars={bars} unit={about?.unit ?? "count"} name={name} format={format} height={220} pick={open} />
        ) : (
          <p className="muted">{t("restate.chartNone")}</p>
        )}
      </Panel>
      <Days data={data} metric={metric} format={format} open={open} day={day} ask={ask} />
    </>
  );
}

/** Show the page. */
export function RestatementsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/metrics/restatements" });
  const navigate = useNavigate({ from: "/metrics/restatements" });
  const go = useCallback((patch: RestatementsSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const { data: catalogue } = useQuery(catalogueOptions());
  const today = useQuery({ ...todayOptions(), retry: false });
  const last = today.data?.date ?? dayjs().subtract(1, "day").format("YYYY-MM-DD");
  const given = isDay(search.start) && isDay(search.end) && search.start <= search.end;
  const span = given ? { start: search.start as string, end: search.end as string } : lastDays(last, 28);
  const names = (search.metrics ?? "").split(",").filter(Boolean);
  const ask: Ask = { from: span.start, to: span.end, ...(names.length ? { metrics: names.join(",") } : {}) };
  const query = useQuery({ ...restatementsOptions(ask), enabled: given || !today.isPending, placeholderData: keepPreviousData });
  const data = query.data;
  const format = useFormat(data?.currency);
  const changed = data?.metrics.find((one) => data.days.some((day) => day.metrics.some((change) => change.name === one.name)));
  const asked = data?.metrics.find((one) => one.name === search.metric);
  const metric = asked?.name ?? changed?.name ?? data?.metrics[0]?.name ?? "";
  const open = useCallback((day: string) => go({ day }), [go]);
  const close = useCallback(() => go({ day: undefined, rows: undefined }), [go]);
  const shown = data?.days.find((one) => one.day === search.day) ?? null;
  const rows = shown && search.rows ? { metric: search.rows, from: shown.day, to: shown.day } : null;
  const titles = new Map(data?.metrics.map((one) => [one.name, format.say(one.title)]));
  return (
    <Page
      title={t("restate.title")}
      answer={
        data
          ? t(data.changed ? "restate.answer" : "restate.answerNone", { changed: format.count(data.changed), closed: format.count(data.closed) })
          : "\u00a0"
      }
      filters={
        <>
          <Filter label={t("period.label")}>
            <RangePicker
              label={t("period.label")}
              value={span}
              last={last}
              change={(next) => go({ start: next.start, end: next.end, day: undefined })}
            />
          </Filter>
          <Filter label={t("restate.metrics")}>
            <Select
              mode="multiple"
              allowClear
              showSearch
              optionFilterProp="label"
              maxCount={MOST}
              maxTagCount={3}
              className="restate-metrics"
              aria-label={t("restate.metrics")}
              placeholder={t("restate.headline")}
              popupMatchSelectWidth={false}
              value={names}
              options={(catalogue?.metrics ?? []).map((entry) => ({ value: entry.name, label: format.say(entry.title) }))}
              onChange={(next: string[]) => go({ metrics: next.join(",") || undefined, metric: undefined, day: undefined })}
            />
          </Filter>
        </>
      }
    >
      {data ? <Notes data={data} format={format} /> : null}
      <Shown
        query={query}
        what={t("restate.what")}
        permission="metrics.read"
        skeleton={<Bone height={420} />}
        empty={(found) => {
          if (found.days.length) return null;
          if (!found.closed) return <Empty title={t("restate.noClosedTitle")} text={t("restate.noClosedText")} />;
          return <Empty title={t("restate.emptyTitle")} text={t("restate.emptyText")} />;
        }}
      >
        {(found) => (
          <Shape
            data={found}
            format={format}
            metric={metric}
            choose={(next) => go({ metric: next })}
            open={open}
            day={search.day ?? null}
            ask={ask}
          />
        )}
      </Shown>
      <RestatedDayPane day={rows ? null : shown} data={data ?? null} format={format} close={close} rows={(next) => go({ rows: next })} />
      <RowsPane
        ask={rows}
        title={titles.get(search.rows ?? "") ?? ""}
        about={shown ? format.day(shown.day) : null}
        close={() => go({ rows: undefined })}
      />
    </Page>
  );
}
