/** The last step: the whole file is tried without writing, then brought in; both as background work that can be stopped. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { boardsOptions } from "@/api/boards";
import { commit, dryRun, importKeys, type Report, uploadOptions } from "@/api/imports";
import type { Job } from "@/api/jobs";
import { JobLine } from "@/kit/JobLine";
import { Panel } from "@/kit/Panel";
import { ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { ImportsSearch } from "@/shell/router";
import { useMay } from "@/shell/session";
import { ReportView } from "./ReportView";
import type { Draft } from "./Wizard";

const NAME = /^([a-z0-9][a-z0-9_.-]{0,79})?$/;
type Props = { draft: Draft; replaces: string | undefined; go: (patch: ImportsSearch) => void; again: () => void };
type Running = { job: string; dry: boolean };

/** The way to the dashboard that makes itself, where the data gives one. */
function ToFirst() {
  const { t } = useTranslation();
  const { data } = useQuery({ ...boardsOptions(), enabled: useMay("metrics.read"), staleTime: 0 });
  const navigate = useNavigate();
  const first = data?.items.find((item) => item.origin === "first");
  if (!first) return null;
  return <Button onClick={() => void navigate({ to: "/metrics/dashboards/$id", params: { id: first.id } })}>{t("wizard.toFirst")}</Button>;
}

/** Show the step. */
export function LoadFile({ draft, replaces, go, again }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const [source, setSource] = useState("");
  const [saveAs, setSaveAs] = useState("");
  const [running, setRunning] = useState<Running | null>(null);
  const [busy, setBusy] = useState(false);
  const [report, setReport] = useState<Report | null>(null);
  const ask = { kind: draft.kind, mapping: draft.mapping, source: source.trim(), save_as: saveAs, replaces: replaces ?? "" };
  const start = useMutation({
    mutationFn: async (dry: boolean) => ({ job: (await (dry ? dryRun : commit)(draft.upload, ask)).job, dry }),
    onSuccess: (begun) => {
      setRunning(begun);
      setBusy(true);
    },
  });
  const ended = async (job: Job) => {
    setBusy(false);
    if (job.state !== "done") return;
    const upload = await client.fetchQuery({ ...uploadOptions(draft.upload), staleTime: 0 });
    setReport(upload.report as Report | null);
    if (running && !running.dry) await client.invalidateQueries({ queryKey: [...importKeys.all, "batches"] });
  };
  const done = report !== null && !report.dry_run;
  const wrongName = !NAME.test(saveAs);
  const rows = report ? report.rows_added + report.rows_changed : 0;
  return (
    <div className="load-grid">
      <Panel title={t("wizard.dryTitle")} className="load-form">
        <p className="pane-about">{t("wizard.dryText")}</p>
        <div className="load-field">
          <span>{t("wizard.sourceName")}</span>
          <Input
            aria-label={t("wizard.sourceName")}
            value={source}
            maxLength={80}
            disabled={done}
            onChange={(event) => setSource(event.target.value)}
          />
          <small>{t("wizard.sourceHint")}</small>
        </div>
        {draft.mapping.use ? null : (
          <div className="load-field">
            <span>{t("wizard.saveAs")}</span>
            <Input
              aria-label={t("wizard.saveAs")}
              value={saveAs}
              maxLength={80}
              disabled={done}
              {...(wrongName ? { status: "error" as const } : {})}
              onChange={(event) => setSaveAs(event.target.value)}
            />
            <small>{t("wizard.saveHint")}</small>
          </div>
        )}
        {start.error ? <ErrorPanel error={start.error} what={t("wizard.step.value.load")} /> : null}
        {done ? (
          <div className="row">
            {report.batch_id ? (
              <Button type="primary" onClick={() => go({ step: undefined, upload: undefined, batch: report.batch_id ?? undefined })}>
                {t("wizard.toBatch")}
              </Button>
            ) : null}
            <ToFirst />
            <Button onClick={again}>{t("wizard.another")}</Button>
          </div>
        ) : (
          <div className="row">
            <Button
              type={report ? "default" : "primary"}
              disabled={wrongName || busy}
              loading={start.isPending && start.variables}
              onClick={() => start.mutate(true)}
            >
              {t("wizard.dry")}
            </Button>
            <Button
              type={report ? "primary" : "default"}
              disabled={wrongName || busy || !report}
              loading={start.isPending && !start.variables}
              onClick={() => start.mutate(false)}
            >
              {report ? t("wizard.load", { count: format.count(rows) as unknown as number }) : t("wizard.loadPlain")}
            </Button>
          </div>
        )}
      </Panel>
      <div className="load-side">
        {running && !(done && running.dry) ? (
          <JobLine
            key={running.job}
            id={running.job}
            what={running.dry ? t("wizard.dryRunning") : t("wizard.loadRunning")}
            over={(job) => void ended(job)}
          />
        ) : null}
        {report ? <ReportView report={report} /> : null}
      </div>
    </div>
  );
}
