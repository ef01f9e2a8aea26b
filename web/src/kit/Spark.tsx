/** A course of a number, a word high. */

import type { Point } from "@/api/types";
import { toNumber } from "./format";

type Props = { points: Point[]; width?: number; height?: number; label?: string };

/** Draw the course; gaps stay gaps, the last known value is dotted. */
export function Spark({ points, width = 120, height = 32, label }: Props) {
  const values = points.map((point) => toNumber(point.value));
  const known = values.filter((value): value is number => value !== null);
  if (known.length < 2) return <svg className="spark" viewBox={`0 0 ${width} ${height}`} style={{ height }} aria-hidden="true" />;
  const low = Math.min(...known);
  const span = Math.max(...known) - low || 1;
  const x = (index: number) => 2 + (index * (width - 7)) / Math.max(1, values.length - 1);
  const y = (value: number) => height - 4 - ((value - low) / span) * (height - 8);
  let path = "";
  let pen = false;
  let last: [number, number] | null = null;
  for (const [index, value] of values.entries()) {
    if (value === null) {
      pen = false;
      continue;
    }
    last = [x(index), y(value)];
    path += `${pen ? "L" : "M"}${last[0].toFixed(1)} ${last[1].toFixed(1)}`;
    pen = true;
  }
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${width} ${height}`}
      style={{ height }}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={!label}
    >
      <path d={path} />
      {last ? <circle cx={last[0]} cy={last[1]} r={2.4} /> : null}
    </svg>
  );
}
