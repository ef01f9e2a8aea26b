/** One incident, problem, change or task: what it costs, what explains it, who works on it, what was done and is to be done. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { alertCourseOptions, alertOptions, alertWhyOptions } from "@/api/alerts";
import { type ItsmRecord, type ItsmWhole, incidentKeys, moveRecord, recordOptions } from "@/api/incidents";
import { type EventBody, knownEventOptions } from "@/api/knownEvents";
import { Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Reason } from "@/kit/Reason";
import { Bone, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { AlertChart } from "./AlertChart";
import { Linked } from "./IncidentLinked";
import { IncidentReview } from "./IncidentReview";
import { Timeline } from "./IncidentTimeline";
import { Checks } from "./KnownEventPane";
import { Owner } from "./Owner";
import { PlaybookSteps } from "./PlaybookSteps";
import { usePlace } from "./places";
import { headOf, RecordState, Severity, useTitle } from "./records";
import "@/kit/parts.css";
import "./watch.css";

/** Show the page. */
export function IncidentPage() {
  const { t } = useTranslation();
  const { record: id } = useParams({ from: "/desk/watch/incidents/$record" });
  const query = useQuery(recordOptions(id));
  const title = useTitle();
  const format = useFormat();
  const found = query.data;
  return (
    <Page
      title={found ? headOf(title(found.record)) : t("incidents.one")}
      answer={found ? <Answer record={found.record} format={format} /> : "\u00a0"}
      aside={found ? <Moves record={found.record} /> : null}
    >
      <Shown query={query} what={t("incidents.one")} permission="incidents.read" skeleton={<Bone height={420} />}>
        {(whole) => <Body whole={whole} format={format} />}
      </Shown>
    </Page>
  );
}

function Answer({ record, format }: { record: ItsmRecord; format: Format }) {
  const { t } = useTranslation();
  if (record.kind !== "incident") return <RecordState record={record} />;
  const cost = record.cost === null ? t("alerts.noMoney") : t("alerts.sofar", { money: format.figure(record.cost, "money") });
  return (
    <span className="incident-answer">
      <RecordState record={record} />
      <Severity record={record} />
      {record.money_per_hour === null ? null : (
        <strong className="num">{t("alerts.hourly", { money: format.figure(record.money_per_hour, "money") })}</strong>
      )}
      <span className="num">{cost}</span>
      {record.people === null ? null : <span className="num">{t("incidents.people", { count: record.people })}</span>}
      <span className="num">{t("alerts.since", { at: format.instant(record.opened) })}</span>
    </span>
  );
}

/** What may happen to it next, each with its reason. */
function Moves({ record }: { record: ItsmRecord }) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  const may = useMay("incidents.work");
  const [event, setEvent] = useState<string | null>(null);
  const move = useMutation({
    mutationFn: (reason: string) => moveRecord(record, event ?? "", reason),
    onSuccess: async () => {
      setEvent(null);
      await client.invalidateQueries({ queryKey: incidentKeys.all });
    },
  });
  const events = record.events.filter((one) => one !== "merge" && i18n.exists(`incidents.move.${one}`));
  const called = (one: string) => t(`incidents.move.${one as "see"}`);
  if (!may || !events.length) return null;
  return (
    <div className="row">
      {events.map((one, index) => (
        <Button
          key={one}
          type={index === 0 ? "primary" : "default"}
          onClick={() => {
            move.reset();
            setEvent(one);
          }}
        >
          {called(one)}
        </Button>
      ))}
      <Reason
        open={event !== null}
        title={event ? called(event) : ""}
        action={event ? called(event) : ""}
        text={event ? t("incidents.moveText") : ""}
        busy={move.isPending}
        error={move.error}
        done={(reason) => move.mutate(reason)}
        close={() => setEvent(null)}
      />
    </div>
  );
}

function Body({ whole, format }: { whole: ItsmWhole; format: Format }) {
  const { t } = useTranslation();
  const { record } = whole;
  const alert = whole.alerts.find((one) => typeof one.alert === "string" && one.alert.startsWith("alert_"))?.alert ?? null;
  return (
    <div className="incident-grid">
      <div>
        {alert ? <Detection id={alert} count={whole.alerts.length} format={format} /> : null}
        {record.kind === "incident" ? null : <Details record={record} format={format} />}
        <Timeline whole={whole} format={format} />
      </div>
      <div>
        <Panel title={t("incidents.owner")}>
          <Owner record={record} />
          <dl className="incident-facts">
            <Fact term={t("incidents.number")} shown={record.id} />
            <Fact term={t("incidents.openedBy")} shown={record.opened_by} />
            <Fact term={t("incidents.seenAt")} shown={record.seen ? format.instant(record.seen) : t("incidents.notYet")} />
            <Fact term={t("incidents.resolvedAt")} shown={record.resolved ? format.instant(record.resolved) : t("incidents.notYet")} />
            {record.worked_s === null ? null : <Fact term={t("incidents.worked")} shown={format.lag(record.worked_s * 1000)} />}
            {record.waiting ? <Fact term={t("incidents.waits")} shown={record.waiting} /> : null}
          </dl>
        </Panel>
        <Linked whole={whole} format={format} />
        {record.kind === "incident" ? (
          <IncidentReview record={record} learned={whole.timeline.find((one) => one.what === "learned")?.text ?? null} />
        ) : null}
      </div>
    </div>
  );
}

function Fact({ term, shown }: { term: string; shown: string }) {
  return (
    <>
      <dt>{term}</dt>
      <dd className="num">{shown}</dd>
    </>
  );
}

function Details({ record, format }: { record: ItsmRecord; format: Format }) {
  const { t, i18n } = useTranslation();
  const said: [string, string][] = Object.entries({
    ...record.body,
    fallback: record.fallback,
    accepted_risk: record.accepted_risk,
    rule: record.rule,
    person: record.person,
  })
    .filter(([, value]) => value !== null && value !== "" && (typeof value === "string" || typeof value === "number"))
    .map(([name, value]) => [name, name.endsWith("_ms") ? format.instant(new Date(Number(value)).toISOString()) : String(value)]);
  if (!said.length) return null;
  return (
    <Panel title={t("incidents.details")}>
      <dl className="incident-facts">
        {said.map(([name, value]) => (
          <Fact key={name} term={i18n.exists(`incidents.field.${name}`) ? t(`incidents.field.${name as "plan"}`) : name} shown={value} />
        ))}
      </dl>
    </Panel>
  );
}

function Detection({ id, count, format }: { id: string; count: number; format: Format }) {
  const { t } = useTranslation();
  const place = usePlace();
  const may = useMay("alerts.read");
  const alert = useQuery({ ...alertOptions(id), enabled: may, retry: false }).data;
  const course = useQuery({ ...alertCourseOptions(id), enabled: may });
  const why = useQuery({ ...alertWhyOptions(id), enabled: may && alert?.why != null }).data;
  if (!alert) return null;
  const match = why?.matches[0];
  return (
    <Panel
      title={t("alerts.why")}
      action={
        <Link to="/watch/alerts" search={{ alert: id, ...(alert.state === "closed" ? { state: "closed" } : {}) }}>
          {t("incidents.openAlert", { count })}
        </Link>
      }
    >
      {alert.why ? <p className="alert-sentence">{format.say(alert.why.told)}</p> : <p className="muted">{t("alerts.noWhy")}</p>}
      {why?.elements.length ? <p className="alert-place">{why.elements.map((one) => place(one.element, t("alerts.whole"))).join("; ")}</p> : null}
      {course.data?.points.length ? (
        <AlertChart points={course.data.points} step={course.data.step_ms} unit={alert.unit} name={format.say(alert.monitor_title)} format={format} />
      ) : null}
      {match ? (
        <>
          <p>
            <Link to="/watch/known-events" search={{ name: match.known_event }}>
              {t("incidents.like", { event: format.say(match.title), share: format.figure(match.likeness, "ratio") })}
            </Link>
          </p>
          <WhatToCheck event={match.known_event} format={format} />
          <PlaybookSteps alert={alert} event={match.known_event} />
        </>
      ) : null}
    </Panel>
  );
}

function WhatToCheck({ event, format }: { event: string; format: Format }) {
  const body = useQuery({ ...knownEventOptions(event), retry: false }).data?.body as EventBody | undefined;
  return body ? <Checks body={body} format={format} /> : null;
}
