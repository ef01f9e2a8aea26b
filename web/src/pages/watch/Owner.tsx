/** Who works on a record; anybody who works on incidents may take it or give it on. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeRecord, type ItsmRecord, incidentKeys } from "@/api/incidents";
import { ErrorPanel } from "@/kit/states";
import { useNames } from "@/pages/metrics/names";
import { useMay, useSession } from "@/shell/session";

/** Show the owner, with the ways to change it. */
export function Owner({ record }: { record: ItsmRecord }) {
  const { t } = useTranslation();
  const { owner } = useNames();
  const { user } = useSession();
  const client = useQueryClient();
  const may = useMay("incidents.work") && record.closed === null;
  const [typed, setTyped] = useState<string | null>(null);
  const give = useMutation({
    mutationFn: (to: string) => changeRecord(record, { owner: to }),
    onSuccess: async () => {
      setTyped(null);
      await client.invalidateQueries({ queryKey: incidentKeys.all });
    },
  });
  return (
    <div className="row">
      <strong>{record.owner ? owner(record.owner) : t("incidents.nobody")}</strong>
      {may && record.owner !== user.name ? (
        <Button size="small" loading={give.isPending} onClick={() => give.mutate(user.name)}>
          {t("incidents.take")}
        </Button>
      ) : null}
      {may && typed === null ? (
        <Button size="small" type="text" onClick={() => setTyped(record.owner)}>
          {t("incidents.give")}
        </Button>
      ) : null}
      {typed === null ? null : (
        <Input.Search
          size="small"
          autoFocus
          maxLength={120}
          style={{ width: 200 }}
          aria-label={t("incidents.owner")}
          value={typed}
          enterButton={t("incidents.giveNow")}
          onChange={(event) => setTyped(event.target.value)}
          onSearch={(to) => give.mutate(to.trim())}
        />
      )}
      {give.error ? <ErrorPanel error={give.error} what={t("incidents.owner")} /> : null}
    </div>
  );
}
