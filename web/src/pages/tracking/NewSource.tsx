/** Add a source: its name, its code, and what kind of thing sends. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Form, Input, Select } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { createSource, dataKeys, type NewSource as Made, SOURCE_KINDS, type SourceKind } from "@/api/data";
import { SidePane } from "@/kit/SidePane";
import { ErrorPanel } from "@/kit/states";
import { useValueName } from "@/kit/values";
import { useDataNames } from "./names";

const CODE = /^[a-z0-9][a-z0-9_-]{0,59}$/;
const CHANNELS = ["web", "app", "mini_program", "call_centre", "agent", "corporate"] as const;

/** A code from a name: what is left of it in small letters. */
export function codeOf(name: string): string {
  return name
    .toLowerCase()
    .normalize("NFKD")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, "");
}

type Draft = { name: string; source: string; kind: SourceKind; channel?: string };

/** Show the form while `open`; what was added is opened, listening. */
export function NewSource({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  const channelName = useValueName();
  const names = useDataNames();
  const [form] = Form.useForm<Draft>();
  // Once somebody writes a code of their own, the name no longer makes it.
  const own = useRef(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const making = useMutation({
    mutationFn: (draft: Draft) => createSource({ ...draft, ...(draft.channel ? { channel: draft.channel } : {}) } as Made),
    onSuccess: async (_, draft) => {
      await client.invalidateQueries({ queryKey: dataKeys.sources });
      await navigate({ to: "/data/sources/$source", params: { source: draft.source }, search: {} });
    },
  });
  return (
    <SidePane open={open} title={t("sources.addTitle")} close={close} width={460} testid="new-source">
      <p className="pane-about">{t("sources.addLead")}</p>
      <Form<Draft>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: "web" }}
        onFinish={(draft) => making.mutate(draft)}
        onValuesChange={(patch) => {
          if ("source" in patch) own.current = true;
          if ("name" in patch && !own.current) form.setFieldValue("source", codeOf(patch.name ?? ""));
        }}
      >
        <Form.Item name="name" label={t("sources.name")} rules={[{ required: true, message: t("form.required", { field: t("sources.name") }) }]}>
          <Input maxLength={80} autoFocus />
        </Form.Item>
        <Form.Item
          name="source"
          label={t("sources.code")}
          extra={t("sources.codeHint")}
          rules={[{ pattern: CODE, required: true, message: t("sources.codeWrong") }]}
        >
          <Input maxLength={60} className="mono" />
        </Form.Item>
        <Form.Item name="kind" label={t("sources.kindLabel")}>
          <Select options={SOURCE_KINDS.map((value) => ({ value, label: names.kind(value) }))} />
        </Form.Item>
        <Form.Item name="channel" label={t("sources.channel")} extra={t("sources.channelHint")}>
          <Select allowClear options={CHANNELS.map((value) => ({ value, label: channelName("sales_channel", value) }))} />
        </Form.Item>
        {making.error ? <ErrorPanel error={making.error} what={t("sources.addTitle")} /> : null}
        <Button type="primary" htmlType="submit" loading={making.isPending}>
          {t("sources.addDo")}
        </Button>
      </Form>
    </SidePane>
  );
}
