/** Amounts of named things as bars from zero, largest first, each with its amount and how it moved; made of elements, so that any name fits. */

import type { ReactNode } from "react";
import { OTHER } from "./look";

export type HBar = { key: string; name: string; value: number | null; shown: string; move?: ReactNode; rest?: boolean; open?: () => void };

/** Draw the bars. */
export function HBars({ bars, label }: { bars: HBar[]; label: string }) {
  const most = Math.max(0, ...bars.map((bar) => Math.abs(bar.value ?? 0)));
  return (
    <ul className="hbars" aria-label={label}>
      {bars.map((bar) => {
        const share = most > 0 ? (Math.abs(bar.value ?? 0) / most) * 100 : 0;
        const inside = (
          <>
            <span className="hbar-name" title={bar.name}>
              {bar.name}
            </span>
            <svg className="hbar-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect x={0} y={1} width={share} height={8} {...(bar.rest ? { fill: OTHER } : {})} />
            </svg>
            <span className="hbar-value num">{bar.shown}</span>
            <span className="hbar-move num">{bar.move}</span>
          </>
        );
        return (
          <li key={bar.key}>
            {bar.open ? (
              <button type="button" onClick={bar.open}>
                {inside}
              </button>
            ) : (
              <span>{inside}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
