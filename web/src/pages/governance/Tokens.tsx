/** API tokens: made, listed, revoked; the secret is shown once. */

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Radio, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type MadeToken, makeToken, ROLES, type Role, revokeToken, type Token, tokensOptions } from "@/api/access";
import { CopyCode } from "@/kit/CopyCode";
import { Reason } from "@/kit/Reason";
import { Secret } from "@/kit/Secret";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Status } from "@/kit/Status";
import { Bone, Empty, ErrorPanel, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { RoleMeans } from "./RoleMeans";

const LENGTHS = [30, 90, 365, 0] as const;
const SAID = { works: "access.works", expired: "access.expired", revoked: "access.revoked" } as const;
const LOOK = { works: "ok", expired: "off", revoked: "off" } as const;
type Fields = { name: string; role: Role; days: number };
export type TabProps = { making: boolean; make: () => void; stop: () => void };

function NewToken({ done }: { done: (made: MadeToken) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const role = Form.useWatch("role", form) ?? "viewer";
  const make = useMutation({
    mutationFn: ({ name, role, days }: Fields) => makeToken({ name, role, expires_days: days || null }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ["tokens"] });
      done(made);
    },
  });
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ role: "viewer", days: 90 }}
      onFinish={(fields) => make.mutate(fields)}
      aria-label={t("access.newToken")}
    >
      <p className="pane-about">{t("access.newTokenLead")}</p>
      {make.error ? <ErrorPanel error={make.error} what={t("access.newToken")} /> : null}
      <Form.Item
        name="name"
        label={t("access.name")}
        rules={[{ required: true, whitespace: true, message: t("form.required", { field: t("access.name") }) }]}
      >
        <Input autoFocus maxLength={80} placeholder={t("access.namePlaceholder")} autoComplete="off" />
      </Form.Item>
      <Form.Item name="days" label={t("access.lasts")}>
        <Segmented options={LENGTHS.map((value) => ({ value, label: value ? t("access.days", { count: value }) : t("access.forever") }))} />
      </Form.Item>
      <Form.Item name="role" label={t("access.role")}>
        <Radio.Group options={ROLES.map((value) => ({ value, label: t(`top.role.${value}`) }))} />
      </Form.Item>
      <RoleMeans role={role} />
      <div className="pane-foot">
        <Button type="primary" htmlType="submit" loading={make.isPending}>
          {t("access.make")}
        </Button>
      </div>
    </Form>
  );
}

function Making({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<MadeToken | null>(null);
  const shut = () => {
    setMade(null);
    close();
  };
  return (
    <SidePane open={open} title={t("access.newToken")} close={shut} width={500} testid="new-token">
      {made ? (
        <>
          <Secret title={t("access.madeTitle", { name: made.token.name })} text={t("access.madeText")} secret={made.secret} close={shut} />
          <h3>{t("access.how")}</h3>
          <CopyCode text={`curl -H "Authorization: Bearer ${made.secret}" ${location.origin}/api/metrics/catalogue`} />
        </>
      ) : (
        <NewToken done={setMade} />
      )}
    </SidePane>
  );
}

/** Show the tokens. */
export function Tokens({ making, make, stop }: TabProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const query = useInfiniteQuery(tokensOptions());
  const [doomed, doom] = useState<Token | null>(null);
  const revoke = useMutation({
    mutationFn: (token: Token) => revokeToken(token.id),
    onSuccess: async () => {
      doom(null);
      await client.invalidateQueries({ queryKey: ["tokens"] });
    },
  });
  const make_ = (
    <Button type="primary" onClick={make}>
      {t("access.newToken")}
    </Button>
  );
  return (
    <>
      <Shown
        query={query}
        what={t("access.tokens")}
        permission="tokens.manage"
        skeleton={<Bone height={280} />}
        empty={(data) =>
          data.pages[0]?.items.length ? null : <Empty title={t("access.tokensEmpty")} text={t("access.tokensEmptyText")} action={make_} />
        }
      >
        {(data) => {
          const tokens = data.pages.flatMap((page) => page.items);
          return (
            <div className="panel list">
              <Sheet<Token>
                label={t("access.tokens")}
                rows={tokens}
                rowKey={(token) => token.id}
                columns={[
                  {
                    key: "name",
                    title: `${t("access.token")} · ${tokens.length}`,
                    cell: (token) => <strong className={token.state === "works" ? "" : "muted"}>{token.name}</strong>,
                  },
                  { key: "hint", title: t("access.hint"), width: 120, cell: (token) => <code className="mono">{token.hint}…</code> },
                  { key: "role", title: t("access.role"), width: 150, cell: (token) => t(`top.role.${token.role as "admin"}`) },
                  {
                    key: "state",
                    title: t("access.state"),
                    width: 110,
                    cell: (token) => <Status state={LOOK[token.state]}>{t(SAID[token.state])}</Status>,
                  },
                  {
                    key: "until",
                    title: t("access.until"),
                    width: 140,
                    cell: (token) => (token.expires ? format.instant(token.expires) : t("access.forever")),
                  },
                  {
                    key: "used",
                    title: t("access.used"),
                    width: 140,
                    cell: (token) => (token.used ? format.instant(token.used) : <span className="muted">{t("access.never")}</span>),
                  },
                  {
                    key: "created",
                    title: t("access.created"),
                    width: 210,
                    cell: (token) => t("access.by", { who: token.created_by, at: format.instant(token.created) }),
                  },
                  {
                    key: "do",
                    title: "",
                    width: 90,
                    number: true,
                    cell: (token) =>
                      token.state === "works" ? (
                        <Button size="small" danger type="text" onClick={() => doom(token)}>
                          {t("access.revoke")}
                        </Button>
                      ) : null,
                  },
                ]}
              />
              {query.hasNextPage ? (
                <div className="pane-foot">
                  <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {t("members.more")}
                  </Button>
                </div>
              ) : null}
            </div>
          );
        }}
      </Shown>
      <Making open={making} close={stop} />
      <Reason
        open={doomed !== null}
        title={t("access.revokeTitle", { name: doomed?.name ?? "" })}
        text={t("access.revokeText")}
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
