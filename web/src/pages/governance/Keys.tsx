/** Write keys of every source: made, listed, revoked; a server key's secret is shown once. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Form, Input, Radio, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { allKeysOptions } from "@/api/access";
import { createKey, dataKeys, type KeyKind, revokeKey, sourcesOptions, type WriteKey } from "@/api/data";
import { Reason } from "@/kit/Reason";
import { Secret } from "@/kit/Secret";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Status } from "@/kit/Status";
import { Bone, Empty, ErrorPanel, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { TabProps } from "./Tokens";

type Fields = { source: string; name: string; kind: KeyKind };
type Made = { key: WriteKey; secret: string };

function NewKey({ done }: { done: (made: Made) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const kind = Form.useWatch("kind", form) ?? "public";
  const sources = useQuery(sourcesOptions());
  const make = useMutation({
    mutationFn: createKey,
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: dataKeys.keys });
      done(made);
    },
  });
  if (sources.data?.sources.length === 0) {
    return <Empty title={t("access.keysEmpty")} text={t("access.noSources")} action={<Link to="/data/sources">{t("access.toSources")}</Link>} />;
  }
  const required = (field: string) => ({ required: true, whitespace: true, message: t("form.required", { field }) });
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ kind: "public" }}
      onFinish={(fields) => make.mutate(fields)}
      aria-label={t("access.newKey")}
    >
      <p className="pane-about">{t("access.newKeyLead")}</p>
      {make.error ? <ErrorPanel error={make.error} what={t("access.newKey")} /> : null}
      <Form.Item name="source" label={t("access.source")} rules={[required(t("access.source"))]}>
        <Select
          showSearch
          loading={sources.isPending}
          options={(sources.data?.sources ?? []).map((source) => ({ value: source.source, label: `${source.name} · ${source.source}` }))}
        />
      </Form.Item>
      <Form.Item name="name" label={t("access.keyName")} rules={[required(t("access.keyName"))]}>
        <Input maxLength={80} placeholder={t("access.keyNamePlaceholder")} autoComplete="off" />
      </Form.Item>
      <Form.Item name="kind" label={t("access.kind")} extra={kind === "public" ? t("access.publicMeans") : t("access.serverMeans")}>
        <Radio.Group options={(["public", "server"] as const).map((value) => ({ value, label: t(`access.${value}`) }))} />
      </Form.Item>
      <div className="pane-foot">
        <Button type="primary" htmlType="submit" loading={make.isPending}>
          {t("access.makeKey")}
        </Button>
      </div>
    </Form>
  );
}

function Making({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<Made | null>(null);
  const shut = () => {
    setMade(null);
    close();
  };
  return (
    <SidePane open={open} title={t("access.newKey")} close={shut} width={500} testid="new-key">
      {made ? (
        <Secret
          title={t("access.keyMade", { name: made.key.name })}
          text={made.key.kind === "public" ? t("access.keyMadePublic") : t("access.madeText")}
          secret={made.secret}
          close={shut}
        />
      ) : (
        <NewKey done={setMade} />
      )}
    </SidePane>
  );
}

/** Show the keys. */
export function Keys({ making, make, stop }: TabProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const query = useQuery(allKeysOptions());
  const [doomed, doom] = useState<WriteKey | null>(null);
  const revoke = useMutation({
    mutationFn: (key: WriteKey) => revokeKey(key.id),
    onSuccess: async () => {
      doom(null);
      await client.invalidateQueries({ queryKey: dataKeys.keys });
    },
  });
  const first = (
    <Button type="primary" onClick={make}>
      {t("access.newKey")}
    </Button>
  );
  return (
    <>
      <Shown
        query={query}
        what={t("access.keys")}
        permission="sources.manage"
        skeleton={<Bone height={280} />}
        empty={(data) => (data.items.length ? null : <Empty title={t("access.keysEmpty")} text={t("access.keysEmptyText")} action={first} />)}
      >
        {(data) => (
          <div className="panel list">
            <Sheet<WriteKey>
              label={t("access.keys")}
              rows={data.items}
              rowKey={(key) => key.id}
              columns={[
                {
                  key: "name",
                  title: `${t("access.key")} · ${data.items.length}`,
                  cell: (key) => <strong className={key.revoked ? "muted" : ""}>{key.name}</strong>,
                },
                {
                  key: "source",
                  title: t("access.source"),
                  width: 160,
                  cell: (key) => (
                    <Link to="/data/sources/$source" params={{ source: key.source }}>
                      {key.source}
                    </Link>
                  ),
                },
                { key: "kind", title: t("access.kind"), width: 170, cell: (key) => t(`access.${key.kind}`) },
                { key: "hint", title: t("access.hint"), width: 130, cell: (key) => <code className="mono">{key.hint}…</code> },
                {
                  key: "state",
                  title: t("access.state"),
                  width: 110,
                  cell: (key) => <Status state={key.revoked ? "off" : "ok"}>{key.revoked ? t("access.revoked") : t("access.works")}</Status>,
                },
                {
                  key: "used",
                  title: t("access.used"),
                  width: 140,
                  cell: (key) => (key.used ? format.instant(key.used) : <span className="muted">{t("access.never")}</span>),
                },
                {
                  key: "created",
                  title: t("access.created"),
                  width: 210,
                  cell: (key) => t("access.by", { who: key.created_by, at: format.instant(key.created) }),
                },
                {
                  key: "do",
                  title: "",
                  width: 90,
                  number: true,
                  cell: (key) =>
                    key.revoked ? null : (
                      <Button size="small" danger type="text" onClick={() => doom(key)}>
                        {t("access.revoke")}
                      </Button>
                    ),
                },
              ]}
            />
          </div>
        )}
      </Shown>
      <Making open={making} close={stop} />
      <Reason
        open={doomed !== null}
        title={t("access.revokeKey", { name: doomed?.name ?? "" })}
        text={t("access.revokeKeyText")}
        action={t("access.revoke")}
        danger
        why={false}
        busy={revoke.isPending}
        error={revoke.error}
        done={() => doomed && revoke.mutate(doomed)}
        close={() => doom(null)}
      />
    </>
  );
}
