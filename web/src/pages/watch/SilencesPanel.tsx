/** What is kept and not told for a while, and until when; each can be ended now. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { alertKeys, endSilence, silencesOptions } from "@/api/alerts";
import { Panel } from "@/kit/Panel";
import { ErrorPanel } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";
import { usePlace } from "./places";

/** Show the panel; nothing where nothing is silenced. */
export function SilencesPanel({ format }: { format: Format }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const place = usePlace();
  const may = useMay("alerts.handle");
  const items = useQuery({ ...silencesOptions(), retry: false }).data?.items ?? [];
  const end = useMutation({ mutationFn: endSilence, onSuccess: () => client.invalidateQueries({ queryKey: alertKeys.all }) });
  if (!items.length) return null;
  return (
    <Panel title={t("alerts.silences")} hint={t("alerts.silencesHint")}>
      {end.error ? <ErrorPanel error={end.error} what={t("alerts.silences")} /> : null}
      <ul className="silences">
        {items.map((one) => (
          <li key={one.id}>
            <strong>{one.monitor ?? t("alerts.allMonitors")}</strong>
            <span>{place(one.matches, t("alerts.whole"))}</span>
            <span className="num muted">{t("alerts.until", { at: format.instant(new Date(one.until_ms).toISOString()) })}</span>
            <span className="muted">{`${one.created_name}: ${one.reason}`}</span>
            {may ? (
              <Button size="small" loading={end.isPending} onClick={() => end.mutate(one.id)}>
                {t("alerts.endSilence")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
