/** How targets are named and judged on the pages. */

import type { Standing } from "@/api/targets";
import { toNumber } from "@/kit/format";
import type { Format } from "@/kit/use";
import type { useValueName } from "@/kit/values";

/** A target's metric with the value it is cut by. */
export function targetTitle(one: Standing, format: Format, valueName: ReturnType<typeof useValueName>): string {
  const title = format.say(one.title);
  return one.dimension ? `${title} · ${valueName(one.dimension, one.member)}` : title;
}

/** How much of what is due was reached: of the target itself once the period is over. */
export function reached(one: Standing): number | null {
  return toNumber(one.attainment);
}

/** The colour of a state. */
export function tone(state: string): "tag" | "tag tag-good" | "tag tag-warn" | "tag tag-bad" {
  return state === "met" ? "tag tag-good" : state === "near" ? "tag tag-warn" : state === "missed" ? "tag tag-bad" : "tag";
}

/** Where a bar of a target ends, and where its due line stands, as shares of the track; nothing without a figure. */
export function course(one: Standing): { actual: number; due: number | null } | null {
  const value = toNumber(one.value);
  const actual = toNumber(one.actual);
  if (!value || actual === null) return null;
  const due = toNumber(one.pace.expected);
  const most = Math.max(value, actual, due ?? 0);
  return { actual: Math.max(0, actual / most), due: due === null ? null : due / most };
}
