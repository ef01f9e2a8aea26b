/** The drawer that adds a member; it ends with the first password, shown once. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Radio, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addMember, type NewMember, ROLES } from "@/api/access";
import { passphrase } from "@/kit/passphrase";
import { Secret } from "@/kit/Secret";
import { SidePane } from "@/kit/SidePane";
import { ErrorPanel } from "@/kit/states";
import { usePreferences } from "@/shell/preferences";
import { LANGUAGES, OWN_NAME } from "@/words";
import { RoleMeans } from "./RoleMeans";

const SHORTEST = 12;

function Fields({ done }: { done: (made: NewMember) => void }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const client = useQueryClient();
  const [form] = Form.useForm<NewMember>();
  const role = Form.useWatch("role", form) ?? "viewer";
  const add = useMutation({
    mutationFn: addMember,
    onSuccess: async (_, body) => {
      await client.invalidateQueries({ queryKey: ["members"] });
      done(body);
    },
  });
  const required = (field: string) => ({ required: true, whitespace: true, message: t("form.required", { field }) });
  return (
    <Form<NewMember>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ role: "viewer", language, password: passphrase() }}
      onFinish={(body) => add.mutate(body)}
      aria-label={t("members.add")}
    >
      <p className="pane-about">{t("members.addLead")}</p>
      {add.error ? <ErrorPanel error={add.error} what={t("members.add")} /> : null}
      <Form.Item name="name" label={t("members.name")} rules={[required(t("members.name"))]}>
        <Input autoFocus maxLength={80} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="email"
        label={t("members.email")}
        validateTrigger="onBlur"
        rules={[required(t("members.email")), { type: "email", message: t("form.emailWrong") }]}
      >
        <Input maxLength={254} inputMode="email" autoComplete="off" />
      </Form.Item>
      <Form.Item
        label={t("members.password")}
        htmlFor="password"
        extra={
          <button type="button" className="textlink" onClick={() => form.setFieldValue("password", passphrase())}>
            {t("members.generate")}
          </button>
        }
      >
        <Form.Item name="password" noStyle rules={[{ min: SHORTEST, message: t("welcome.passwordHint") }, required(t("members.password"))]}>
          <Input id="password" maxLength={200} autoComplete="off" className="mono" />
        </Form.Item>
      </Form.Item>
      <Form.Item name="language" label={t("members.language")}>
        <Segmented options={LANGUAGES.map((value) => ({ value, label: OWN_NAME[value] }))} />
      </Form.Item>
      <Form.Item name="role" label={t("members.role")}>
        <Radio.Group options={ROLES.map((value) => ({ value, label: t(`top.role.${value}`) }))} />
      </Form.Item>
      <RoleMeans role={role} />
      <div className="pane-foot">
        <Button type="primary" htmlType="submit" loading={add.isPending}>
          {t("members.submit")}
        </Button>
      </div>
    </Form>
  );
}

/** Show the drawer. */
export function AddMember({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<NewMember | null>(null);
  const shut = () => {
    setMade(null);
    close();
  };
  return (
    <SidePane open={open} title={t("members.add")} close={shut} width={460} testid="add-member">
      {made ? (
        <Secret title={t("members.added", { name: made.name })} text={t("members.addedText")} secret={made.password} close={shut} />
      ) : (
        <Fields done={setMade} />
      )}
    </SidePane>
  );
}
