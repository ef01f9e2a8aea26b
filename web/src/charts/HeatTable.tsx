/** Rows of shares as a table whose cells are coloured on one scale; what is not told yet is blank. Made of elements, so that each cell can be read and opened. */

import type { ReactNode } from "react";
import "./heat.css";

/** Colours from nothing to the most; text stays readable on each (tested). */
export const STEPS = 8;
/** A few cells are not drawn apart over the whole width. */
const HEADS_PX = 360;
const CELL_MOST_PX = 130;

/** A cell: its text, on which side of the middle it lies (`below`: the other colour), where it lies on the scale (0 to 1; null: not coloured), what it says in full, and how it is opened. */
export type Heat = { shown: string; at: number | null; label: string; open?: (() => void) | undefined; below?: boolean } | null;
export type HeatRow = { key: string; name: ReactNode; title?: string; size: ReactNode; cells: Heat[]; total?: boolean };
type Props = {
  label: string;
  corner: string;
  sizeName: string;
  columns: string[];
  rows: HeatRow[];
  /** What a blank cell says: such cells are hatched. */
  blank?: string;
};

/** On which step of the scale a share of the most lies. */
export const stepOf = (at: number): number => Math.min(STEPS, Math.max(0, Math.ceil(at * STEPS)));

/** Show the table. */
export function HeatTable({ label, corner, sizeName, columns, rows, blank }: Props) {
  return (
    <div className="heat-scroll">
      <table className="heat" aria-label={label} style={{ maxWidth: HEADS_PX + columns.length * CELL_MOST_PX }}>
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            <th scope="col" className="num">
              {sizeName}
            </th>
            {columns.map((column) => (
              <th key={column} scope="col" className="num">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key} className={row.total ? "is-total" : ""}>
              <th scope="row" title={row.title}>
                {row.name}
              </th>
              <td className="num heat-size">{row.size}</td>
              {columns.map((column, index) => (
                <Cell key={column} heat={row.cells[index] ?? null} blank={blank} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ heat, blank }: { heat: Heat; blank: string | undefined }) {
  if (!heat) return <td className={blank ? "heat-cell is-blank is-open" : "heat-cell is-blank"} title={blank} />;
  const inside = heat.open ? (
    <button type="button" aria-label={heat.label} title={heat.label} onClick={heat.open}>
      {heat.shown}
    </button>
  ) : (
    <span title={heat.label}>{heat.shown}</span>
  );
  return (
    <td className={heat.below ? "heat-cell num is-below" : "heat-cell num"} data-step={heat.at === null ? undefined : stepOf(heat.at)}>
      {inside}
    </td>
  );
}

/** What the colours stand for, from nothing to the most. */
export function HeatScale({ from, to }: { from: string; to: string }) {
  return (
    <span className="heat-scale muted num" aria-hidden="true">
      {from}
      <span className="heat-steps">
        {Array.from({ length: STEPS + 1 }, (_, step) => (
          <i key={step} data-step={step} />
        ))}
      </span>
      {to}
    </span>
  );
}
