/** The series of an alert over what was to be expected. */

import { useMemo } from "react";
import type { AlertCourse } from "@/api/alerts";
import { BandLine, type BandPoint } from "@/charts/BandLine";
import type { Format } from "@/kit/use";

const DAY = 86_400_000;

type Point = AlertCourse["points"][number];

/** Points as the chart takes them; their names are instants. */
export function bandOf(points: readonly Point[]): BandPoint[] {
  return points.map((point) => ({
    period: new Date(point.at_ms).toISOString(),
    value: point.value,
    expected: point.expected,
    low: point.low,
    high: point.high,
    partial: false,
    alarm: point.verdict === "breach",
  }));
}

type Props = { points: readonly Point[]; step: number; unit: string; name: string; format: Format; height?: number };

/** Draw it. */
export function AlertChart({ points, step, unit, name, format, height = 220 }: Props) {
  const band = useMemo(() => bandOf(points), [points]);
  const daily = step >= DAY;
  const long = daily ? (iso: string) => format.day(format.civil(iso)) : (iso: string) => format.instant(iso);
  const short = daily ? (iso: string) => format.shortDay(format.civil(iso)) : (iso: string) => format.clock(iso, false);
  return <BandLine points={band} unit={unit} name={name} format={format} height={height} short={short} long={long} />;
}
