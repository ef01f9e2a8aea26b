/** What a role may do and what not, in words. */

import { CheckOutlined, CloseOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { rolesOptions } from "@/api/access";
import { useRightName } from "./rights";

/** Show both lists; nothing until they are known. */
export function RoleMeans({ role }: { role: string }) {
  const { t } = useTranslation();
  const name = useRightName();
  const { data } = useQuery(rolesOptions());
  if (!data) return null;
  const held = new Set(data.roles.find((entry) => entry.role === role)?.permissions);
  const lists = [
    { key: "may", title: t("members.roleMeans"), rights: data.permissions.filter((entry) => held.has(entry.permission)), icon: <CheckOutlined /> },
    { key: "not", title: t("members.roleNot"), rights: data.permissions.filter((entry) => !held.has(entry.permission)), icon: <CloseOutlined /> },
  ];
  return (
    <div className="role-means" data-testid="role-means">
      {lists
        .filter((list) => list.rights.length)
        .map((list) => (
          <section key={list.key} className={`is-${list.key}`}>
            <h3>
              {list.title} · {list.rights.length}
            </h3>
            <ul>
              {list.rights.map((entry) => (
                <li key={entry.permission}>
                  <i aria-hidden="true">{list.icon}</i>
                  {name(entry.permission, entry.means)}
                </li>
              ))}
            </ul>
          </section>
        ))}
    </div>
  );
}
