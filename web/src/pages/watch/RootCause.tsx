/** The root cause explorer: where a metric changed in a window beside the four weeks before; the combination, and each dimension by itself. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Select } from "antd";
import dayjs from "dayjs";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { catalogueOptions } from "@/api/keys";
import { type RootCause, type RootCauseAsk, type RootCauseDimension, rootCauseOptions } from "@/api/rootCause";
import { DivergingBar } from "@/charts/DivergingBar";
import { dayEnd } from "@/kit/dayEnd";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { RangePicker } from "@/kit/PeriodPicker";
import { isDay, writeWhere } from "@/kit/period";
import { Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { useSplitChoices } from "@/pages/metrics/dimensions";
import type { RootCauseSearch } from "@/shell/watchPages";
import { usePlace } from "./places";
import "@/kit/parts.css";
import "./watch.css";

/** The instant after a civil day of a zone. */
const after = (day: string, zone: string) => Date.parse(dayEnd(day, zone)) + 1000;
const before = (day: string) => dayjs(day).subtract(1, "day").format("YYYY-MM-DD");

/** Show the page. */
export function RootCausePage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/watch/root-cause" });
  const navigate = useNavigate({ from: "/watch/root-cause" });
  const go = useCallback((patch: RootCauseSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const format = useFormat();
  const client = useQueryClient();
  const catalogue = useQuery(catalogueOptions()).data;
  const last = before(format.civil(new Date().toISOString()));
  const given = isDay(search.start) && isDay(search.end) && search.start <= search.end;
  const span = given ? { start: search.start as string, end: search.end as string } : { start: last, end: last };
  const about = catalogue?.metrics.find((one) => one.name === search.metric);
  const by = (search.by ?? "").split(",").filter(Boolean);
  const choices = useSplitChoices(catalogue?.dimensions ?? [], about?.dimensions ?? []).grouped(format, []);
  const ask: RootCauseAsk = {
    metric: search.metric ?? "",
    from_ms: after(before(span.start), format.zone),
    to_ms: after(span.end, format.zone),
    by,
    where: [],
  };
  const query = useQuery({ ...rootCauseOptions(ask), enabled: Boolean(search.metric) });
  const stop = () => void client.cancelQueries({ queryKey: rootCauseOptions(ask).queryKey });
  const sorted = [...(catalogue?.metrics ?? [])].sort((a, b) => Number(b.monitorable) - Number(a.monitorable));
  return (
    <Page
      title={t("alerts.explore")}
      answer={search.metric && query.data ? format.say(query.data.told) : t("alerts.exploreHint")}
      filters={
        <>
          <Filter label={t("monitors.metric")}>
            <Select
              showSearch
              optionFilterProp="label"
              aria-label={t("monitors.metric")}
              placeholder={t("monitors.metric")}
              style={{ minWidth: 220 }}
              popupMatchSelectWidth={false}
              value={search.metric}
              options={sorted.map((one) => ({ value: one.name, label: format.say(one.title) }))}
              onChange={(metric: string) => go({ metric, by: undefined })}
            />
          </Filter>
          <Filter label={t("period.label")}>
            <RangePicker label={t("period.label")} value={span} last={last} change={(next) => go({ start: next.start, end: next.end })} />
          </Filter>
          <Filter label={t("alerts.first")}>
            <Select
              mode="multiple"
              allowClear
              maxCount={4}
              optionFilterProp="label"
              aria-label={t("alerts.first")}
              placeholder={t("alerts.firstNone")}
              style={{ minWidth: 220 }}
              popupMatchSelectWidth={false}
              value={by}
              options={choices}
              onChange={(next: string[]) => go({ by: next.join(",") || undefined })}
            />
          </Filter>
        </>
      }
    >
      {search.metric && query.fetchStatus === "idle" && !query.data && !query.error ? (
        <Empty
          title={t("analysis.stoppedTitle")}
          text={t("analysis.stoppedText")}
          action={
            <Button type="primary" onClick={() => void query.refetch()}>
              {t("analysis.again")}
            </Button>
          }
        />
      ) : search.metric ? (
        <Shown query={query} what={t("alerts.explore")} permission="metrics.read" skeleton={<Bone height={420} />} cancel={stop}>
          {(found) => <Found found={found} metric={search.metric ?? ""} span={span} format={format} />}
        </Shown>
      ) : (
        <Empty title={t("alerts.exploreEmpty")} text={t("alerts.exploreHint")} />
      )}
    </Page>
  );
}

type FoundProps = { found: RootCause; metric: string; span: { start: string; end: string }; format: Format };

function Found({ found, metric, span, format }: FoundProps) {
  const { t } = useTranslation();
  const place = usePlace();
  const share = found.kind === "ratio";
  const whole = (value: number) => (share ? format.figure(value, "ratio") : format.brief(value, "count"));
  return (
    <>
      <dl className="alert-facts">
        <Fact term={t("alerts.expected")} shown={whole(found.before)} />
        <Fact term={t("alerts.value")} shown={whole(found.after)} />
        <Fact term={t(share ? "alerts.changeOrders" : "alerts.changeAmount")} shown={format.figure(found.change, "count", { sign: true })} />
        {share ? <Fact term={t("alerts.mix")} shown={format.figure(found.mix, "count", { sign: true })} /> : null}
        <Fact term={t("alerts.compared")} shown={t("alerts.weeks", { count: found.weeks })} />
        <Fact term={t("alerts.leaves")} shown={format.count(found.leaves)} />
      </dl>
      {found.elements.length ? (
        <Panel title={t("alerts.places")}>
          <Sheet
            label={t("alerts.places")}
            rows={found.elements}
            rowKey={(row) => JSON.stringify(row.element)}
            columns={[
              {
                key: "place",
                title: t("alerts.place"),
                cell: (row) => (
                  <Link
                    to="/metrics/decompose"
                    search={{
                      metric,
                      start: span.start,
                      end: span.end,
                      where: writeWhere(Object.entries(row.element).map(([field, value]) => ({ field, op: "=", value }))),
                    }}
                  >
                    {place(row.element, t("alerts.whole"))}
                  </Link>
                ),
              },
              {
                key: "change",
                title: t("alerts.change"),
                number: true,
                width: 140,
                cell: (row) => format.figure(row.change, "count", { sign: true }),
              },
              { key: "share", title: t("alerts.share"), number: true, width: 120, cell: (row) => format.figure(row.share, "ratio") },
              { key: "ratio", title: t("alerts.ratio"), number: true, width: 120, cell: (row) => format.figure(row.ratio, "ratio") },
              { key: "sure", title: t("alerts.sure"), number: true, width: 100, cell: (row) => format.figure(row.confidence, "ratio") },
            ]}
          />
        </Panel>
      ) : null}
      <div className="explore-grid">
        {found.dimensions.map((one) => (
          <Dimension key={one.dimension} dimension={one} places={found.elements.map((element) => element.element)} format={format} />
        ))}
      </div>
    </>
  );
}

function Fact({ term, shown }: { term: string; shown: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd className="num">{shown}</dd>
    </div>
  );
}

type DimensionProps = { dimension: RootCauseDimension; places: Record<string, string>[]; format: Format };

/** What each value adds; those that the places name are marked. */
function Dimension({ dimension, places, format }: DimensionProps) {
  const { t } = useTranslation();
  const name = useValueName();
  const title = useQuery(catalogueOptions()).data?.dimensions.find((one) => one.name === dimension.dimension)?.title;
  const named = new Set(places.map((one) => one[dimension.dimension]));
  const most = Math.max(0, ...dimension.values.map((one) => Math.abs(one.change)));
  return (
    <Panel title={format.say(title) || dimension.dimension} hint={t("alerts.dimensionHint")}>
      <ul className="explore-values">
        {dimension.values.map((one) => (
          <li key={one.value} className={named.has(one.value) ? "is-named" : ""}>
            <span title={one.value}>{name(dimension.dimension, one.value)}</span>
            <DivergingBar value={one.change} most={most} tone={one.change < 0 ? "bad" : "good"} />
            <span className="num">{format.figure(one.change, "count", { sign: true })}</span>
          </li>
        ))}
      </ul>
      {dimension.count > dimension.values.length ? (
        <p className="muted">{t("alerts.moreValues", { count: dimension.count - dimension.values.length })}</p>
      ) : null}
    </Panel>
  );
}
