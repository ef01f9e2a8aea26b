/** Playbooks and runs: what waits for approval first, what was done and what came of it, how much of the caps is used, what is switched now. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  approveRun,
  capsOptions,
  clearFlag,
  type Flag,
  flagsOptions,
  type PlaybookRun,
  performRun,
  playbookKeys,
  refuseRun,
  runsOptions,
  undoRun,
} from "@/api/playbooks";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Reason } from "@/kit/Reason";
import { Sheet } from "@/kit/Sheet";
import { Bone, ErrorPanel, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { CapList } from "./PlaybookCaps";
import { Changes, moment, Outcome, STATES } from "./runs";
import "@/kit/parts.css";
import "./watch.css";

type Asked = { what: "approve" | "refuse" | "undo"; run: PlaybookRun } | { what: "clear"; flag: Flag };

/** Show the page. */
export function PlaybooksPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = useSearch({ from: "/desk/watch/playbooks" });
  const navigate = useNavigate({ from: "/watch/playbooks" });
  const state = STATES.find((one) => one === search.state);
  const query = useQuery(runsOptions({ limit: 100, ...(state ? { state } : {}) }));
  const waiting = useQuery({ ...runsOptions({ state: "proposed", limit: 100 }), retry: false });
  const caps = useQuery({ ...capsOptions(), retry: false });
  const flags = useQuery({ ...flagsOptions(), retry: false });
  const [asked, ask] = useState<Asked | null>(null);
  const waits = waiting.data?.items ?? [];
  const live = (flags.data?.items ?? []).filter((one) => one.holds);
  const unverified = (query.data?.items ?? []).filter((one) => one.verification === "waiting" || one.verification === "not_recovered").length;
  return (
    <Page
      title={t("playbooks.page")}
      answer={query.data ? t("playbooks.answer", { waiting: waits.length, unverified, flags: live.length }) : "\u00a0"}
      filters={
        <Filter label={t("playbooks.outcome")}>
          <Select
            aria-label={t("playbooks.outcome")}
            style={{ minWidth: 150 }}
            value={state ?? ""}
            options={[
              { value: "", label: t("playbooks.anyState") },
              ...STATES.map((one) => ({ value: one as string, label: t(`playbooks.state.${one}`) })),
            ]}
            onChange={(next) => void navigate({ search: { state: next || undefined } })}
          />
        </Filter>
      }
    >
      {waiting.error ? <ErrorPanel error={waiting.error} what={t("playbooks.waiting")} permission="alerts.read" /> : null}
      {waits.length ? <Waiting runs={waits} ask={ask} /> : null}
      <Shown
        query={query}
        what={t("playbooks.runs")}
        permission="alerts.read"
        skeleton={<Bone height={320} />}
        empty={(found) => (found.items.length ? null : <p className="muted">{t(state ? "playbooks.noneSo" : "playbooks.noRuns")}</p>)}
      >
        {(found) => <Runs runs={found.items} ask={ask} format={format} />}
      </Shown>
      <div className="run-beside">
        <Panel title={t("playbooks.flags")} hint={t("playbooks.flagsHint")}>
          {flags.error ? <ErrorPanel error={flags.error} what={t("playbooks.flags")} permission="alerts.read" /> : null}
          {flags.data ? <FlagList flags={live} ask={ask} format={format} /> : null}
        </Panel>
        <Panel title={t("playbooks.caps")} hint={t("playbooks.capsHint")}>
          {caps.error ? <ErrorPanel error={caps.error} what={t("playbooks.caps")} permission="alerts.read" /> : null}
          {caps.data ? <CapList caps={caps.data.items} currency={caps.data.currency} format={format} /> : null}
        </Panel>
      </div>
      <Question asked={asked} close={() => ask(null)} />
    </Page>
  );
}

type Ask = (asked: Asked) => void;

function Waiting({ runs, ask }: { runs: readonly PlaybookRun[]; ask: Ask }) {
  const { t } = useTranslation();
  const format = useFormat();
  const approve = useMay("playbooks.approve");
  return (
    <Panel title={t("playbooks.waiting")} hint={t("playbooks.waitingHint")}>
      <ul className="run-waiting">
        {runs.map((run) => (
          <li key={run.id}>
            <strong>{format.say(run.title)}</strong> <span className="muted">{`${format.say(run.kind_title)} \u00b7 ${run.proposed_name}`}</span>
            <AlertLink run={run} />
            <Changes diff={run.diff} />
            {run.note ? <p className="muted">{run.note}</p> : null}
            <span className="row">
              {approve && !run.mine && run.diff.length ? (
                <Button size="small" type="primary" onClick={() => ask({ what: "approve", run })}>
                  {t("playbooks.approve")}
                </Button>
              ) : null}
              <Button size="small" onClick={() => ask({ what: "refuse", run })}>
                {t("playbooks.refuse")}
              </Button>
              {run.mine ? <span className="muted">{t("playbooks.mine")}</span> : null}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function AlertLink({ run }: { run: PlaybookRun }) {
  const { t } = useTranslation();
  return (
    <Link to="/watch/alerts" search={{ alert: run.alert }}>
      {t("playbooks.open")}
    </Link>
  );
}

function Runs({ runs, ask, format }: { runs: readonly PlaybookRun[]; ask: Ask; format: Format }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay("playbooks.run");
  const act = useMutation({ mutationFn: performRun, onSettled: () => client.invalidateQueries({ queryKey: playbookKeys.all }) });
  return (
    <Panel title={t("playbooks.runs")}>
      {act.error ? <ErrorPanel error={act.error} what={t("playbooks.run")} /> : null}
      <Sheet<PlaybookRun>
        label={t("playbooks.runs")}
        rows={runs}
        rowKey={(run) => run.id}
        columns={[
          { key: "when", title: t("playbooks.when"), width: 130, cell: (run) => <span className="num">{moment(format, run.proposed_ms)}</span> },
          {
            key: "step",
            title: t("playbooks.step"),
            width: 300,
            cell: (run) => (
              <>
                <strong>{format.say(run.title)}</strong> <span className="muted">{format.say(run.kind_title)}</span> <AlertLink run={run} />
              </>
            ),
          },
          { key: "changes", title: t("playbooks.changes"), cell: (run) => <Changes diff={run.diff} /> },
          { key: "outcome", title: t("playbooks.outcome"), width: 200, cell: (run) => <Outcome run={run} /> },
          { key: "who", title: t("playbooks.who"), width: 130, cell: (run) => (run.mode === "auto" ? t("playbooks.auto") : run.proposed_name) },
          {
            key: "do",
            title: "",
            width: 90,
            cell: (run) =>
              !may ? null : run.state === "approved" ? (
                <Button size="small" type="primary" loading={act.isPending && act.variables === run.id} onClick={() => act.mutate(run.id)}>
                  {t("playbooks.run")}
                </Button>
              ) : run.state === "ok" && run.undoable ? (
                <Button size="small" onClick={() => ask({ what: "undo", run })}>
                  {t("playbooks.undo")}
                </Button>
              ) : null,
          },
        ]}
      />
    </Panel>
  );
}

function FlagList({ flags, ask, format }: { flags: readonly Flag[]; ask: Ask; format: Format }) {
  const { t } = useTranslation();
  const may = useMay("playbooks.run");
  if (!flags.length) return <p className="muted">{t("playbooks.noFlags")}</p>;
  return (
    <ul className="silences">
      {flags.map((flag) => (
        <li key={flag.id}>
          <strong>{`${flag.name} = ${flag.value}`}</strong>
          {flag.until_ms ? <span className="num muted">{t("playbooks.until", { at: moment(format, flag.until_ms) })}</span> : null}
          <span className="muted">{`${flag.by}: ${flag.reason}`}</span>
          {may ? (
            <Button size="small" onClick={() => ask({ what: "clear", flag })}>
              {t("playbooks.clear")}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Question({ asked, close }: { asked: Asked | null; close: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const run = useMutation({
    mutationFn: async (reason: string): Promise<unknown> => {
      if (asked === null) return null;
      if (asked.what === "clear") return clearFlag(asked.flag.id, reason);
      if (asked.what === "undo") return undoRun(asked.run.id, reason);
      return (asked.what === "approve" ? approveRun : refuseRun)(asked.run.id, asked.run.revision, reason);
    },
    onSuccess: async () => {
      close();
      await client.invalidateQueries({ queryKey: playbookKeys.all });
    },
  });
  const what = asked?.what ?? "approve";
  return (
    <Reason
      open={asked !== null}
      title={t(`playbooks.${what}`)}
      action={t(`playbooks.${what}`)}
      busy={run.isPending}
      error={run.error}
      done={(reason) => run.mutate(reason)}
      close={() => {
        run.reset();
        close();
      }}
      text={<p>{t(`playbooks.about.${what}`)}</p>}
    />
  );
}
