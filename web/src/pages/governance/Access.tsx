/** Access: what each role may do, which programs hold a token, and which keys may write events. */

import { PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { allKeysOptions, rolesOptions, tokensOptions } from "@/api/access";
import { Page } from "@/kit/Page";
import { Bone, Shown } from "@/kit/states";
import { useMay } from "@/shell/session";
import { Keys } from "./Keys";
import { RoleMatrix } from "./RoleMatrix";
import { Tokens } from "./Tokens";
import "@/kit/parts.css";
import "./governance.css";

const TABS = ["roles", "tokens", "keys"] as const;
type Tab = (typeof TABS)[number];

function Answer({ tab }: { tab: Tab }) {
  const { t } = useTranslation();
  const roles = useQuery({ ...rolesOptions(), enabled: tab === "roles" }).data;
  const tokens = useInfiniteQuery({ ...tokensOptions(), enabled: tab === "tokens" }).data?.pages.flatMap((page) => page.items);
  const keys = useQuery({ ...allKeysOptions(), enabled: tab === "keys" }).data?.items.filter((key) => key.revoked === null);
  if (tab === "roles" && roles) return t("access.rolesAnswer", { roles: roles.roles.length, rights: roles.permissions.length });
  if (tab === "tokens" && tokens) {
    const live = tokens.filter((token) => token.state === "works");
    if (!tokens.length) return t("access.tokensNone");
    return t("access.tokensAnswer", { live: live.length, unused: live.filter((token) => token.used === null).length });
  }
  if (tab === "keys" && keys?.length === 0) return t("access.keysNone");
  if (tab === "keys" && keys) return t("access.keysAnswer", { live: keys.length, sources: new Set(keys.map((key) => key.source)).size });
  return "\u00a0";
}

/** Show the page. */
export function AccessPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/admin/access" });
  const navigate = useNavigate({ from: "/admin/access" });
  const mayTokens = useMay("tokens.manage");
  const mayKeys = useMay("sources.manage");
  const [making, setMaking] = useState(false);
  const tab: Tab = TABS.find((value) => value === search.tab) ?? "roles";
  const roles = useQuery({ ...rolesOptions(), enabled: tab === "roles" });
  const aside =
    tab === "tokens" && mayTokens ? (
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
        {t("access.newToken")}
      </Button>
    ) : tab === "keys" && mayKeys ? (
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
        {t("access.newKey")}
      </Button>
    ) : null;
  return (
    <Page
      title={t("access.title")}
      answer={<Answer tab={tab} />}
      aside={aside}
      filters={
        <Segmented<Tab>
          aria-label={t("access.tabs")}
          value={tab}
          options={TABS.map((value) => ({ value, label: t(`access.${value}`) }))}
          onChange={(value) => {
            setMaking(false);
            void navigate({ search: { tab: value === "roles" ? undefined : value } });
          }}
        />
      }
    >
      {tab === "roles" ? (
        <Shown query={roles} what={t("access.what")} permission="session.own" skeleton={<Bone height={560} />}>
          {(data) => <RoleMatrix roles={data} />}
        </Shown>
      ) : null}
      {tab === "tokens" ? <Tokens making={making} make={() => setMaking(true)} stop={() => setMaking(false)} /> : null}
      {tab === "keys" ? <Keys making={making} make={() => setMaking(true)} stop={() => setMaking(false)} /> : null}
    </Page>
  );
}
