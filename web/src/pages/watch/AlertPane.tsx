/** One alert: its course over what was to be expected, what explains it, which known events it is like, what was done; and acting on it. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type AlertDetail, type AlertWhy, alertCourseOptions, alertOptions, alertWhyOptions, type CauseElement } from "@/api/alerts";
import type { Place } from "@/api/analyses";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Bone, ErrorPanel, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { writePlace } from "@/pages/analyses/place";
import { useNames } from "@/pages/metrics/names";
import { useMay } from "@/shell/session";
import { AlertActions } from "./AlertActions";
import { AlertChart } from "./AlertChart";
import { AlertState, useAlertName } from "./Alerts";
import { PlaybookSteps } from "./PlaybookSteps";
import { usePlace } from "./places";

type Props = { id: string | null; act: string | null; close: () => void };

/** Show the pane while `id` is given; `act` is what its link asked for (`ack`): one click confirms it. */
export function AlertPane({ id, act, close }: Props) {
  const { t } = useTranslation();
  return (
    <SidePane open={id !== null} title={t("alerts.one")} close={close} width={760} testid="alert">
      {id ? <Whole key={id} id={id} act={act} /> : null}
    </SidePane>
  );
}

function Whole({ id, act }: { id: string; act: string | null }) {
  const { t } = useTranslation();
  const query = useQuery(alertOptions(id));
  return (
    <Shown query={query} what={t("alerts.one")} permission="alerts.read" skeleton={<Bone height={360} />}>
      {(alert) => <Body alert={alert} act={act} />}
    </Shown>
  );
}

function Body({ alert, act }: { alert: AlertDetail; act: string | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useAlertName();
  const place = usePlace();
  const { owner } = useNames();
  const may = useMay("alerts.handle");
  const metric = alert.kind === "metric";
  return (
    <div className="alert-whole">
      <header>
        <h2>{name(alert)}</h2>
        <p className="alert-place">{metric ? place(alert.key, t("alerts.whole")) : alert.note}</p>
        <p className="alert-meta">
          <AlertState alert={alert} />
          <span>{t(`alerts.severity.${alert.severity}`)}</span>
          <span>{owner(alert.owner)}</span>
          <span className="num">{t("alerts.since", { at: format.full(new Date(alert.first_ms).toISOString()) })}</span>
          {alert.ended_ms ? <span className="num">{t("alerts.ended", { at: format.full(new Date(alert.ended_ms).toISOString()) })}</span> : null}
        </p>
      </header>
      {may ? <AlertActions alert={alert} act={act} /> : null}
      {metric ? <Figures alert={alert} format={format} /> : null}
      {metric ? <Course alert={alert} format={format} /> : null}
      {metric ? <Why alert={alert} format={format} /> : null}
      <History alert={alert} format={format} />
    </div>
  );
}

function Figures({ alert, format }: { alert: AlertDetail; format: Format }) {
  const { t } = useTranslation();
  const facts: [string, string][] = [
    [t("alerts.value"), format.figure(alert.value, alert.unit)],
    [t("alerts.expected"), format.figure(alert.expected, alert.unit)],
    [t("alerts.peak"), format.figure(alert.peak, alert.unit)],
    [t("alerts.cost"), alert.money === null ? t("alerts.noMoney") : format.figure(alert.money, "money", { currency: alert.currency })],
    [t("alerts.perHour"), alert.why?.money_hour ? format.figure(String(alert.why.money_hour), "money", { currency: alert.currency }) : "\u2014"],
  ];
  return (
    <dl className="alert-facts">
      {facts.map(([term, shown]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd className="num">{shown}</dd>
        </div>
      ))}
    </dl>
  );
}

function Course({ alert, format }: { alert: AlertDetail; format: Format }) {
  const { t } = useTranslation();
  const query = useQuery(alertCourseOptions(alert.id));
  const title = format.say(alert.monitor_title) || alert.monitor;
  return (
    <section className="alert-part">
      <h3>{t("alerts.course")}</h3>
      <Shown
        query={query}
        what={t("alerts.course")}
        permission="alerts.read"
        skeleton={<Bone height={220} />}
        empty={(found) => (found.points.some((one) => one.value !== null) ? null : <p className="muted">{t("alerts.noCourse")}</p>)}
      >
        {(found) => <AlertChart points={found.points} step={found.step_ms} unit={alert.unit} name={title} format={format} />}
      </Shown>
    </section>
  );
}

function Why({ alert, format }: { alert: AlertDetail; format: Format }) {
  const { t } = useTranslation();
  const query = useQuery({ ...alertWhyOptions(alert.id), enabled: alert.why !== null });
  return (
    <section className="alert-part">
      <h3>{t("alerts.why")}</h3>
      {alert.why === null ? <p className="muted">{t("alerts.noWhy")}</p> : <p className="alert-sentence">{format.say(alert.why.told)}</p>}
      {query.error ? <ErrorPanel error={query.error} what={t("alerts.why")} /> : null}
      {query.data ? <Cause alert={alert} why={query.data} format={format} /> : null}
      <Behind alert={alert} />
      {alert.metric ? (
        <p>
          <Link
            to="/watch/root-cause"
            search={{
              metric: alert.metric,
              start: format.civil(new Date(alert.first_ms).toISOString()),
              end: format.civil(new Date(alert.last_ms).toISOString()),
              by: Object.keys(alert.key).join(",") || undefined,
            }}
          >
            {t("alerts.further")}
          </Link>
        </p>
      ) : null}
    </section>
  );
}

/** To the analysis that was watched, as it was asked; of a funnel with the list of those who did not go on. */
function Behind({ alert }: { alert: AlertDetail }) {
  const { t } = useTranslation();
  const may = useMay("people.see");
  const asked = alert.behind;
  if (!asked) return null;
  const { step, dropped, cell, value } = asked;
  const rows = may && step !== null ? writePlace({ step, dropped, cell: cell as Place["cell"], value }) : undefined;
  return (
    <p>
      <Link to={asked.kind === "funnel" ? "/analyse/funnel" : "/analyse/trend"} search={{ def: asked.definition, rows }}>
        {t(rows ? "alerts.notOn" : "alerts.analysis")}
      </Link>
    </p>
  );
}

function Cause({ alert, why, format }: { alert: AlertDetail; why: AlertWhy; format: Format }) {
  const { t } = useTranslation();
  const place = usePlace();
  const first = why.matches[0];
  return (
    <>
      {why.elements.length ? (
        <Sheet<CauseElement>
          label={t("alerts.places")}
          rows={why.elements}
          rowKey={(row) => JSON.stringify(row.element)}
          columns={[
            { key: "place", title: t("alerts.place"), cell: (row) => <strong>{place(row.element, t("alerts.whole"))}</strong> },
            { key: "change", title: t("alerts.change"), number: true, width: 110, cell: (row) => format.figure(row.change, "count", { sign: true }) },
            {
              key: "share",
              title: t("alerts.share"),
              number: true,
              width: 100,
              cell: (row) => (row.share === null ? "\u2014" : format.figure(row.share, "ratio")),
            },
            {
              key: "ratio",
              title: t("alerts.ratio"),
              number: true,
              width: 120,
              cell: (row) => (row.ratio === null ? "\u2014" : format.figure(row.ratio, "ratio")),
            },
            { key: "sure", title: t("alerts.sure"), number: true, width: 90, cell: (row) => format.figure(row.confidence, "ratio") },
          ]}
        />
      ) : null}
      {why.matches.length ? <h4>{t("alerts.matches")}</h4> : null}
      <ol className="alert-matches">
        {why.matches.map((match) => (
          <li key={match.known_event}>
            <Link to="/watch/known-events" search={{ name: match.known_event }}>
              {format.say(match.title)}
            </Link>
            <span className="num">{t("alerts.likeness", { share: format.figure(match.likeness, "ratio") })}</span>
            <ul>
              {match.reasons.map((one) => (
                <li key={`${one.part} ${one.what}`} data-fit={one.fit ?? "unknown"}>
                  {format.say(one.sentence)}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
      {first ? <PlaybookSteps alert={alert} event={first.known_event} /> : null}
    </>
  );
}

function History({ alert, format }: { alert: AlertDetail; format: Format }) {
  const { t } = useTranslation();
  return (
    <section className="alert-part">
      <h3>{t("alerts.history")}</h3>
      <ul className="alert-history">
        {alert.steps.map((step) => (
          <li key={`${step.at_ms} ${step.after} ${step.reason}`}>
            <span className="num muted">{format.full(new Date(step.at_ms).toISOString())}</span>
            <strong>{t(`alerts.state.${step.after as "open"}`)}</strong>
            <span>{step.actor_name}</span>
            {step.actor === "system" ? null : <span className="muted">{step.reason}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
