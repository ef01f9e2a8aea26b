/** A piece of background work: how far it is, a way to stop it, and what became of it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { cancelJob, type Job, jobOptions } from "@/api/jobs";
import { useFormat } from "./use";
import "./parts.css";

const OVER = new Set(["done", "failed", "cancelled"]);

type Props = { id: string; what: string; over?: (job: Job) => void };

/** Show the job, and tell `over` once when it has ended. */
export function JobLine({ id, what, over }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const { data: job } = useQuery(jobOptions(id));
  const stop = useMutation({ mutationFn: () => cancelJob(id), onSuccess: () => client.invalidateQueries({ queryKey: jobOptions(id).queryKey }) });
  const ended = job !== undefined && OVER.has(job.state);
  useEffect(() => {
    if (ended) over?.(job);
  }, [ended]);
  if (!job) return null;
  const share = job.total ? Math.round((100 * (job.done ?? 0)) / job.total) : 0;
  const state = job.state === "failed" ? "silent" : ended ? "ok" : "late";
  return (
    <div className="job" role="status" data-state={state} data-testid="job">
      <span className="job-what">{what}</span>
      {ended ? (
        <span>
          {job.state === "failed"
            ? t("job.failed", { error: job.error ?? job.note })
            : job.state === "cancelled"
              ? t("job.cancelled")
              : t("job.done")}
        </span>
      ) : (
        <>
          {job.total ? (
            <>
              <Progress percent={share} size="small" showInfo={false} className="job-bar" />
              <span className="num">{t("job.running", { share: format.figure((job.done ?? 0) / job.total, "ratio") })}</span>
            </>
          ) : (
            <>
              <i className="progress" aria-hidden="true" />
              <span>{job.note || t("job.waiting")}</span>
            </>
          )}
          <Button size="small" loading={stop.isPending || job.cancel_asked} onClick={() => stop.mutate()}>
            {t("job.cancel")}
          </Button>
        </>
      )}
    </div>
  );
}
