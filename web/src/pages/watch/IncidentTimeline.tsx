/** What happened to a record: moves with who and why, notes, alerts that joined; and a line of one's own. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ItsmLine, type ItsmWhole, incidentKeys, noteRecord } from "@/api/incidents";
import { Panel } from "@/kit/Panel";
import { ErrorPanel } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";

/** Show the timeline. */
export function Timeline({ whole, format }: { whole: ItsmWhole; format: Format }) {
  const { t } = useTranslation();
  const may = useMay("incidents.work");
  return (
    <Panel title={t("incidents.timeline")}>
      {may ? <Note record={whole.record.id} /> : null}
      <ul className="alert-history">
        {[...whole.timeline].reverse().map((line, index) => (
          <Line key={`${line.at} ${line.what} ${whole.timeline.length - index}`} line={line} format={format} />
        ))}
      </ul>
    </Panel>
  );
}

function Line({ line, format }: { line: ItsmLine; format: Format }) {
  const { t, i18n } = useTranslation();
  const said = (group: "happened" | "move", name: string) =>
    i18n.exists(`incidents.${group}.${name}`) ? t(`incidents.${group}.${name as "see"}` as "incidents.move.see") : null;
  const what = said("happened", line.what) ?? said("move", line.what) ?? line.what;
  return (
    <li>
      <span className="num muted">{format.full(line.at)}</span>
      <strong>{what}</strong>
      <span>{line.by}</span>
      {line.by === "Windsock" && line.what !== "note" ? null : <span className="timeline-text">{line.text}</span>}
    </li>
  );
}

function Note({ record }: { record: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const add = useMutation({
    mutationFn: () => noteRecord(record, text.trim()),
    onSuccess: async () => {
      setText("");
      await client.invalidateQueries({ queryKey: incidentKeys.all });
    },
  });
  return (
    <div className="timeline-note">
      {add.error ? <ErrorPanel error={add.error} what={t("incidents.note")} /> : null}
      <Input.TextArea
        aria-label={t("incidents.note")}
        placeholder={t("incidents.note")}
        maxLength={4000}
        autoSize={{ minRows: 1, maxRows: 6 }}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button disabled={!text.trim()} loading={add.isPending} onClick={() => add.mutate()}>
        {t("incidents.addNote")}
      </Button>
    </div>
  );
}
