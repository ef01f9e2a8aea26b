/** A bar from a middle line, left for less and right for more, for one cell of a table. */

/** Draw `value` against the largest absolute value of its column. */
export function DivergingBar({ value, most, tone }: { value: number; most: number; tone: "good" | "bad" | "flat" }) {
  const share = most > 0 ? Math.min(1, Math.abs(value) / most) * 50 : 0;
  return (
    <svg className={`diverging is-${tone}`} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect x={value < 0 ? 50 - share : 50} y={1} width={share} height={8} />
      <path d="M50 0V10" />
    </svg>
  );
}
