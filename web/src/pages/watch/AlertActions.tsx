/** What can be done with an alert: say that it was seen, close it with what it was, say so later, keep its place quiet, explain it anew. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertDetail, type AlertLabel, ackAlert, alertKeys, closeAlert, explainAlert, LABELS, labelAlert, silence } from "@/api/alerts";
import { Reason } from "@/kit/Reason";
import { ErrorPanel } from "@/kit/states";

type Doing = "ack" | "close" | "label" | "silence";
const HOURS = [1, 4, 24, 168] as const;

/** Show the buttons; `act` opens the question of a link at once. */
export function AlertActions({ alert, act }: { alert: AlertDetail; act: string | null }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [doing, setDoing] = useState<Doing | null>(act === "ack" && alert.state === "open" ? "ack" : null);
  const [label, setLabel] = useState<AlertLabel>(alert.label ?? "true");
  const [hours, setHours] = useState<number>(4);
  const again = () => client.invalidateQueries({ queryKey: alertKeys.all });
  const run = useMutation({
    mutationFn: async (reason: string): Promise<unknown> => {
      if (doing === "ack") return ackAlert(alert.id, reason || t("alerts.ackReason"));
      if (doing === "close") return closeAlert(alert.id, label, reason);
      if (doing === "label") return labelAlert(alert.id, label, reason);
      return silence({ monitor: alert.monitor, matches: alert.key as Record<string, string>, minutes: hours * 60, reason });
    },
    onSuccess: async () => {
      setDoing(null);
      await again();
    },
  });
  const explain = useMutation({ mutationFn: () => explainAlert(alert.id), onSuccess: again });
  const over = alert.state === "closed";
  const metric = alert.kind === "metric";
  const ask = (next: Doing) => {
    run.reset();
    setDoing(next);
  };
  return (
    <div className="row alert-actions">
      {alert.state === "open" ? (
        <Button type="primary" onClick={() => ask("ack")}>
          {t("alerts.ack")}
        </Button>
      ) : null}
      {over ? <Button onClick={() => ask("label")}>{t("alerts.relabel")}</Button> : <Button onClick={() => ask("close")}>{t("alerts.close")}</Button>}
      {metric && !over ? <Button onClick={() => ask("silence")}>{t("alerts.silence")}</Button> : null}
      {metric ? (
        <Button loading={explain.isPending} onClick={() => explain.mutate()}>
          {t("alerts.explain")}
        </Button>
      ) : null}
      {alert.label ? <span className="tag">{t(`alerts.label.${alert.label}`)}</span> : null}
      {explain.error ? <ErrorPanel error={explain.error} what={t("alerts.explain")} /> : null}
      <Reason
        open={doing !== null}
        title={t(`alerts.do.${doing ?? "ack"}`)}
        action={t(`alerts.do.${doing ?? "ack"}`)}
        why={doing !== "ack"}
        busy={run.isPending}
        error={run.error}
        done={(reason) => run.mutate(reason)}
        close={() => setDoing(null)}
        text={
          <>
            <p>{t(`alerts.about.${doing ?? "ack"}`)}</p>
            {doing === "close" || doing === "label" ? (
              <Select
                aria-label={t("alerts.was")}
                style={{ width: "100%" }}
                value={label}
                options={LABELS.map((value) => ({ value, label: t(`alerts.was_${value}`) }))}
                onChange={setLabel}
              />
            ) : null}
            {doing === "silence" ? (
              <Select
                aria-label={t("alerts.howLong")}
                style={{ width: "100%" }}
                value={hours}
                options={HOURS.map((value) => ({ value, label: t(`alerts.hours.h${value}`) }))}
                onChange={setHours}
              />
            ) : null}
          </>
        }
      />
    </div>
  );
}
