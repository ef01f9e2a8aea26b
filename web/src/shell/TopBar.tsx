/** The top bar: whose data, how fresh it is, language, light or dark, and the account. */

import { MoonOutlined, SunOutlined, UserOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button, Dropdown, Popover, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { api, keepCsrf } from "@/api/client";
import { todayOptions } from "@/api/keys";
import type { GoodColour, Language, Late } from "@/api/types";
import { formatInstant } from "@/kit/format";
import { LANGUAGES, OWN_NAME } from "@/words";
import { InboxBell } from "./InboxBell";
import { usePreferences } from "./preferences";
import { useMay, useSession } from "./session";

function oldest(late: Late[]): string | null {
  const known = late.map((source) => source.complete_until).filter((at): at is string => Boolean(at));
  return known.sort()[0] ?? null;
}

function Freshness() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { workspace } = useSession();
  const may = useMay("metrics.read");
  const { data } = useQuery({ ...todayOptions(), enabled: may, retry: false });
  if (!data) return null;
  const behind = data.late.filter((source) => source.state !== "ok");
  const at = oldest(data.late);
  const text = at ? t("top.completeUntil", { at: formatInstant(at, language, workspace.timezone) }) : t("top.completeUnknown");
  const silent = behind.some((source) => source.state === "silent");
  const state = silent ? "silent" : behind.length ? "late" : at ? "ok" : "unknown";
  return (
    <Popover content={behind.length ? t("top.lateSources", { count: behind.length }) : t("top.allOnTime")} placement="bottomRight">
      <span className="freshness" data-state={state}>
        <i className="dot" aria-hidden="true" />
        {text}
      </span>
    </Popover>
  );
}

/** Show the top bar. */
export function TopBar() {
  const { t } = useTranslation();
  const { language, theme, goodColour, change } = usePreferences();
  const { user, workspace } = useSession();
  const client = useQueryClient();
  const navigate = useNavigate();
  const dark = theme === "dark";
  const role = t(`top.role.${user.role}` as "top.role.admin", { defaultValue: user.role });

  const signOut = async () => {
    await api.DELETE("/api/session").catch(() => undefined);
    keepCsrf(null);
    client.clear();
    await navigate({ to: "/signin", search: {} });
  };

  return (
    <header className="topbar">
      <div className="topbar-company">{workspace.name}</div>
      <div className="topbar-side">
        <Freshness />
        <Segmented<Language>
          size="small"
          aria-label={t("top.language")}
          value={language}
          options={LANGUAGES.map((value) => ({ value, label: value === "zh" ? OWN_NAME.zh : "EN", title: OWN_NAME[value] }))}
          onChange={(value) => change({ language: value })}
        />
        <Button
          type="text"
          icon={dark ? <SunOutlined /> : <MoonOutlined />}
          aria-label={dark ? t("top.toLight") : t("top.toDark")}
          title={dark ? t("top.toLight") : t("top.toDark")}
          onClick={() => change({ theme: dark ? "light" : "dark" })}
        />
        <InboxBell />
        <Dropdown
          trigger={["click"]}
          menu={{
            selectable: true,
            selectedKeys: [goodColour],
            onClick: ({ key }) => {
              if (key === "out") void signOut();
              else if (key === "green" || key === "red") change({ goodColour: key as GoodColour });
            },
            items: [
              { key: "who", label: `${user.email} · ${role}`, disabled: true },
              { type: "divider" },
              {
                type: "group",
                label: t("top.goodColour"),
                children: [
                  { key: "green", label: t("top.goodGreen") },
                  { key: "red", label: t("top.goodRed") },
                ],
              },
              { type: "divider" },
              { key: "out", label: t("top.signOut") },
            ],
          }}
        >
          <Button type="text" icon={<UserOutlined />} aria-label={t("top.account")}>
            {user.name}
          </Button>
        </Dropdown>
      </div>
    </header>
  );
}
