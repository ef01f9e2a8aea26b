/** A headline number: its name, value, how it moved, and its course. The whole card opens the rows behind. */

import type { ReactNode } from "react";

type Props = {
  name: string;
  value: string;
  exact?: string;
  spark?: ReactNode;
  moves: { label: string; shown: ReactNode }[];
  mark?: ReactNode;
  hint: string;
  partial?: boolean;
  open?: () => void;
  testid?: string;
  raw?: string | number | null;
};

/** Show a headline number. */
export function StatCard({ name, value, exact, spark, moves, mark, hint, partial, open, testid, raw }: Props) {
  return (
    <button
      type="button"
      className={partial ? "stat is-partial" : "stat"}
      onClick={open}
      title={hint}
      data-testid={testid}
      data-value={raw ?? ""}
      disabled={!open}
    >
      <span className="stat-name">
        {name}
        {mark}
      </span>
      <span className="stat-main">
        <span className="stat-value" title={exact}>
          {value}
        </span>
        {spark}
      </span>
      <span className="stat-moves">
        {moves.map((move) => (
          <span key={move.label}>
            <em>{move.label}</em> {move.shown}
          </span>
        ))}
      </span>
    </button>
  );
}
