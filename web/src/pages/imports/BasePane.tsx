/** The drawer that makes a database known: it is kept only after it has answered once. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, InputNumber, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { type BaseAsk, importKeys, saveConnection } from "@/api/imports";
import { SidePane } from "@/kit/SidePane";
import { ErrorPanel } from "@/kit/states";

const KINDS = [
  { value: "postgres", label: "PostgreSQL", port: 5432 },
  { value: "mysql", label: "MySQL", port: 3306 },
  { value: "sqlite", label: "SQLite", port: 0 },
  { value: "duckdb", label: "DuckDB", port: 0 },
] as const;
const NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;

function Fields({ done }: { done: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form] = Form.useForm<BaseAsk>();
  const kind = Form.useWatch("kind", form) ?? "postgres";
  const file = kind === "sqlite" || kind === "duckdb";
  const save = useMutation({
    mutationFn: saveConnection,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: importKeys.all });
      done();
    },
  });
  const required = (field: string) => ({ required: true, whitespace: true, message: t("form.required", { field }) });
  return (
    <Form<BaseAsk>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ kind: "postgres", port: 5432, host: "", user: "", password: "" }}
      onFinish={(body) => save.mutate(file ? { ...body, host: "", port: 0, user: "", password: "" } : body)}
      aria-label={t("feeds.addBase")}
    >
      <p className="pane-about">{t("feeds.basesEmptyText")}</p>
      {save.error ? <ErrorPanel error={save.error} what={t("feeds.addBase")} /> : null}
      <Form.Item name="kind" label={t("feeds.kind")}>
        <Segmented
          options={KINDS.map(({ value, label }) => ({ value, label }))}
          onChange={(value) => form.setFieldValue("port", KINDS.find((one) => one.value === value)?.port ?? 0)}
        />
      </Form.Item>
      <Form.Item name="name" label={t("feeds.baseName")} rules={[required(t("feeds.baseName")), { pattern: NAME, message: t("feeds.nameHint") }]}>
        <Input autoFocus maxLength={40} autoComplete="off" placeholder="pms" />
      </Form.Item>
      {file ? null : (
        <div className="form-row">
          <Form.Item name="host" label={t("feeds.host")} rules={[required(t("feeds.host"))]}>
            <Input maxLength={200} autoComplete="off" placeholder="db.example.com" />
          </Form.Item>
          <Form.Item name="port" label={t("feeds.port")}>
            <InputNumber min={1} max={65_535} controls={false} />
          </Form.Item>
        </div>
      )}
      <Form.Item
        name="database"
        label={file ? t("feeds.path") : t("feeds.database")}
        extra={file ? t("feeds.pathHint") : undefined}
        rules={[required(file ? t("feeds.path") : t("feeds.database"))]}
      >
        <Input maxLength={500} autoComplete="off" className="mono" />
      </Form.Item>
      {file ? null : (
        <>
          <Form.Item name="user" label={t("feeds.user")} extra={t("feeds.userHint")}>
            <Input maxLength={200} autoComplete="off" />
          </Form.Item>
          <Form.Item name="password" label={t("feeds.password")}>
            <Input.Password maxLength={500} autoComplete="new-password" />
          </Form.Item>
        </>
      )}
      <div className="pane-foot">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t("feeds.saveBase")}
        </Button>
      </div>
    </Form>
  );
}

/** Show the drawer. */
export function BasePane({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <SidePane open={open} title={t("feeds.addBase")} close={close} width={520} testid="add-base">
      <Fields done={close} />
    </SidePane>
  );
}
