/** The drawer that sets up an import that comes again: from a database by its cursor, or each file of a watched folder. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, InputNumber, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  connectionsOptions,
  importKeys,
  kindsOptions,
  type Looked,
  lookAtQuery,
  type Mapping,
  mappingsOptions,
  type QueryAsk,
  saveSchedule,
} from "@/api/imports";
import { SidePane } from "@/kit/SidePane";
import { ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { Columns, Constants, Gaps } from "./Matching";
import { missing } from "./mapping";

const NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;
type Values = {
  name: string;
  from: "base" | "folder";
  kind: string;
  source: string;
  connection: string;
  table: string;
  select: string;
  cursor_column: string;
  overlap: number;
  rhythm: "daily" | "often";
  at_local: string;
  every_minutes: number;
  use: string;
  reason: string;
};
const START = {
  from: "base",
  table: "",
  select: "",
  cursor_column: "",
  overlap: 300,
  rhythm: "daily",
  at_local: "03:30",
  every_minutes: 60,
} as const;

function queryOf(values: Values): QueryAsk {
  const { connection, table, select, cursor_column, overlap } = values;
  return { connection, table: select ? "" : table, select, cursor_column, overlap };
}

/** From which database, what, and by which column it goes on. */
function FromBase({ look, busy }: { look: () => void; busy: boolean }) {
  const { t } = useTranslation();
  const bases = useQuery(connectionsOptions()).data?.items ?? [];
  return (
    <>
      <Form.Item
        name="connection"
        label={t("feeds.database")}
        rules={[{ required: true, message: t("form.required", { field: t("feeds.database") }) }]}
      >
        <Select
          options={bases.map((base) => ({ value: base.name, label: `${base.name} \u00b7 ${base.kind}` }))}
          notFoundContent={t("feeds.basesEmpty")}
        />
      </Form.Item>
      <div className="form-row">
        <Form.Item name="table" label={t("feeds.table")}>
          <Input maxLength={200} autoComplete="off" className="mono" />
        </Form.Item>
        <Form.Item name="cursor_column" label={t("feeds.cursorColumn")} extra={t("feeds.cursorHint")}>
          <Input maxLength={200} autoComplete="off" className="mono" placeholder="updated_at" />
        </Form.Item>
        <Form.Item name="overlap" label={t("feeds.overlap")}>
          <InputNumber min={0} max={100_000_000} controls={false} />
        </Form.Item>
      </div>
      <Form.Item name="select" label={t("feeds.select")} extra={t("feeds.selectHint")}>
        <Input.TextArea rows={3} maxLength={20_000} className="mono" placeholder="SELECT order_no, amount, updated_at FROM bookings" />
      </Form.Item>
      <Button onClick={look} loading={busy}>
        {t("feeds.look")}
      </Button>
    </>
  );
}

function When() {
  const { t } = useTranslation();
  const often = Form.useWatch("rhythm") === "often";
  return (
    <div className="form-row">
      <Form.Item name="rhythm" label={t("feeds.when")}>
        <Segmented
          options={[
            { value: "daily", label: t("feeds.onceADay") },
            { value: "often", label: t("feeds.often") },
          ]}
        />
      </Form.Item>
      {often ? (
        <Form.Item name="every_minutes" label={t("feeds.minutes")}>
          <InputNumber min={1} max={10_080} controls={false} />
        </Form.Item>
      ) : (
        <Form.Item name="at_local" label={t("feeds.at")} rules={[{ pattern: /^([01]\d|2[0-3]):[0-5]\d$/, message: "HH:MM" }]}>
          <Input maxLength={5} className="num" />
        </Form.Item>
      )}
    </div>
  );
}

function Fields({ done }: { done: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const [form] = Form.useForm<Values>();
  const [looked, setLooked] = useState<Looked | null>(null);
  const [mapping, setMapping] = useState<Mapping | null>(null);
  const folder = Form.useWatch("from", form) === "folder";
  const kind = Form.useWatch("kind", form) ?? "";
  const use = Form.useWatch("use", form) ?? "";
  const kinds = useQuery(kindsOptions()).data?.items ?? [];
  const saved = useQuery({ ...mappingsOptions(kind), enabled: kind !== "" }).data?.items ?? [];
  const look = useMutation({
    mutationFn: (values: Values) => lookAtQuery(queryOf(values), values.kind || null),
    onSuccess: (found) => {
      setLooked(found);
      setMapping(found.mapping);
      if (!form.getFieldValue("kind")) form.setFieldValue("kind", found.kind);
    },
  });
  const save = useMutation({
    mutationFn: (values: Values) =>
      saveSchedule({
        name: values.name,
        kind: values.kind,
        source: values.source ?? "",
        mapping: values.use ? { use: values.use } : (mapping ?? {}),
        query: values.from === "base" ? queryOf(values) : null,
        at_local: values.from === "base" && values.rhythm === "daily" ? values.at_local : "",
        every_minutes: values.from === "base" && values.rhythm === "often" ? values.every_minutes : 0,
        enabled: true,
        reason: values.reason,
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: importKeys.all });
      done();
    },
  });
  const required = (field: string) => ({ required: true, whitespace: true, message: t("form.required", { field }) });
  const matched = use !== "" || (!folder && looked !== null && mapping !== null && missing(mapping, looked.fields).length === 0);
  const error = save.error ?? look.error;
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={START}
      onFinish={(values) => save.mutate(values)}
      aria-label={t("feeds.add")}
    >
      {error ? <ErrorPanel error={error} what={t("feeds.add")} /> : null}
      <Form.Item name="from" label={t("feeds.from")}>
        <Segmented
          options={[
            { value: "base", label: t("feeds.fromBase") },
            { value: "folder", label: t("feeds.fromFolder") },
          ]}
        />
      </Form.Item>
      <div className="form-row">
        <Form.Item name="name" label={t("feeds.name")} rules={[required(t("feeds.name")), { pattern: NAME, message: t("feeds.nameHint") }]}>
          <Input autoFocus maxLength={40} autoComplete="off" />
        </Form.Item>
        <Form.Item name="source" label={t("wizard.sourceName")}>
          <Input maxLength={80} autoComplete="off" />
        </Form.Item>
        <Form.Item name="kind" label={t("imports.kind")} rules={folder ? [required(t("imports.kind"))] : []}>
          <Select
            allowClear={!folder}
            options={kinds.map((one) => ({ value: one.kind, label: format.language === "zh" ? one.title_zh : one.title_en }))}
          />
        </Form.Item>
      </div>
      {folder ? (
        <p className="pane-about">{t("feeds.folderText")}</p>
      ) : (
        <FromBase look={() => look.mutate(form.getFieldsValue())} busy={look.isPending} />
      )}
      {saved.length ? (
        <Form.Item name="use" label={t("wizard.use")} className="feed-use" rules={folder ? [required(t("wizard.use"))] : []}>
          <Select
            allowClear
            placeholder={folder ? "" : t("wizard.useNone")}
            options={saved.map((one) => ({ value: one.name, label: format.language === "zh" ? one.title_zh : one.title_en }))}
          />
        </Form.Item>
      ) : folder && kind ? (
        <p className="warn">{t("feeds.folderNoMapping")}</p>
      ) : null}
      {!folder && looked && mapping && !use ? (
        <>
          <div className="feed-columns">
            <Columns guess={looked} mapping={mapping} set={setMapping} />
          </div>
          <Gaps fields={looked.fields} mapping={mapping} />
          <Constants guess={looked} mapping={mapping} set={setMapping} />
        </>
      ) : null}
      {folder ? null : <When />}
      <Form.Item name="reason" label={t("reason.why")} rules={[required(t("reason.why"))]}>
        <Input maxLength={500} autoComplete="off" />
      </Form.Item>
      <div className="pane-foot">
        <Button type="primary" htmlType="submit" loading={save.isPending} disabled={!matched}>
          {t("feeds.save")}
        </Button>
      </div>
    </Form>
  );
}

/** Show the drawer. */
export function FeedPane({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <SidePane open={open} title={t("feeds.add")} close={close} width={760} testid="add-feed">
      <Fields done={close} />
    </SidePane>
  );
}
