/** A source's last hour, a word high: a bar for each minute, what was refused at its foot in red, empty minutes as dots. */

import type { StripMinute } from "@/api/data";

type Props = { minutes: StripMinute[]; label: string; height?: number };

const STEP = 3;

/** Draw the strip; the tallest minute fills the height. */
export function Strip({ minutes, label, height = 26 }: Props) {
  const width = Math.max(1, minutes.length) * STEP;
  const most = Math.max(1, ...minutes.map((minute) => minute.received));
  const tall = (count: number) => (count === 0 ? 0 : Math.max(1.5, (count / most) * (height - 2)));
  return (
    <svg className="strip" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" style={{ height }} role="img" aria-label={label}>
      <title>{label}</title>
      {minutes.map((minute, index) => {
        const x = index * STEP;
        if (minute.received === 0) return <rect key={minute.at} className="strip-none" x={x} y={height - 1} width={STEP - 1} height={1} />;
        const all = tall(minute.received);
        const bad = minute.bad === 0 ? 0 : Math.max(1.5, (minute.bad / minute.received) * all);
        return (
          <g key={minute.at}>
            <rect className="strip-good" x={x} y={height - all} width={STEP - 1} height={all - bad} />
            {bad ? <rect className="strip-bad" x={x} y={height - bad} width={STEP - 1} height={bad} /> : null}
          </g>
        );
      })}
    </svg>
  );
}
