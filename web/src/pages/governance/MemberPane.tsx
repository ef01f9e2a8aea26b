/** The drawer of one member: role, account, and what they did of late. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeMember, type Member, type MemberChange, ROLES, type Role, resetPassword, trailOptions } from "@/api/access";
import { passphrase } from "@/kit/passphrase";
import { Reason } from "@/kit/Reason";
import { Secret } from "@/kit/Secret";
import { SidePane } from "@/kit/SidePane";
import { Bone, ErrorPanel, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { RoleMeans } from "./RoleMeans";

function Trail({ member }: { member: Member }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay("audit.read");
  const query = useQuery({ ...trailOptions(member.id), enabled: may });
  if (!may) return <p className="muted">{t("members.trailMay")}</p>;
  return (
    <Shown query={query} what={t("members.trail")} permission="audit.read" skeleton={<Bone height={120} />}>
      {(data) =>
        data.entries.length ? (
          <ol className="trail">
            {data.entries.map((entry) => (
              <li key={entry.seq}>
                <time className="num">{format.instant(new Date(entry.at_ms).toISOString())}</time>
                <code>{entry.action}</code>
                <span className="muted">{entry.subject}</span>
              </li>
            ))}
          </ol>
        ) : (
          <p className="muted">{t("members.trailNone")}</p>
        )
      }
    </Shown>
  );
}

function Account({ member, only }: { member: Member; only: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [role, setRole] = useState<Role>(member.role as Role);
  const [asked, ask] = useState<"disable" | "reset" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const stays = only && member.role === "admin" && member.state === "active";
  const change = useMutation({
    mutationFn: (body: MemberChange) => changeMember(member.id, body),
    onSuccess: async () => {
      message.success(t("members.changed"));
      await client.invalidateQueries({ queryKey: ["members"] });
    },
  });
  const reset = useMutation({
    mutationFn: async () => {
      const made = passphrase();
      await resetPassword(member.id, made);
      return made;
    },
    onSuccess: (made) => {
      ask(null);
      setSecret(made);
    },
  });
  return (
    <>
      {secret ? (
        <Secret
          title={t("members.resetDone")}
          text={t("members.resetDoneText", { name: member.name })}
          secret={secret}
          close={() => setSecret(null)}
        />
      ) : null}
      {change.error && asked === null ? <ErrorPanel error={change.error} what={t("members.role")} /> : null}
      <section className="block">
        <h3>{t("members.role")}</h3>
        <Radio.Group
          value={role}
          disabled={stays}
          options={ROLES.map((value) => ({ value, label: t(`top.role.${value}`) }))}
          onChange={(event) => setRole(event.target.value as Role)}
        />
        {stays ? <p className="muted">{t("members.only")}</p> : null}
        <RoleMeans role={role} />
        {role !== member.role ? (
          <Button type="primary" loading={change.isPending} onClick={() => change.mutate({ role })}>
            {t("members.changeRole", { role: t(`top.role.${role}`) })}
          </Button>
        ) : null}
      </section>
      <section className="block row">
        <Button onClick={() => ask("reset")}>{t("members.reset")}</Button>
        {member.state === "active" ? (
          <Button danger disabled={stays} onClick={() => ask("disable")}>
            {t("members.disable")}
          </Button>
        ) : (
          <Button loading={change.isPending} onClick={() => change.mutate({ state: "active" })}>
            {t("members.enable")}
          </Button>
        )}
      </section>
      <Reason
        open={asked === "disable"}
        title={t("members.disable")}
        text={t("members.disableText", { name: member.name })}
        action={t("members.disable")}
        danger
        why={false}
        busy={change.isPending}
        error={change.error}
        done={() => change.mutate({ state: "disabled" }, { onSuccess: () => ask(null) })}
        close={() => ask(null)}
      />
      <Reason
        open={asked === "reset"}
        title={t("members.reset")}
        text={t("members.resetText", { name: member.name })}
        action={t("members.reset")}
        danger
        why={false}
        busy={reset.isPending}
        error={reset.error}
        done={() => reset.mutate()}
        close={() => ask(null)}
      />
    </>
  );
}

/** Show the drawer of a member, or nothing. */
export function MemberPane({ member, only, close }: { member: Member | null; only: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <SidePane open={member !== null} title={member ? `${member.name} · ${member.email}` : ""} close={close} width={520} testid="member">
      {member ? (
        <>
          <Account key={`${member.id}${member.role}${member.state}`} member={member} only={only} />
          <section className="block">
            <h3>{t("members.trail")}</h3>
            <Trail member={member} />
          </section>
        </>
      ) : null}
    </SidePane>
  );
}
