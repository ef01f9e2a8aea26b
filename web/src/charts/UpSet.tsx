/** Who is in which of several sets: one bar for each choice of sets that somebody is in exactly, with dots for the sets. */

import "./upset.css";

export type Intersection = { sets: string[]; count: number; shown: string; label: string };
type Props = { sets: { key: string; name: string }[]; parts: Intersection[]; name: string };

/** Draw the intersections, the largest first. */
export function UpSet({ sets, parts, name }: Props) {
  const ordered = [...parts].sort((a, b) => b.count - a.count);
  const most = Math.max(1, ...ordered.map((part) => part.count));
  return (
    <table className="upset" aria-label={name}>
      <thead>
        <tr>
          {sets.map((set) => (
            <th key={set.key} scope="col" title={set.name}>
              <span>{set.name}</span>
            </th>
          ))}
          <td />
        </tr>
      </thead>
      <tbody>
        {ordered.map((part) => (
          <tr key={part.sets.join(" ")} title={part.label}>
            {sets.map((set) => (
              <td key={set.key} className="upset-dot">
                <i data-in={part.sets.includes(set.key)} />
              </td>
            ))}
            <td className="upset-bar">
              <i style={{ width: `${(80 * part.count) / most}%` }} aria-hidden="true" />
              <span className="num">{part.shown}</span>
              <span className="upset-told">{part.label}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
