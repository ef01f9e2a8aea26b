/** The one table: dense, hairlines only, numbers right-aligned in tabular figures, rows that open by click or Enter. */

import { Table, type TableColumnsType } from "antd";
import type { ReactNode } from "react";

export type Column<T> = {
  key: string;
  title: ReactNode;
  cell: (row: T) => ReactNode;
  number?: boolean;
  width?: number | string;
  sort?: (a: T, b: T) => number;
  ellipsis?: boolean;
};
type Props<T> = {
  rows: readonly T[];
  columns: Column<T>[];
  rowKey: (row: T) => string;
  open?: (row: T) => void;
  selected?: string | null;
  label: string;
  empty?: ReactNode;
  scroll?: { x?: number | string; y?: number | string };
};

/** Show rows. */
export function Sheet<T extends object>({ rows, columns, rowKey, open, selected, label, empty, scroll }: Props<T>) {
  const shown: TableColumnsType<T> = columns.map((column) => ({
    key: column.key,
    title: column.title,
    ...(column.width === undefined ? {} : { width: column.width }),
    ...(column.sort ? { sorter: column.sort } : {}),
    ellipsis: column.ellipsis ?? false,
    align: column.number ? "right" : "left",
    className: column.number ? "num" : "",
    render: (_: unknown, row: T) => column.cell(row),
  }));
  return (
    <Table<T>
      className="sheet"
      size="small"
      aria-label={label}
      rowKey={rowKey}
      columns={shown}
      dataSource={rows as T[]}
      pagination={false}
      showSorterTooltip={false}
      {...(scroll ? { scroll } : {})}
      {...(empty ? { locale: { emptyText: empty } } : {})}
      rowClassName={(row) => (rowKey(row) === selected ? "is-selected" : "")}
      onRow={(row) =>
        open
          ? {
              tabIndex: 0,
              className: rowKey(row) === selected ? "is-selected can-open" : "can-open",
              onClick: () => open(row),
              onKeyDown: (event) => {
                if (event.target !== event.currentTarget) return;
                if (event.key === "Enter" || event.key === " ") {
                  event.preventDefault();
                  open(row);
                }
                if (event.key === "ArrowDown" || event.key === "ArrowUp") {
                  event.preventDefault();
                  const next = event.key === "ArrowDown" ? event.currentTarget.nextElementSibling : event.currentTarget.previousElementSibling;
                  if (next instanceof HTMLElement) next.focus();
                }
              },
            }
          : {}
      }
    />
  );
}
