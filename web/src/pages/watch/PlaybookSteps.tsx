/** The steps of a known event beside an alert: each that Windsock can do is looked at first, then run; what was run says what came of it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AlertDetail } from "@/api/alerts";
import { alertKeys } from "@/api/alerts";
import { type EventBody, knownEventOptions } from "@/api/knownEvents";
import { type ActionKind, dryRun, kindsOptions, type PlaybookRun, performRun, playbookKeys, proposeRun, runsOptions } from "@/api/playbooks";
import { ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { Changes, Outcome } from "./runs";

type Given = EventBody["playbook"][number];

/** Show the steps of `event` for an alert. */
export function PlaybookSteps({ alert, event }: { alert: AlertDetail; event: string }) {
  const { t } = useTranslation();
  const known = useQuery({ ...knownEventOptions(event), retry: false });
  const kinds = useQuery({ ...kindsOptions(), retry: false });
  const runs = useQuery({ ...runsOptions({ alert: alert.id, limit: 100 }), retry: false });
  const body = known.data?.body as EventBody | undefined;
  const failed = known.error ?? kinds.error ?? runs.error;
  if (failed) return <ErrorPanel error={failed} what={t("playbooks.steps")} />;
  if (!body || !kinds.data || !runs.data) return null;
  const of = (number: number) => runs.data.items.find((run) => run.event === event && run.step === number);
  return (
    <section className="alert-part">
      <h4>{t("playbooks.steps")}</h4>
      <ol className="run-steps">
        {body.playbook.map((step, index) => (
          <Step
            key={step.title.en}
            alert={alert}
            event={event}
            number={index + 1}
            step={step}
            kind={kinds.data.items.find((one) => one.name === step.action)}
            run={of(index + 1)}
          />
        ))}
      </ol>
    </section>
  );
}

type StepProps = { alert: AlertDetail; event: string; number: number; step: Given; kind: ActionKind | undefined; run: PlaybookRun | undefined };

function Step({ alert, event, number, step, kind, run }: StepProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const may = useMay("playbooks.run");
  const [inputs, setInputs] = useState<Record<string, string>>({});
  const asked = kind?.params.filter((one) => one.required && !(one.name in (step.with ?? {})) && one.default === null) ?? [];
  const wish = { alert: alert.id, known_event: event, step: number, inputs };
  const look = useMutation({ mutationFn: () => dryRun(wish) });
  const act = useMutation({
    mutationFn: async () => {
      const made = run?.state === "approved" || run?.state === "failed" ? run : await proposeRun(wish);
      return made.state === "approved" || made.state === "failed" ? performRun(made.id) : made;
    },
    onSuccess: () => look.reset(),
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: playbookKeys.all }), client.invalidateQueries({ queryKey: alertKeys.all })]),
  });
  const ready = kind !== undefined && may && alert.state !== "closed" && (!run || ["approved", "refused", "failed"].includes(run.state) || run.note);
  const change = (name: string, value: string) => {
    look.reset();
    setInputs((old) => ({ ...old, [name]: value }));
  };
  return (
    <li>
      <span className="row">
        <span>{format.say(step.title)}</span>
        {kind ? null : <span className="tag">{t("playbooks.byHand")}</span>}
        {run ? <Outcome run={run} /> : null}
        {ready && !look.data ? (
          <Button size="small" loading={look.isPending} disabled={asked.some((one) => !inputs[one.name])} onClick={() => look.mutate()}>
            {t("playbooks.look")}
          </Button>
        ) : null}
      </span>
      {ready && asked.length ? (
        <span className="row">
          {asked.map((one) => (
            <Input
              key={one.name}
              size="small"
              style={{ width: 260 }}
              aria-label={format.say(one)}
              placeholder={format.say(one)}
              value={inputs[one.name] ?? ""}
              onChange={(typed) => change(one.name, typed.target.value)}
            />
          ))}
        </span>
      ) : null}
      {look.data ? (
        <div className="run-dry" role="status">
          <Changes diff={look.data.diff} />
          <p>{t(look.data.approval ? "playbooks.needsTwo" : "playbooks.sure")}</p>
          <Button size="small" type="primary" loading={act.isPending} onClick={() => act.mutate()}>
            {t(look.data.approval && run?.state !== "approved" ? "playbooks.propose" : "playbooks.run")}
          </Button>
        </div>
      ) : null}
      {run?.note && run.state !== "ok" ? <p className="muted">{run.note}</p> : null}
      {look.error || act.error ? <ErrorPanel error={look.error ?? act.error} what={format.say(step.title)} /> : null}
    </li>
  );
}
