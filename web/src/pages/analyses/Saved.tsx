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
import { type Definition, patched } from "./definition";

type Props = { definition: Definition; ready: boolean; saved: string | undefined; show: (definition: unknown, saved: string | undefined) => void };

/** Show both buttons; saving only to who may. */
export function Saved({ definition, ready, saved, show }: Props) {
  const { t } = useTranslation();
  const may = useMay("dashboards.write");
  const [listed, list] = useState(false);
  const { data } = useQuery({ ...savedOptions(), enabled: listed || saved !== undefined });
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
            open={(one) => {
              list(false);
              show(one.definition, one.id);
            }}
          />
        }
      >
        <Button size="small" icon={<FolderOpenOutlined aria-hidden />}>
          {t("funnel.saved")}
        </Button>
      </Popover>
      {may ? <Save definition={definition} ready={ready} current={current} show={show} /> : null}
    </>
  );
}

function SavedList({ open }: { open: (one: SavedAnalysis) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const client = useQueryClient();
  const query = useQuery(savedOptions());
  const drop = useMutation({
    mutationFn: (one: SavedAnalysis) => dropAnalysis(one.id),
    onSuccess: (_, one) => void message.success(t("funnel.dropDone", { name: one.name })),
    onError: (error) => void message.error(`${t("funnel.dropFailed")}: ${error.message}`),
    onSettled: () => client.invalidateQueries({ queryKey: savedKey }),
  });
  return (
    <Shown query={query} what={t("funnel.saved")} permission="metrics.read" skeleton={<Bone height={80} width={320} />}>
      {(data) =>
        data.items.length ? (
          <ul className="funnel-saved">
            {data.items.map((one) => (
              <li key={one.id}>
                <button type="button" onClick={() => open(one)}>
                  <strong>{one.name}</strong>
                  <span className="muted">{t("funnel.savedBy", { owner: one.owner, at: format.instant(one.changed) })}</span>
                </button>
                {one.may_edit ? (
                  <Popconfirm title={t("funnel.dropAsk", { name: one.name })} okText={t("funnel.drop")} onConfirm={() => drop.mutate(one)}>
                    <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t("funnel.dropNamed", { name: one.name })} />
                  </Popconfirm>
                ) : null}
              </li>
            ))}
          </ul>
        ) : (
          <p className="muted">{t("funnel.savedNone")}</p>
        )
      }
    </Shown>
  );
}

function Save({ definition, ready, current, show }: Omit<Props, "saved"> & { current: SavedAnalysis | undefined }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const save = useMutation({
    mutationFn: ({ anew }: { anew: boolean }) => {
      const named = patched(definition, { funnel: name.trim() });
      return current && !anew ? changeAnalysis(current.id, named, current.version) : saveAnalysis(named);
    },
    onSuccess: (one) => {
      setOpen(false);
      void message.success(t("funnel.saveDone", { name: one.name }));
      void client.invalidateQueries({ queryKey: savedKey });
      show(one.definition, one.id);
    },
    onError: (error) => void message.error(`${t("funnel.dropFailed")}: ${error.message}`),
  });
  const may = current?.may_edit ?? false;
  const form = (
    <form
      className="funnel-save"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) save.mutate({ anew: !may });
      }}
    >
      <Input
        aria-label={t("funnel.name")}
        placeholder={t("funnel.nameHint")}
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <span>
        {may ? (
          <Button size="small" disabled={!name.trim()} loading={save.isPending} onClick={() => save.mutate({ anew: true })}>
            {t("funnel.saveNew")}
          </Button>
        ) : null}
        <Button size="small" type="primary" htmlType="submit" disabled={!name.trim()} loading={save.isPending}>
          {may ? t("funnel.saveChange") : t("funnel.save")}
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
        if (next) setName(definition.funnel ?? "");
        setOpen(next);
      }}
      content={form}
    >
      <Button size="small" icon={<SaveOutlined aria-hidden />} disabled={!ready}>
        {t("funnel.save")}
      </Button>
    </Popover>
  );
}
