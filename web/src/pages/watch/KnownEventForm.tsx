/** Begin or change a known event, all of it in fields; kept as a draft or put in force once it does no worse on history. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { type EventBody, type KnownEvent, knownEventKeys, knownEventsOptions, saveKnownEvent } from "@/api/knownEvents";
import { ErrorPanel } from "@/kit/states";
import { useMay } from "@/shell/session";
import { CauseRows, CheckRows, StepRows } from "./KnownEventLists";
import { SignatureFields } from "./KnownEventSignature";
import { WindowRows } from "./KnownEventWindows";
import { type EventFields, eventOf, fieldsOfEvent, placeOf } from "./knownEventFields";
import { useRefusal, windowsOf } from "./knownEventWords";

type Props = {
  /** What the form begins with. */
  body: EventBody;
  /** The newest version that it stands on; 0 where it is new. */
  base: number;
  done: (kept: KnownEvent | null) => void;
};
type Fields = EventFields & { reason: string };

/** Show the form. */
export function KnownEventForm({ body, base, done }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const approve = useMay("definitions.approve");
  const [form] = Form.useForm<Fields>();
  const [draft, setDraft] = useState(true);
  const refusal = useRefusal();
  const known = useQuery(knownEventsOptions()).data?.items ?? [];
  const isNew = body.known_event === "";
  const save = useMutation({
    mutationFn: ({ reason, ...fields }: Fields) => saveKnownEvent(eventOf(fields), { reason, base, draft: draft || !approve }),
    onSuccess: async (kept) => {
      await client.invalidateQueries({ queryKey: knownEventKeys.all });
      done(kept);
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || !error.where || windowsOf(error).length) return;
      const name = placeOf(error.where) as Parameters<typeof form.scrollToField>[0];
      form.setFields([{ name: name as never, errors: [error.message] }]);
      form.scrollToField(name, { block: "center" });
    },
  });
  const refused = new Set(
    windowsOf(save.error)
      .filter((one) => one.event === form.getFieldValue("known_event"))
      .map((one) => one.window),
  );
  const required = [{ required: true, whitespace: true, message: t("library.needed") }];
  const free = {
    validator: async (_: unknown, name: string) => {
      if (isNew && known.some((one) => one.name === name)) throw new Error(t("library.taken"));
    },
  };
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ ...fieldsOfEvent(body), reason: "" }}
      onFinish={() => save.mutate(form.getFieldsValue(true) as Fields)}
      scrollToFirstError={{ block: "center" }}
      aria-label={t(isNew ? "library.make" : "library.edit")}
    >
      <Both name="title" label={t("library.name")} />
      {isNew ? (
        <Form.Item
          name="known_event"
          label={t("library.keptAs")}
          extra={t("library.keptAsHint")}
          rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{0,59}$/, message: t("library.keptAsHint") }, free]}
        >
          <Input maxLength={60} className="mono" />
        </Form.Item>
      ) : null}
      <Both name="about" label={t("library.about")} />
      <Form.Item name="owner" label={t("alerts.owner")} rules={required}>
        <Input maxLength={80} />
      </Form.Item>
      <SignatureFields />
      <CauseRows />
      <CheckRows />
      <StepRows />
      <Form.Item name="sources" label={t("library.sources")} extra={t("library.sourcesHint")}>
        <Select mode="tags" open={false} suffixIcon={null} maxCount={20} />
      </Form.Item>
      <WindowRows refused={refused} />
      <Form.Item name="reason" label={t("reason.why")} rules={required}>
        <Input maxLength={500} />
      </Form.Item>
      {save.error ? <ErrorPanel error={refusal(save.error)} what={t("library.keep")} /> : null}
      <div className="row">
        <Button type={approve ? "default" : "primary"} htmlType="submit" loading={save.isPending && draft} onClick={() => setDraft(true)}>
          {t("library.keepDraft")}
        </Button>
        {approve ? (
          <Button type="primary" htmlType="submit" loading={save.isPending && !draft} onClick={() => setDraft(false)}>
            {t("library.keepForce")}
          </Button>
        ) : null}
        <Button onClick={() => done(null)}>{t("reason.keep")}</Button>
        <span className="muted">{t("library.gate")}</span>
      </div>
    </Form>
  );
}

/** A text in both languages. */
function Both({ name, label }: { name: "title" | "about"; label: string }) {
  const { t } = useTranslation();
  const rules = [{ required: true, whitespace: true, message: t("library.needed") }];
  const field = name === "about" ? <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={600} /> : <Input maxLength={120} />;
  return (
    <div className="builder-row">
      <Form.Item name={[name, "zh"]} label={`${label} · ${t("library.zh")}`} rules={rules}>
        {field}
      </Form.Item>
      <Form.Item name={[name, "en"]} label={`${label} · ${t("library.en")}`} rules={rules}>
        {field}
      </Form.Item>
    </div>
  );
}
