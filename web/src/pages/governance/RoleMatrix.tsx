/** Roles against rights: one look says who may do what. */

import { CheckOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { membersOptions, type Roles } from "@/api/access";
import { useMay } from "@/shell/session";
import { GROUPS, groupOf, SENSITIVE, useRightName } from "./rights";

/** Show the matrix. */
export function RoleMatrix({ roles }: { roles: Roles }) {
  const { t } = useTranslation();
  const name = useRightName();
  const mayMembers = useMay("members.manage");
  const members = useInfiniteQuery({ ...membersOptions(), enabled: mayMembers, retry: false }).data?.pages.flatMap((page) => page.members);
  const holders = (role: string) => members?.filter((member) => member.role === role && member.state === "active").length;
  return (
    <div className="panel matrix-panel">
      <table className="matrix" aria-label={t("access.what")}>
        <thead>
          <tr>
            <th scope="col">{t("access.right")}</th>
            {roles.roles.map(({ role }) => (
              <th scope="col" key={role}>
                {t(`top.role.${role as "admin"}`)}
                <small>{members ? t("access.members", { count: holders(role) ?? 0 }) : "\u00a0"}</small>
              </th>
            ))}
          </tr>
        </thead>
        {GROUPS.map((group) => (
          <tbody key={group}>
            <tr className="matrix-group">
              <th scope="rowgroup" colSpan={roles.roles.length + 1}>
                {t(`access.group.value.${group}`)}
              </th>
            </tr>
            {roles.permissions
              .filter((entry) => groupOf(entry.permission) === group)
              .map((entry) => (
                <tr key={entry.permission}>
                  <th scope="row">
                    {name(entry.permission, entry.means)}
                    <code>{entry.permission}</code>
                    {SENSITIVE.has(entry.permission) ? <span className="tag tag-warn">{t("access.sensitive")}</span> : null}
                  </th>
                  {roles.roles.map(({ role, permissions }) =>
                    permissions.includes(entry.permission) ? (
                      <td key={role}>
                        <CheckOutlined aria-label={t("access.may")} />
                      </td>
                    ) : (
                      <td key={role} className="is-no">
                        <span role="img" aria-label={t("access.mayNot")}>
                          {"\u2013"}
                        </span>
                      </td>
                    ),
                  )}
                </tr>
              ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}
