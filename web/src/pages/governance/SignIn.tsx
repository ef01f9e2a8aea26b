/** Sign in with e-mail and password. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api, keepCsrf, need } from "@/api/client";
import { keys, stateOptions } from "@/api/keys";
import type { SignIn as Body, SessionBody } from "@/api/types";
import { ErrorPanel } from "@/kit/states";
import { safeBack } from "@/shell/search";
import { Gate } from "./Gate";

/** Show the form; after it, go where the person was going. */
export function SignIn() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const router = useRouter();
  const { back } = useSearch({ from: "/signin" });
  const { data: state } = useQuery(stateOptions());
  const signIn = useMutation({
    mutationFn: (body: Body) => need<SessionBody>(api.POST("/api/session", { body })),
    onSuccess: (session) => {
      keepCsrf(session.csrf);
      client.clear();
      client.setQueryData(keys.session, session);
      router.history.replace(safeBack(back));
    },
  });
  return (
    <Gate side={state?.workspace.name}>
      <h1>{t("signIn.title")}</h1>
      <p>{state?.first_run ? t("signIn.firstRun") : back ? t("signIn.ended") : t("signIn.lead")}</p>
      {signIn.error ? <ErrorPanel error={signIn.error} what={t("signIn.title")} /> : null}
      <Form<Body> layout="vertical" requiredMark={false} onFinish={(body) => signIn.mutate(body)} aria-label={t("signIn.title")}>
        <Form.Item
          name="email"
          label={t("signIn.email")}
          validateTrigger="onBlur"
          rules={[
            { required: true, message: t("form.required", { field: t("signIn.email") }) },
            { type: "email", message: t("form.emailWrong") },
          ]}
        >
          <Input autoFocus autoComplete="username" inputMode="email" maxLength={254} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("signIn.password")}
          rules={[{ required: true, message: t("form.required", { field: t("signIn.password") }) }]}
        >
          <Input.Password autoComplete="current-password" maxLength={256} />
        </Form.Item>
        <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>
          {t("signIn.submit")}
        </Button>
      </Form>
    </Gate>
  );
}
