/** Another rule beside the one in force: what is on trial, both over the same days, and putting the better one in force. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type Compared,
  compareOptions,
  type MonitorDetail,
  monitorKeys,
  promoteMonitor,
  type SideCounts,
  type Tried,
  triedOptions,
} from "@/api/monitors";
import { Reason } from "@/kit/Reason";
import { Sheet } from "@/kit/Sheet";
import { Status } from "@/kit/Status";
import { Bone, ErrorPanel, Shown } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";
import { ComparedDays } from "./ComparedDays";
import { useRuleWords } from "./ruleWords";

const SPANS = [14, 28, 90] as const;
const LABELS = ["true", "false", "expected", "data_fault"] as const;
const LOOK = { better: "ok", worse: "bad", same: "no_data", unknown: "no_data" } as const;

type Props = { monitor: MonitorDetail; unit: string; format: Format; attempt: () => void };

/** Show the section of a monitor that is in force. */
export function MonitorChallenge({ monitor, unit, format, attempt }: Props) {
  const { t } = useTranslation();
  const may = useMay("definitions.approve");
  const query = useQuery({ ...triedOptions(monitor.name), retry: false });
  const trial = query.data?.items.filter((one) => one.state === "trial") ?? [];
  const before = query.data?.items.filter((one) => one.state !== "trial") ?? [];
  return (
    <section className="alert-part" data-testid="challenge">
      <h3>{t("monitors.challenge")}</h3>
      <p className="muted">{t("monitors.challengeHint")}</p>
      {query.error ? <ErrorPanel error={query.error} what={t("monitors.challenge")} retry={() => void query.refetch()} /> : null}
      {trial.map((one) => (
        <Challenger key={one.version} monitor={monitor} one={one} unit={unit} format={format} />
      ))}
      {may ? <Button onClick={attempt}>{t("monitors.attempt")}</Button> : null}
      {before.length ? (
        <ul className="event-versions challenge-before">
          {before.map((one) => (
            <Before key={one.version} one={one} unit={unit} format={format} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

/** A version that was tried and is over, or came back by itself. */
function Before({ one, unit, format }: { one: Tried; unit: string; format: Format }) {
  const { t } = useTranslation();
  const rule = useRuleWords();
  if (one.back_from !== null)
    return (
      <li>
        <Status state="warn">{t("monitors.takenBack")}</Status>
        <span>{t("monitors.takenBackText", { version: one.back_from, was: one.was, at: format.instant(one.created) })}</span>
      </li>
    );
  return (
    <li>
      <strong>{t("library.version", { version: one.version })}</strong>
      <span className="tag">{t(`monitors.state.${one.state as "trial"}`)}</span>
      <span>{rule(one.definition, unit)}</span>
      <span className="muted">{one.reason}</span>
      <span className="muted num">{t("library.changed", { who: one.author, at: format.instant(one.changed) })}</span>
    </li>
  );
}

type OneProps = { monitor: MonitorDetail; one: Tried; unit: string; format: Format };

/** A version on trial: its rule, and on demand how it does beside the one in force. */
function Challenger({ monitor, one, unit, format }: OneProps) {
  const { t } = useTranslation();
  const rule = useRuleWords();
  const client = useQueryClient();
  const [days, setDays] = useState<number>(28);
  const [asked, setAsked] = useState(false);
  const options = compareOptions(monitor.name, one.version, days);
  const query = useQuery({ ...options, enabled: asked });
  const stop = () => {
    setAsked(false);
    void client.cancelQueries({ queryKey: options.queryKey });
  };
  return (
    <div className="challenger">
      <p>
        <strong>{t("library.version", { version: one.version })}</strong> <span className="tag">{t("monitors.state.trial")}</span>{" "}
        {rule(one.definition, unit)}
        <br />
        <span className="muted">
          {one.reason} · {t("library.changed", { who: one.author, at: format.instant(one.created) })}
        </span>
      </p>
      <div className="row">
        <Select
          aria-label={t("monitors.replayDays")}
          value={days}
          options={SPANS.map((value) => ({ value, label: t(`monitors.span.d${value}`) }))}
          onChange={setDays}
        />
        {asked ? null : <Button onClick={() => setAsked(true)}>{t("monitors.compare")}</Button>}
      </div>
      {asked ? (
        <Shown query={query} what={t("monitors.compare")} permission="alerts.read" skeleton={<Bone height={200} />} cancel={stop}>
          {(found) => <Beside found={found} monitor={monitor} days={days} format={format} />}
        </Shown>
      ) : null}
    </div>
  );
}

function Beside({ found, monitor, days, format }: { found: Compared; monitor: MonitorDetail; days: number; format: Format }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay("definitions.approve");
  const [asking, setAsking] = useState(false);
  const promote = useMutation({
    mutationFn: (reason: string) => promoteMonitor(monitor.name, { version: found.challenger.version, days, reason }),
    onSuccess: async () => {
      setAsking(false);
      await client.invalidateQueries({ queryKey: monitorKeys.all });
    },
  });
  const sides: (SideCounts & { who: string })[] = [
    { ...found.champion, who: t("monitors.champion") },
    { ...found.challenger, who: t("monitors.challenger") },
  ];
  const count = (key: "times" | "true" | "missed" | "wrong" | "unjudged") => ({
    key,
    title: t(`monitors.side.${key}`),
    number: true,
    cell: (row: SideCounts) => format.count(row[key]),
  });
  const said = LABELS.filter((label) => found.labels[label]).map(
    (label) => `${t(`alerts.label.${label}`)} ${format.count(found.labels[label] ?? 0)}`,
  );
  return (
    <>
      <p>
        <Status state={LOOK[found.verdict]}>{t(`monitors.verdict.${found.verdict}`)}</Status>{" "}
        <span className="muted">{t(`monitors.verdictWhy.${found.verdict}`)}</span>
      </p>
      <Sheet<SideCounts & { who: string }>
        label={t("monitors.compare")}
        rows={sides}
        rowKey={(row) => row.who}
        columns={[
          {
            key: "who",
            title: format.days(found.start, found.end),
            cell: (row) => `${row.who} · ${row.version ? t("library.version", { version: row.version }) : t("library.shipped")}`,
          },
          count("times"),
          count("true"),
          count("missed"),
          count("wrong"),
          count("unjudged"),
        ]}
      />
      <ComparedDays champion={found.champion_days} challenger={found.challenger_days} format={format} />
      <p className="muted">
        {t("monitors.inCommon", { count: found.common, all: found.challenger.times })}{" "}
        {said.length ? t("monitors.peopleSaid", { said: said.join(t("library.comma")) }) : t("monitors.nobodySaid")}
      </p>
      {may && found.verdict === "better" ? (
        <Button type="primary" onClick={() => setAsking(true)}>
          {t("monitors.promote")}
        </Button>
      ) : null}
      <Reason
        open={asking}
        title={t("monitors.promote")}
        action={t("monitors.promote")}
        text={t("monitors.promoteText")}
        busy={promote.isPending}
        error={promote.error}
        done={(reason) => promote.mutate(reason)}
        close={() => setAsking(false)}
      />
    </>
  );
}
