/** Figures with their intervals, a line each on one axis, beside the figure that they are held against; what may be chance is pale. */

import { useMemo } from "react";
import "./forest.css";

export type ForestRow = {
  key: string;
  name: string;
  /** What kind of thing it is, small above its name. */
  note?: string;
  low: number;
  value: number;
  high: number;
  /** The figure and its interval in words. */
  told: string;
  /** How sure it is, in words. */
  sure: string;
  /** Why it is so sure. */
  why?: string;
  pale: boolean;
  pick?: (() => void) | undefined;
  pickLabel?: string;
};
export type ForestGroup = { key: string; title: string; rows: ForestRow[] };
type Props = { groups: ForestGroup[]; centre: number; tick: (value: number) => string; name: string; heads: { told: string; sure: string } };

const TICKS = 5;

/** Round numbers over a range, some five of them, and the ends that hold them all. */
export function ticksOf(low: number, high: number): number[] {
  const wide = high - low;
  if (!(wide > 0)) return [low];
  const raw = wide / TICKS;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = size * ([1, 2, 5, 10].find((part) => part * size >= raw) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Draw the rows. */
export function Forest({ groups, centre, tick, name, heads }: Props) {
  const { ticks, at } = useMemo(() => {
    const rows = groups.flatMap((group) => group.rows);
    const ticks = ticksOf(Math.min(centre, ...rows.map((row) => row.low)), Math.max(centre, ...rows.map((row) => row.high)));
    const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
    const at = (value: number) => `${((value - low) / (high - low || 1)) * 96 + 2}%`;
    return { ticks, at };
  }, [groups, centre]);
  const lines = ticks.map((value) => <line key={value} className="forest-grid" x1={at(value)} x2={at(value)} y1="0" y2="100%" />);
  return (
    <section className="forest" aria-label={name}>
      <div className="forest-row forest-heads" aria-hidden="true">
        <span />
        <svg aria-hidden="true">
          {ticks.map((value) => (
            <text key={value} x={at(value)} y="12" textAnchor="middle">
              {tick(value)}
            </text>
          ))}
        </svg>
        <span className="num">{heads.told}</span>
        <span>{heads.sure}</span>
      </div>
      {groups.map((group) => (
        <section key={group.key} aria-label={group.title || name}>
          {group.title ? <h3>{group.title}</h3> : null}
          <ul>
            {group.rows.map((row) => (
              <li key={row.key} className={row.pale ? "forest-row is-pale" : "forest-row"}>
                <span className="forest-name" title={row.name}>
                  {row.note ? <small className="muted">{row.note}</small> : null}
                  {row.pick ? (
                    <button type="button" aria-label={row.pickLabel ?? row.name} onClick={row.pick}>
                      {row.name}
                    </button>
                  ) : (
                    <span>{row.name}</span>
                  )}
                </span>
                <svg aria-hidden="true">
                  {lines}
                  <line className="forest-centre" x1={at(centre)} x2={at(centre)} y1="0" y2="100%" />
                  <line className="forest-span" x1={at(row.low)} x2={at(row.high)} y1="50%" y2="50%" />
                  <circle className="forest-point" cx={at(row.value)} cy="50%" r="4.5" />
                </svg>
                <span className="num forest-told">{row.told}</span>
                <span className="forest-sure" title={row.why}>
                  {row.sure}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}
