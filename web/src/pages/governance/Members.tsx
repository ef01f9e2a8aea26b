/** Members: who works here and in which role; add, change, disable, and see what somebody did of late. */

import { PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input, Segmented } from "antd";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Member, membersOptions, ROLES } from "@/api/access";
import { Filter, Page } from "@/kit/Page";
import { Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useSession } from "@/shell/session";
import { OWN_NAME } from "@/words";
import { AddMember } from "./AddMember";
import { MemberPane } from "./MemberPane";
import "@/kit/parts.css";
import "./governance.css";

type Search = { q?: string; member?: string };

/** The members whose name or e-mail holds what was typed, in the role chosen. */
export function found(members: Member[], asked: string, role: string): Member[] {
  const text = asked.trim().toLowerCase();
  return members.filter((member) => (!role || member.role === role) && `${member.name} ${member.email}`.toLowerCase().includes(text));
}

function Answer({ members }: { members: Member[] }) {
  const { t } = useTranslation();
  const active = members.filter((member) => member.state === "active");
  const words = { active: active.length, admins: active.filter((member) => member.role === "admin").length, off: members.length - active.length };
  return words.off ? t("members.answerOff", words) : t("members.answer", words);
}

/** Show the page. */
export function MembersPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/admin/members" });
  const navigate = useNavigate({ from: "/admin/members" });
  const format = useFormat();
  const { user } = useSession();
  const query = useInfiniteQuery(membersOptions());
  const [role, setRole] = useState("");
  const [adding, setAdding] = useState(false);
  const go = useCallback((patch: Search) => void navigate({ search: (now) => ({ ...now, ...patch }), replace: "q" in patch }), [navigate]);
  const members = query.data?.pages.flatMap((page) => page.members);
  const shown = found(members ?? [], search.q ?? "", role);
  const clear = () => {
    setRole("");
    go({ q: undefined });
  };
  return (
    <Page
      title={t("members.title")}
      answer={members ? <Answer members={members} /> : "\u00a0"}
      aside={
        <Button type="primary" icon={<PlusOutlined />} disabled={!members} onClick={() => setAdding(true)}>
          {t("members.add")}
        </Button>
      }
      filters={
        <>
          <Input
            allowClear
            prefix={<SearchOutlined />}
            className="find"
            aria-label={t("members.search")}
            placeholder={t("members.search")}
            value={search.q ?? ""}
            maxLength={80}
            onChange={(event) => go({ q: event.target.value || undefined })}
          />
          <Filter label={t("members.role")}>
            <Segmented
              aria-label={t("members.role")}
              value={role}
              options={[{ value: "", label: t("members.all") }, ...ROLES.map((value) => ({ value, label: t(`top.role.${value}`) }))]}
              onChange={setRole}
            />
          </Filter>
        </>
      }
    >
      <Shown query={query} what={t("members.what")} permission="members.manage" skeleton={<Bone height={320} />}>
        {() => (
          <>
            {shown.length === 0 ? (
              <Empty
                title={t("members.none")}
                text={t("members.noneFix")}
                action={
                  <Button type="primary" onClick={clear}>
                    {t("members.clear")}
                  </Button>
                }
              />
            ) : (
              <div className="panel list">
                <Sheet<Member>
                  label={t("members.what")}
                  rows={shown}
                  rowKey={(member) => member.id}
                  selected={search.member ?? null}
                  open={(member) => go({ member: member.id })}
                  columns={[
                    {
                      key: "name",
                      title: `${t("members.name")} · ${shown.length}`,
                      sort: (a, b) => a.name.localeCompare(b.name, format.language),
                      cell: (member) => (
                        <span className="who">
                          <span className={`face ${member.state === "disabled" ? "is-off" : ""}`} aria-hidden="true">
                            {[...member.name][0]}
                          </span>
                          <strong>{member.name}</strong>
                          {member.id === user.id ? <span className="tag">{t("members.you")}</span> : null}
                        </span>
                      ),
                    },
                    { key: "email", title: t("members.email"), cell: (member) => member.email },
                    { key: "role", title: t("members.role"), width: 180, cell: (member) => t(`top.role.${member.role as "admin"}`) },
                    {
                      key: "state",
                      title: t("members.state"),
                      width: 130,
                      cell: (member) => (
                        <span className="state" data-state={member.state === "active" ? "ok" : "off"}>
                          <i className="dot" aria-hidden="true" />
                          {member.state === "active" ? t("members.active") : t("members.disabled")}
                        </span>
                      ),
                    },
                    {
                      key: "language",
                      title: t("members.language"),
                      width: 120,
                      cell: (member) => OWN_NAME[member.language as "zh"] ?? member.language,
                    },
                    {
                      key: "since",
                      title: t("members.since"),
                      width: 150,
                      number: true,
                      sort: (a, b) => a.created_ms - b.created_ms,
                      cell: (member) => format.instant(new Date(member.created_ms).toISOString()),
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
            )}
            <AddMember open={adding} close={() => setAdding(false)} />
            <MemberPane
              member={members?.find((member) => member.id === search.member) ?? null}
              only={(members ?? []).filter((member) => member.role === "admin" && member.state === "active").length === 1}
              close={() => go({ member: undefined })}
            />
          </>
        )}
      </Shown>
    </Page>
  );
}
