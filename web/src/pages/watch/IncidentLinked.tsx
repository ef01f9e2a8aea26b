/** What belongs to a record and what it belongs to; a problem, a change or a task is made from here, and an incident becomes part of another. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ItsmRecord, type ItsmWhole, incidentKeys, LEFT, makeRecord, mergeIncident, type RecordKind, recordsOptions } from "@/api/incidents";
import { Panel } from "@/kit/Panel";
import { ErrorPanel } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";
import { RecordState, useTitle } from "./records";

type Made = Exclude<RecordKind, "incident">;
/** What is made from what. */
const FROM: Record<string, Made[]> = { incident: ["problem", "task"], problem: ["change", "task"], change: ["task"], task: [] };

/** Show the panel. */
export function Linked({ whole, format }: { whole: ItsmWhole; format: Format }) {
  const { t } = useTranslation();
  const may = useMay("incidents.work");
  const { record } = whole;
  const [making, setMaking] = useState<Made | null>(null);
  const [merging, setMerging] = useState(false);
  const all = [...whole.of, ...whole.linked];
  return (
    <Panel title={t("incidents.linked")}>
      <ul className="alert-history">
        {all.map((one) => (
          <One key={one.id} record={one} format={format} />
        ))}
        {all.length ? null : <li className="muted">{t("incidents.linkedNone")}</li>}
      </ul>
      {may && record.closed === null ? (
        <div className="row linked-make">
          {(FROM[record.kind] ?? []).map((kind) => (
            <Button key={kind} size="small" onClick={() => setMaking(kind)}>
              {t(`incidents.make.${kind}`)}
            </Button>
          ))}
          {record.events.includes("merge") ? (
            <Button size="small" type="text" onClick={() => setMerging(true)}>
              {t("incidents.merge")}
            </Button>
          ) : null}
        </div>
      ) : null}
      <Make kind={making} of={record} close={() => setMaking(null)} />
      {merging ? <Merge record={record} close={() => setMerging(false)} /> : null}
    </Panel>
  );
}

function One({ record, format }: { record: ItsmRecord; format: Format }) {
  const { t } = useTranslation();
  const title = useTitle();
  return (
    <li>
      <span className="muted">{t(`incidents.kind.${record.kind as RecordKind}`)}</span>
      <Link to="/watch/incidents/$record" params={{ record: record.id }}>
        {title(record)}
      </Link>
      <RecordState record={record} />
      <span className="num muted">{format.instant(record.opened)}</span>
    </li>
  );
}

function Make({ kind, of, close }: { kind: Made | null; of: ItsmRecord; close: () => void }) {
  const { t } = useTranslation();
  const title = useTitle();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? title(of);
  const make = useMutation({
    mutationFn: () => makeRecord({ kind: kind ?? "task", title_zh: text, title_en: text, of: [of.id], given: {}, key: null }),
    onSuccess: async (made) => {
      close();
      setTyped(null);
      await client.invalidateQueries({ queryKey: incidentKeys.all });
      void navigate({ to: "/watch/incidents/$record", params: { record: made.id } });
    },
  });
  const action = t(`incidents.make.${kind ?? "task"}`);
  return (
    <Modal
      open={kind !== null}
      title={action}
      okText={action}
      onCancel={close}
      confirmLoading={make.isPending}
      onOk={() => make.mutate()}
      destroyOnHidden
    >
      {make.error ? <ErrorPanel error={make.error} what={action} /> : null}
      <Input autoFocus maxLength={300} aria-label={t("incidents.what")} value={text} onChange={(event) => setTyped(event.target.value)} />
    </Modal>
  );
}

function Merge({ record, close }: { record: ItsmRecord; close: () => void }) {
  const { t } = useTranslation();
  const title = useTitle();
  const client = useQueryClient();
  const navigate = useNavigate();
  const others = useQuery(recordsOptions({ kind: "incident", state: LEFT.incident })).data?.items.filter((one) => one.id !== record.id) ?? [];
  const [into, setInto] = useState<string | undefined>();
  const [reason, setReason] = useState("");
  const merge = useMutation({
    mutationFn: () => mergeIncident(record, into ?? "", reason.trim()),
    onSuccess: async (left) => {
      await client.invalidateQueries({ queryKey: incidentKeys.all });
      void navigate({ to: "/watch/incidents/$record", params: { record: left.id } });
    },
  });
  return (
    <Modal
      open
      title={t("incidents.merge")}
      okText={t("incidents.merge")}
      okButtonProps={{ disabled: !into || reason.trim().length < 3 }}
      confirmLoading={merge.isPending}
      onOk={() => merge.mutate()}
      onCancel={close}
    >
      <p>{t("incidents.mergeText")}</p>
      {merge.error ? <ErrorPanel error={merge.error} what={t("incidents.merge")} /> : null}
      <Select
        aria-label={t("incidents.mergeInto")}
        placeholder={t("incidents.mergeInto")}
        style={{ width: "100%", marginBottom: 8 }}
        value={into}
        options={others.map((one) => ({ value: one.id, label: title(one) }))}
        notFoundContent={t("incidents.mergeNone")}
        onChange={setInto}
      />
      <Input.TextArea
        aria-label={t("reason.why")}
        placeholder={t("reason.why")}
        maxLength={1000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </Modal>
  );
}
