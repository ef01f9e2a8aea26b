/** The first run: the one-time link makes the first administrator. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, keepCsrf, need } from "@/api/client";
import { keys, stateOptions } from "@/api/keys";
import type { SessionBody, Setup } from "@/api/types";
import { ErrorPanel } from "@/kit/states";
import { usePreferences } from "@/shell/preferences";
import { Gate } from "./Gate";

const SHORTEST = 12;
type Fields = Pick<Setup, "name" | "email" | "password">;

/** Read the key behind the #, which browsers never send to a server or write into a log of addresses. */
export function linkOf(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, "")).get("link") ?? "";
}

/** Show the first-run form. */
export function Welcome() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [link] = useState(() => linkOf(location.hash));
  const { data: state } = useQuery(stateOptions());
  const setUp = useMutation({
    mutationFn: (fields: Fields) => need<SessionBody>(api.POST("/api/setup", { body: { ...fields, link, language } })),
    onSuccess: async (session) => {
      keepCsrf(session.csrf);
      client.clear();
      client.setQueryData(keys.session, session);
      await navigate({ to: "/", replace: true });
    },
  });
  if (state && !state.first_run) {
    return (
      <Gate side={state.workspace.name}>
        <h1>{t("welcome.done")}</h1>
        <p>{t("welcome.doneFix")}</p>
        <Link to="/signin">{t("welcome.toSignIn")}</Link>
      </Gate>
    );
  }
  if (!link) {
    return (
      <Gate side={state?.workspace.name}>
        <h1>{t("welcome.noLink")}</h1>
        <p>{t("welcome.noLinkFix")}</p>
        <Link to="/signin">{t("welcome.toSignIn")}</Link>
      </Gate>
    );
  }
  return (
    <Gate side={state?.workspace.name}>
      <h1>{t("welcome.title")}</h1>
      <p>{t("welcome.lead")}</p>
      {setUp.error ? <ErrorPanel error={setUp.error} what={t("welcome.title")} /> : null}
      <Form<Fields> layout="vertical" requiredMark={false} onFinish={(fields) => setUp.mutate(fields)} aria-label={t("welcome.title")}>
        <Form.Item
          name="name"
          label={t("welcome.name")}
          rules={[{ required: true, whitespace: true, message: t("form.required", { field: t("welcome.name") }) }]}
        >
          <Input autoFocus autoComplete="name" maxLength={80} placeholder={t("welcome.namePlaceholder")} />
        </Form.Item>
        <Form.Item
          name="email"
          label={t("welcome.email")}
          validateTrigger="onBlur"
          rules={[
            { required: true, message: t("form.required", { field: t("welcome.email") }) },
            { type: "email", message: t("form.emailWrong") },
          ]}
        >
          <Input autoComplete="username" inputMode="email" maxLength={254} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("welcome.password")}
          extra={t("welcome.passwordHint")}
          validateTrigger={["onBlur", "onSubmit"]}
          rules={[
            {
              validator: (_, value: string | undefined) => {
                const short = SHORTEST - (value ?? "").length;
                return short > 0 ? Promise.reject(new Error(t("form.passwordShort", { count: short }))) : Promise.resolve();
              },
            },
          ]}
        >
          <Input.Password autoComplete="new-password" maxLength={256} />
        </Form.Item>
        <Button type="primary" htmlType="submit" size="large" block loading={setUp.isPending}>
          {t("welcome.submit")}
        </Button>
      </Form>
    </Gate>
  );
}
