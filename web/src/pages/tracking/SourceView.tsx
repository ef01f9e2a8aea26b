/** One source: how it does, what is arriving from it, how to send to it, and its keys. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { dataKeys, type Source, setRunning, sourcesOptions } from "@/api/data";
import { MISSING, toNumber } from "@/kit/format";
import { Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Reason } from "@/kit/Reason";
import { Status } from "@/kit/Status";
import { Strip } from "@/kit/Strip";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { HowToSend } from "./HowToSend";
import { LiveEvents } from "./LiveEvents";
import { useDataNames } from "./names";
import { lastHour, stateOf } from "./Sources";
import "./tracking.css";

function Answer({ source, format }: { source: Source; format: Format }) {
  const { t } = useTranslation();
  const state = stateOf(source);
  if (source.stopped) return t("source.answerStopped", { when: format.instant(source.stopped) });
  if (state === "listening") return t("source.answerListening");
  const at = source.last_event ?? source.last_loaded;
  const when = at ? format.instant(at) : MISSING;
  if (state === "ok") return t("source.answerOk", { when });
  return t("source.answerLate", { when, lag: source.lag_ms === null ? MISSING : format.lag(source.lag_ms) });
}

function Figures({ source, format }: { source: Source; format: Format }) {
  const { t } = useTranslation();
  const names = useDataNames();
  const hour = lastHour(source);
  const share = toNumber(source.bad_share);
  const shown: [string, React.ReactNode][] = [
    [t("sources.hour"), hour ? format.count(hour.received) : MISSING],
    [t("sources.bad"), share === null ? MISSING : <span className={share >= 0.05 ? "is-over" : ""}>{format.figure(share, "ratio")}</span>],
    [t("sources.lag"), source.lag_ms === null ? MISSING : format.lag(source.lag_ms)],
    [t("sources.inFlight"), format.count(source.in_flight)],
    [
      t("source.day"),
      source.balance ? (
        <Link to="/data/quality" search={{ source: source.source }} title={t("source.dayHint")}>
          {format.brief(source.balance.received, "count", { tidy: true })}
        </Link>
      ) : (
        MISSING
      ),
    ],
    [
      t("source.kept"),
      source.balance ? (
        <Link to="/data/quarantine" search={{ source: source.source }}>
          {format.count(source.balance.quarantined)}
        </Link>
      ) : (
        MISSING
      ),
    ],
  ];
  return (
    <section className="panel figures">
      {shown.map(([name, value]) => (
        <dl className="figure" key={name}>
          <dt>{name}</dt>
          <dd className="num">{value}</dd>
        </dl>
      ))}
      <div>
        <div className="section-head">
          <h3>{t("sources.strip")}</h3>
          <Status state={stateOf(source)}>{names.state(stateOf(source))}</Status>
        </div>
        {source.strip.length ? (
          <Strip minutes={source.strip} height={34} label={t("sources.stripLabel", { name: source.name || source.source })} />
        ) : (
          <p className="muted">{t("sources.nothingYet")}</p>
        )}
      </div>
    </section>
  );
}

/** Show the page. */
export function SourcePage() {
  const { t } = useTranslation();
  const { source: code } = useParams({ from: "/desk/data/sources/$source" });
  const format = useFormat();
  const query = useQuery(sourcesOptions());
  const maySee = useMay("events.see");
  const source = query.data?.sources.find((entry) => entry.source === code);
  const back = (
    <Link to="/data/sources" search={{}}>
      {t("source.back")}
    </Link>
  );
  return (
    <Page
      title={t("source.title", { name: source?.name || code })}
      answer={source ? <Answer source={source} format={format} /> : "\u00a0"}
      aside={
        <>
          {source?.collects ? <Running source={source} /> : null}
          {back}
        </>
      }
      fill
    >
      <Shown
        query={query}
        what={t("sources.what")}
        permission="sources.read"
        skeleton={<Bone height={480} />}
        empty={() => (source ? null : <Empty title={t("source.noneTitle")} text={t("source.noneText", { code })} action={back} />)}
      >
        {() =>
          source ? (
            <div className="source">
              <Figures source={source} format={format} />
              <div className="source-row">
                <Panel title={t("source.liveTitle")} hint={t("source.liveHint")} className="scrolls">
                  {maySee ? <LiveEvents source={source} /> : <p className="muted">{t("state.forbiddenWho", { permission: "events.see" })}</p>}
                </Panel>
                <Panel title={t("source.sendTitle")} hint={t("source.sendHint")} className="scrolls">
                  {source.collects ? <HowToSend source={source} /> : <ByFile />}
                </Panel>
              </div>
            </div>
          ) : null
        }
      </Shown>
    </Page>
  );
}

function Running({ source }: { source: Source }) {
  const { t } = useTranslation();
  const may = useMay("sources.manage");
  const client = useQueryClient();
  const [asking, ask] = useState(false);
  const turning = useMutation({
    mutationFn: (running: boolean) => setRunning(source.source, running),
    onSuccess: () => {
      ask(false);
      return client.invalidateQueries({ queryKey: dataKeys.sources });
    },
  });
  if (!may) return null;
  return (
    <>
      {source.stopped ? (
        <Button type="primary" loading={turning.isPending} onClick={() => turning.mutate(true)}>
          {t("source.start")}
        </Button>
      ) : (
        <Button onClick={() => ask(true)}>{t("source.stop")}</Button>
      )}
      <Reason
        open={asking}
        title={t("source.stopTitle", { name: source.name || source.source })}
        text={t("source.stopText")}
        action={t("source.stop")}
        danger
        why={false}
        busy={turning.isPending}
        error={turning.error}
        done={() => turning.mutate(false)}
        close={() => ask(false)}
      />
    </>
  );
}

function ByFile() {
  const { t } = useTranslation();
  return (
    <p className="muted">
      {t("source.byFile")}{" "}
      <Link to="/data/imports" search={{}}>
        {t("nav.imports")}
      </Link>
    </p>
  );
}
