/** The rows of a statement: sorted by any column, a page at a time, in the forms of the language. */

import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Cell, SqlAnswer } from "@/api/sql";
import { MISSING } from "@/kit/format";
import { Sheet } from "@/kit/Sheet";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";
import { compare, dayOf, isKey } from "./sqlPlaces";

const PAGE = 100;
type Row = { at: number; cells: Cell[] };

/** Show a cell as its kind is read. */
function useShown(format: Format): (value: Cell | undefined, kind: string, name: string) => string {
  const { t } = useTranslation();
  return (value, kind, name) => {
    if (value === null || value === undefined) return MISSING;
    if (kind === "boolean") return t(value ? "sql.yes" : "sql.no");
    if (kind === "number") return isKey(name) ? String(value) : format.figure(value as string | number, "number");
    if (kind === "date") return format.day(String(value));
    return String(value);
  };
}

/** Show the table. */
export function SqlRows({ answer, format }: { answer: SqlAnswer; format: Format }) {
  const { t } = useTranslation();
  const mayPeople = useMay("people.see");
  const shown = useShown(format);
  const [order, setOrder] = useState<{ at: number; down: boolean } | null>(null);
  const [page, setPage] = useState(0);
  const rows = useMemo(() => {
    const all: Row[] = answer.rows.map((cells, at) => ({ at, cells: cells as Cell[] }));
    if (order) {
      const kind = answer.columns[order.at]?.kind ?? "text";
      all.sort((a, b) => {
        const [left, right] = [a.cells[order.at], b.cells[order.at]];
        const way = order.down && left !== null && right !== null ? -1 : 1;
        return way * compare(left, right, kind) || a.at - b.at;
      });
    }
    return all;
  }, [answer, order]);
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const now = Math.min(page, pages - 1);
  const turn = (at: number) => {
    setOrder((was) =>
      was?.at !== at
        ? { at, down: answer.columns[at]?.kind === "number" }
        : was.down === (answer.columns[at]?.kind === "number")
          ? { at, down: !was.down }
          : null,
    );
    setPage(0);
  };
  return (
    <>
      <Sheet<Row>
        label={t("sql.result")}
        rows={rows.slice(now * PAGE, (now + 1) * PAGE)}
        rowKey={(row) => String(row.at)}
        scroll={{ x: "max-content", y: 460 }}
        columns={answer.columns.map((column, at) => ({
          key: String(at),
          number: column.kind === "number",
          title: (
            <button type="button" className="sql-sort" onClick={() => turn(at)} aria-pressed={order?.at === at}>
              {column.name}
              <span aria-hidden="true">{order?.at === at ? (order.down ? " ↓" : " ↑") : ""}</span>
            </button>
          ),
          cell: (row) => {
            const value = row.cells[at];
            const text = shown(value, column.kind, column.name);
            if (column.name === "person" && mayPeople && typeof value === "number")
              return (
                <Link to="/people/$did" params={{ did: String(value) }}>
                  {text}
                </Link>
              );
            const day = column.kind === "time" ? dayOf(value) : null;
            return <span className={value === null ? "muted" : "sql-cell"}>{day ? format.day(day) : text}</span>;
          },
        }))}
      />
      {pages > 1 ? (
        <div className="sql-pages">
          <Button size="small" disabled={now === 0} onClick={() => setPage(now - 1)}>
            {t("sql.previous")}
          </Button>
          <span className="muted num">{t("sql.page", { page: format.count(now + 1), pages: format.count(pages) })}</span>
          <Button size="small" disabled={now >= pages - 1} onClick={() => setPage(now + 1)}>
            {t("sql.next")}
          </Button>
        </div>
      ) : null}
    </>
  );
}
