/** What was saved: open one, save this one under its name, save changes, delete. */

import { DeleteOutlined, FolderOpenOutlined, SaveOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Popconfirm, Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeAnalysis, dropAnalysis, type SavedAnalysis, saveAnalysis, savedKey, savedOptions } from "@/api/analyses";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";

/** The kinds that can be saved, as the server names them. */
export type Kind =
  | "funnel"
  | "retention"
  | "stickiness"
  | "lifecycle"
  | "paths"
  | "interval"
  | "distribution"
  | "attribution"
  | "trend"
  | "revenue"
  | "rfm"
  | "aarrr"
  | "basket"
  | "correlation"
  | "drivers"
  | "seasons"
  | "sessions"
  | "clusters";
type Props = {
  kind: Kind;
  definition: object;
  ready: boolean;
  saved: string | undefined;
  show: (definition: unknown, saved: string | undefined) => void;
};

/** Show both buttons; saving only to who may. */
export function Saved({ kind, definition, ready, saved, show }: Props) {
  const { t } = useTranslation();
  const may = useMay("dashboards.write");
  const [listed, list] = useState(false);
  const { data } = useQuery({ ...savedOptions(kind), enabled: listed || saved !== undefined });
  const current = data?.items.find((one) => one.id === saved);
  return (
    <>
      <Popover
        trigger="click"
        placement="bottomRight"
        open={listed}
        onOpenChange={list}
        content={
          <SavedList
            kind={kind}
            open={(one) => {
              list(false);
              show(one.definition, one.id);
            }}
          />
        }
      >
        <Button size="small" icon={<FolderOpenOutlined aria-hidden />}>
          {t("analysis.saved")}
        </Button>
      </Popover>
      {may ? <Save kind={kind} definition={definition} ready={ready} current={current} show={show} /> : null}
    </>
  );
}

function SavedList({ kind, open }: { kind: Kind; open: (one: SavedAnalysis) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const client = useQueryClient();
  const query = useQuery(savedOptions(kind));
  const drop = useMutation({
    mutationFn: (one: SavedAnalysis) => dropAnalysis(one.id),
    onSuccess: (_, one) => void message.success(t("analysis.dropDone", { name: one.name })),
    onError: (error) => void message.error(`${t("analysis.dropFailed")}: ${error.message}`),
    onSettled: () => client.invalidateQueries({ queryKey: savedKey }),
  });
  return (
    <Shown query={query} what={t("analysis.saved")} permission="metrics.read" skeleton={<Bone height={80} width={320} />}>
      {(data) =>
        data.items.length ? (
          <ul className="analysis-saved">
            {data.items.map((one) => (
              <li key={one.id}>
                <button type="button" onClick={() => open(one)}>
                  <strong>{one.name}</strong>
                  <span className="muted">{t("analysis.savedBy", { owner: one.owner, at: format.instant(one.changed) })}</span>
                </button>
                {one.may_edit ? (
                  <Popconfirm title={t("analysis.dropAsk", { name: one.name })} okText={t("analysis.drop")} onConfirm={() => drop.mutate(one)}>
                    <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t("analysis.dropNamed", { name: one.name })} />
                  </Popconfirm>
                ) : null}
              </li>
            ))}
          </ul>
        ) : (
          <p className="muted">{t("analysis.savedNone")}</p>
        )
      }
    </Shown>
  );
}

function Save({ kind, definition, ready, current, show }: Omit<Props, "saved"> & { current: SavedAnalysis | undefined }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const save = useMutation({
    mutationFn: ({ anew }: { anew: boolean }) => {
      const named = renamed(definition, kind, name.trim());
      return current && !anew ? changeAnalysis(current.id, named, current.version) : saveAnalysis(kind, named);
    },
    onSuccess: (one) => {
      setOpen(false);
      void message.success(t("analysis.saveDone", { name: one.name }));
      void client.invalidateQueries({ queryKey: savedKey });
      show(one.definition, one.id);
    },
    onError: (error) => void message.error(`${t("analysis.dropFailed")}: ${error.message}`),
  });
  const may = current?.may_edit ?? false;
  const form = (
    <form
      className="analysis-save"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) save.mutate({ anew: !may });
      }}
    >
      <Input
        aria-label={t("analysis.name")}
        placeholder={t("analysis.nameHint")}
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <span>
        {may ? (
          <Button size="small" disabled={!name.trim()} loading={save.isPending} onClick={() => save.mutate({ anew: true })}>
            {t("analysis.saveNew")}
          </Button>
        ) : null}
        <Button size="small" type="primary" htmlType="submit" disabled={!name.trim()} loading={save.isPending}>
          {may ? t("analysis.saveChange") : t("analysis.save")}
        </Button>
      </span>
    </form>
  );
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={(next) => {
        if (next) setName(nameOf(definition, kind));
        setOpen(next);
      }}
      content={form}
    >
      <Button size="small" icon={<SaveOutlined aria-hidden />} disabled={!ready}>
        {t("analysis.save")}
      </Button>
    </Popover>
  );
}

/** The name of a definition: it may stand behind the kind, as in `funnel: To payment`. */
export function nameOf(definition: object, kind: Kind): string {
  const { name, [kind]: called } = definition as Record<string, unknown>;
  return typeof name === "string" ? name : typeof called === "string" ? called : "";
}

function renamed(definition: object, kind: Kind, name: string): Record<string, unknown> {
  const { name: _, ...rest } = definition as Record<string, unknown>;
  return { ...rest, [kind]: name };
}
