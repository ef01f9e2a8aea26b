/** Change a known event: its texts, causes and steps in fields, its signature and history as they are written; kept as the next version. */

import { MinusCircleOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { type EventBody, type KnownEvent, knownEventKeys, saveKnownEvent } from "@/api/knownEvents";
import { ErrorPanel } from "@/kit/states";

type Step = { action: string; mode?: string; title: { en: string; zh: string }; with?: Record<string, string> };
type Fields = Pick<EventBody, "title" | "about" | "owner" | "causes"> & { playbook: Step[]; rest: string; reason: string };
const MODES = ["manual", "auto"] as const;

/** What stands in the entry beside what has fields of its own. */
function restOf(body: Record<string, unknown>): Record<string, unknown> {
  const { title: _title, about: _about, owner: _owner, causes: _causes, playbook: _playbook, ...rest } = body;
  return rest;
}

/** Show the form. */
export function KnownEventForm({ event, done }: { event: KnownEvent; done: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const body = event.body as unknown as EventBody;
  const save = useMutation({
    mutationFn: ({ rest, reason, ...own }: Fields) =>
      saveKnownEvent({ ...(JSON.parse(rest) as Record<string, unknown>), ...own }, reason, event.newest),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: knownEventKeys.all });
      done();
    },
  });
  const first = {
    title: body.title,
    about: body.about,
    owner: body.owner,
    causes: body.causes,
    playbook: body.playbook,
    rest: JSON.stringify(restOf(event.body), null, 2),
    reason: "",
  };
  const required = [{ required: true, whitespace: true, message: t("library.needed") }];
  const json = [
    {
      validator: async (_: unknown, value: string) => {
        try {
          JSON.parse(value);
        } catch {
          throw new Error(t("library.notJson"));
        }
      },
    },
  ];
  return (
    <Form<Fields>
      layout="vertical"
      requiredMark={false}
      initialValues={first}
      onFinish={(given) => save.mutate(given)}
      aria-label={t("library.edit")}
    >
      {save.error ? <ErrorPanel error={save.error} what={t("library.edit")} /> : null}
      <Both name="title" label={t("library.name")} />
      <Both name="about" label={t("library.about")} />
      <Form.Item name="owner" label={t("alerts.owner")} rules={required}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.List name="causes">
        {(fields, { add, remove }) => (
          <fieldset className="library-list">
            <legend>{t("library.causes")}</legend>
            {fields.map((field) => (
              <div key={field.key} className="library-pair">
                <Form.Item name={[field.name, "zh"]} rules={required}>
                  <Input placeholder={t("library.zh")} />
                </Form.Item>
                <Form.Item name={[field.name, "en"]} rules={required}>
                  <Input placeholder={t("library.en")} />
                </Form.Item>
                <Button type="text" icon={<MinusCircleOutlined />} aria-label={t("library.remove")} onClick={() => remove(field.name)} />
              </div>
            ))}
            <Button size="small" icon={<PlusOutlined />} onClick={() => add({ en: "", zh: "" })}>
              {t("library.add")}
            </Button>
          </fieldset>
        )}
      </Form.List>
      <Form.List name="playbook">
        {(fields, { add, remove }) => (
          <fieldset className="library-list">
            <legend>{t("library.playbook")}</legend>
            {fields.map((field) => (
              <div key={field.key} className="library-pair">
                <Form.Item name={[field.name, "action"]} rules={required}>
                  <Input placeholder={t("library.action")} />
                </Form.Item>
                <Form.Item name={[field.name, "mode"]} initialValue="manual">
                  <Select options={MODES.map((value) => ({ value, label: t(value === "auto" ? "library.auto" : "library.hand") }))} />
                </Form.Item>
                <Button type="text" icon={<MinusCircleOutlined />} aria-label={t("library.remove")} onClick={() => remove(field.name)} />
                {/* What a step is given has no field yet: it is registered so that keeping the form does not drop it. */}
                <Form.Item name={[field.name, "with"]} hidden>
                  <Input />
                </Form.Item>
                <Form.Item name={[field.name, "title", "zh"]} rules={required}>
                  <Input placeholder={t("library.zh")} />
                </Form.Item>
                <Form.Item name={[field.name, "title", "en"]} rules={required}>
                  <Input placeholder={t("library.en")} />
                </Form.Item>
                <span />
              </div>
            ))}
            <Button size="small" icon={<PlusOutlined />} onClick={() => add({ action: "notify", mode: "manual", title: { en: "", zh: "" } })}>
              {t("library.add")}
            </Button>
          </fieldset>
        )}
      </Form.List>
      <Form.Item name="rest" label={t("library.rest")} extra={t("library.restHint")} rules={json}>
        <Input.TextArea className="mono" autoSize={{ minRows: 8, maxRows: 24 }} spellCheck={false} />
      </Form.Item>
      <Form.Item name="reason" label={t("reason.why")} rules={required}>
        <Input maxLength={500} />
      </Form.Item>
      <div className="row">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t("library.save")}
        </Button>
        <Button onClick={done}>{t("reason.keep")}</Button>
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
