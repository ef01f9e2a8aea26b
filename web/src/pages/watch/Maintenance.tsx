/** Maintenance: that nothing is told now, or will not be, with who said so and why; begun and ended here. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { alertKeys } from "@/api/alerts";
import { beginMaintenance, endMaintenance, maintenanceOptions } from "@/api/maintenance";
import { Reason } from "@/kit/Reason";
import { ErrorPanel } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";

const HOURS = [1, 4, 24, 168] as const;

/** Show the windows that are not over, above everything else; nothing where there are none. */
export function MaintenanceNote({ format }: { format: Format }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay("alerts.handle");
  const items = useQuery({ ...maintenanceOptions(), retry: false }).data?.items ?? [];
  const end = useMutation({ mutationFn: endMaintenance, onSuccess: () => client.invalidateQueries({ queryKey: alertKeys.all }) });
  if (!items.length) return null;
  const at = (ms: number) => format.instant(new Date(ms).toISOString());
  return (
    <section className="panel maintenance" aria-label={t("alerts.maintenance")}>
      {end.error ? <ErrorPanel error={end.error} what={t("alerts.maintenance")} /> : null}
      {items.map((one) => (
        <p key={one.id} className="row">
          <strong>
            {one.now
              ? t("alerts.maintained", { until: at(one.until_ms) })
              : t("alerts.willMaintain", { from: at(one.from_ms), until: at(one.until_ms) })}
          </strong>
          <span>{one.monitors.length ? one.monitors.join(", ") : t("alerts.allMonitors")}</span>
          <span className="muted">{`${one.created_name}: ${one.reason}`}</span>
          {may ? (
            <Button size="small" loading={end.isPending && end.variables === one.id} onClick={() => end.mutate(one.id)}>
              {t("alerts.endMaintenance")}
            </Button>
          ) : null}
        </p>
      ))}
    </section>
  );
}

/** The button that begins one, for who may. */
export function BeginMaintenance() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay("alerts.handle");
  const [open, setOpen] = useState(false);
  const [hours, setHours] = useState<number>(1);
  const begin = useMutation({
    mutationFn: (reason: string) => beginMaintenance(hours, reason),
    onSuccess: async () => {
      setOpen(false);
      await client.invalidateQueries({ queryKey: alertKeys.all });
    },
  });
  if (!may) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("alerts.beginMaintenance")}</Button>
      <Reason
        open={open}
        title={t("alerts.maintenance")}
        action={t("alerts.tellNothing")}
        busy={begin.isPending}
        error={begin.error}
        done={(reason) => begin.mutate(reason)}
        close={() => setOpen(false)}
        text={
          <>
            <p>{t("alerts.maintenanceHint")}</p>
            <Select
              aria-label={t("alerts.howLong")}
              style={{ width: "100%" }}
              value={hours}
              options={HOURS.map((value) => ({ value, label: t(`alerts.hours.h${value}`) }))}
              onChange={setHours}
            />
          </>
        }
      />
    </>
  );
}
