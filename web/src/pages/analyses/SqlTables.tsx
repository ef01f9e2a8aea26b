/** The tables that a statement can read: each opens to its columns, with what they mean; a click puts a name into the statement. */

import { DownOutlined, RightOutlined } from "@ant-design/icons";
import { Input, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SqlView } from "@/api/sql";
import { Panel } from "@/kit/Panel";
import type { Format } from "@/kit/use";

type Props = { views: SqlView[]; format: Format; insert: (word: string) => void };

/** Show them. */
export function SqlTables({ views, format, insert }: Props) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<ReadonlySet<string>>(() => new Set());
  const [sought, seek] = useState("");
  const wanted = sought.trim().toLowerCase();
  const fits = (name: string, about: { en: string; zh: string }) =>
    name.toLowerCase().includes(wanted) || format.say(about).toLowerCase().includes(wanted);
  const shown = views
    .map((view) => ({
      view,
      columns: !wanted || fits(view.name, view.about) ? view.columns : view.columns.filter((one) => fits(one.name, one.about)),
    }))
    .filter((one) => one.columns.length > 0);
  const turn = (name: string) =>
    setOpened((now) => {
      const next = new Set(now);
      if (!next.delete(name)) next.add(name);
      return next;
    });
  return (
    <Panel title={t("sql.tables")} hint={t("sql.tablesHint")} className="sql-tables">
      <Input
        size="small"
        allowClear
        placeholder={t("sql.search")}
        aria-label={t("sql.search")}
        value={sought}
        onChange={(event) => seek(event.target.value)}
      />
      {shown.length ? null : <p className="muted sql-none">{t("sql.none")}</p>}
      <ul>
        {shown.map(({ view, columns }) => {
          const open = wanted ? true : opened.has(view.name);
          return (
            <li key={view.name}>
              <div className="sql-view">
                <button
                  type="button"
                  className="sql-turn"
                  aria-expanded={open}
                  aria-label={t(open ? "sql.shut" : "sql.open", { name: view.name })}
                  onClick={() => turn(view.name)}
                >
                  {open ? <DownOutlined aria-hidden /> : <RightOutlined aria-hidden />}
                </button>
                <Tooltip title={format.say(view.about)} placement="right">
                  <button type="button" className="sql-name mono" aria-label={t("sql.insert", { name: view.name })} onClick={() => insert(view.name)}>
                    {view.name}
                  </button>
                </Tooltip>
              </div>
              {open ? (
                <ul className="sql-columns">
                  <li className="sql-about">{format.say(view.about)}</li>
                  {columns.map((column) => (
                    <li key={column.name}>
                      <button type="button" aria-label={t("sql.insert", { name: column.name })} onClick={() => insert(column.name)}>
                        <span className="mono">{column.name}</span>
                        <span className="sql-kind">{t(`sql.kind.${column.kind}`)}</span>
                        <span className="sql-about">{format.say(column.about)}</span>
                      </button>
                    </li>
                  ))}
                </ul>
              ) : null}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
