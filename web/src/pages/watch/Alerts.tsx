/** Alerts: what is not as expected now, by what explains it and by the money at stake; late data apart; what people said of former ones. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Segmented, Select } from "antd";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Alert, type AlertsAsk, alertsOptions, noiseOptions } from "@/api/alerts";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Status } from "@/kit/Status";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useNames } from "@/pages/metrics/names";
import type { AlertsSearch } from "@/shell/watchPages";
import { AheadPanel } from "./AheadPanel";
import { AlertPane } from "./AlertPane";
import { type CauseGroup, causesOf } from "./causes";
import { BeginMaintenance, MaintenanceNote } from "./Maintenance";
import { NoisePanel } from "./NoisePanel";
import { usePlace } from "./places";
import { SilencesPanel } from "./SilencesPanel";
import { WarnedPanel } from "./WarnedPanel";
import "@/kit/parts.css";
import "./watch.css";

const NOISE_DAYS = 28;
const STATES = ["not_closed", "closed"] as const;

/** What an alert is called: its metric, or the late sources. */
export function useAlertName(): (alert: Alert) => string {
  const { t } = useTranslation();
  const { say } = useFormat();
  return useCallback(
    (alert) => (alert.kind === "data" ? t("alerts.lateTitle") : say(alert.metric_title) || say(alert.monitor_title) || alert.metric),
    [t, say],
  );
}

/** The state of an alert in a word beside its dot. */
export function AlertState({ alert }: { alert: Alert }) {
  const { t } = useTranslation();
  const look = { open: "bad", acked: "warn", suppressed: "no_data", closed: "ok" }[alert.state];
  return <Status state={look}>{t(`alerts.state.${alert.state}`)}</Status>;
}

type LineProps = { alert: Alert; format: Format; open: (alert: string) => void; selected: boolean; group?: CauseGroup };

/** One alert, or one cause by its dearest alert. */
function Line({ alert, format, open, selected, group }: LineProps) {
  const { t } = useTranslation();
  const place = usePlace();
  const name = useAlertName();
  const { owner } = useNames();
  const figures =
    alert.value === null
      ? null
      : t("alerts.against", { value: format.brief(alert.value, alert.unit), expected: format.brief(alert.expected, alert.unit) });
  const hourly = group?.moneyHour ?? alert.why?.money_hour ?? null;
  const money = group?.money ?? (alert.money === null ? null : Number(alert.money));
  return (
    <button
      type="button"
      className={selected ? "alert-line is-selected" : "alert-line"}
      data-severity={alert.severity}
      onClick={() => open(alert.id)}
    >
      <span className="alert-main">
        <strong>{name(alert)}</strong>
        <span className="alert-place">{alert.kind === "data" ? alert.note : place(alert.key, t("alerts.whole"))}</span>
        {alert.why ? <span className="alert-told">{format.say(alert.why.told)}</span> : null}
        <span className="alert-meta">
          <AlertState alert={alert} />
          <span className="num">{t("alerts.since", { at: format.instant(new Date(group?.since ?? alert.first_ms).toISOString()) })}</span>
          {figures ? <span className="num">{figures}</span> : null}
          {alert.why?.known_event ? <span className="tag">{format.say(alert.why.known_event.title)}</span> : null}
          <span>{owner(alert.owner)}</span>
        </span>
      </span>
      <span className="alert-money num">
        {hourly === null ? null : <strong>{t("alerts.hourly", { money: format.brief(String(hourly), "money") })}</strong>}
        {money === null ? (
          <span className="muted">{alert.kind === "data" ? "" : t("alerts.noMoney")}</span>
        ) : (
          <span className="muted">{t("alerts.sofar", { money: format.brief(String(money), "money") })}</span>
        )}
      </span>
    </button>
  );
}

function Cause({
  group,
  format,
  open,
  selected,
}: {
  group: CauseGroup;
  format: Format;
  open: (alert: string) => void;
  selected: string | undefined;
}) {
  const { t } = useTranslation();
  return (
    <li>
      <Line alert={group.lead} format={format} open={open} selected={selected === group.lead.id} group={group} />
      {group.rest.length ? (
        <details className="alert-rest" open={group.rest.some((one) => one.id === selected)}>
          <summary>{t("alerts.absorbed", { count: group.rest.length })}</summary>
          <ul>
            {group.rest.map((alert) => (
              <li key={alert.id}>
                <Line alert={alert} format={format} open={open} selected={selected === alert.id} />
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </li>
  );
}

type ListProps = { alerts: readonly Alert[]; format: Format; open: (alert: string) => void; selected: string | undefined; closed: boolean };

function Lists({ alerts, format, open, selected, closed }: ListProps) {
  const { t } = useTranslation();
  const late = alerts.filter((alert) => alert.kind === "data");
  const groups = useMemo(() => causesOf(alerts.filter((alert) => alert.kind !== "data")), [alerts]);
  return (
    <>
      {late.length ? (
        <Panel title={t("alerts.lateTitle")} hint={t("alerts.lateHint")}>
          <ul className="alert-list">
            {late.map((alert) => (
              <li key={alert.id}>
                <Line alert={alert} format={format} open={open} selected={selected === alert.id} />
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
      {groups.length ? (
        <Panel title={t(closed ? "alerts.closedTitle" : "alerts.openTitle")} hint={t("alerts.openHint")}>
          <ul className="alert-list">
            {groups.map((group) => (
              <Cause key={group.cause} group={group} format={format} open={open} selected={selected} />
            ))}
          </ul>
        </Panel>
      ) : null}
    </>
  );
}

/** Show the page. */
export function AlertsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/watch/alerts" });
  const navigate = useNavigate({ from: "/watch/alerts" });
  const go = useCallback((patch: AlertsSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const format = useFormat();
  const names = useNames();
  const state = search.state === "closed" ? "closed" : "not_closed";
  const ask: AlertsAsk = { state, ...(search.monitor ? { monitor: search.monitor } : {}), ...(search.owner ? { owner: search.owner } : {}) };
  const query = useQuery(alertsOptions(ask));
  const noise = useQuery(noiseOptions(NOISE_DAYS));
  const data = query.data;
  const groups = useMemo(() => causesOf((data?.items ?? []).filter((alert) => alert.kind !== "data")), [data]);
  const hourly = groups.reduce((sum, group) => sum + (group.moneyHour ?? 0), 0);
  const owners = [...new Set([search.owner, ...(data?.items ?? []).map((alert) => alert.owner)].filter((one): one is string => Boolean(one)))].sort();
  const monitors = (noise.data?.items ?? []).map((line) => ({ value: line.monitor, label: format.say(line.title) || line.monitor }));
  const open = useCallback((alert: string) => go({ alert, do: undefined }), [go]);
  const answer = () => {
    if (!data) return "\u00a0";
    if (state === "closed") return t("alerts.answerClosed", { count: data.items.length });
    if (!data.items.length) return t("alerts.answerNone");
    return t(hourly ? "alerts.answer" : "alerts.answerPlain", {
      alerts: data.items.length,
      causes: groups.length,
      money: format.brief(String(hourly), "money"),
    });
  };
  return (
    <Page
      title={t("alerts.title")}
      answer={answer()}
      aside={<BeginMaintenance />}
      filters={
        <>
          <Segmented
            aria-label={t("alerts.which")}
            value={state}
            options={STATES.map((value) => ({ value, label: t(`alerts.show.${value}`) }))}
            onChange={(next) => go({ state: next === "closed" ? "closed" : undefined, alert: undefined })}
          />
          <Filter label={t("alerts.owner")}>
            <Select
              allowClear
              aria-label={t("alerts.owner")}
              placeholder={t("alerts.everyone")}
              popupMatchSelectWidth={false}
              style={{ minWidth: 140 }}
              value={search.owner}
              options={owners.map((value) => ({ value, label: names.owner(value) }))}
              onChange={(next?: string) => go({ owner: next || undefined })}
            />
          </Filter>
          <Filter label={t("alerts.monitor")}>
            <Select
              allowClear
              showSearch
              optionFilterProp="label"
              aria-label={t("alerts.monitor")}
              placeholder={t("alerts.allMonitors")}
              popupMatchSelectWidth={false}
              style={{ minWidth: 180 }}
              value={search.monitor}
              options={monitors}
              onChange={(next?: string) => go({ monitor: next || undefined })}
            />
          </Filter>
        </>
      }
    >
      <MaintenanceNote format={format} />
      <Shown
        query={query}
        what={t("alerts.what")}
        permission="alerts.read"
        skeleton={<Bone height={320} />}
        empty={(found) => (found.items.length ? null : <Empty title={t(`alerts.none.${state}`)} text={t("alerts.noneText")} />)}
      >
        {(found) => <Lists alerts={found.items} format={format} open={open} selected={search.alert} closed={state === "closed"} />}
      </Shown>
      {data?.next ? <p className="muted">{t("alerts.more", { count: data.items.length })}</p> : null}
      <WarnedPanel format={format} />
      <AheadPanel format={format} />
      <SilencesPanel format={format} />
      <NoisePanel query={noise} format={format} pick={(monitor) => go({ monitor, state: "closed" })} />
      <AlertPane id={search.alert ?? null} act={search.do ?? null} close={() => go({ alert: undefined, do: undefined })} />
    </Page>
  );
}
