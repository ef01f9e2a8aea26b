/** With which earlier period an answer is compared: the same days as the server's own comparisons. */

import dayjs from "dayjs";
import type { Figure } from "@/api/types";
import { COMPARES } from "./trend";

export type Compare = (typeof COMPARES)[number];
export type Days = { from: string; to: string };
/** The one figure of an answer that is put beside an earlier one; `tell` where its unit has no way of its own. */
export type Headline = { name: string; value: Figure | undefined; unit: string; tell?: (value: number) => string };

const ISO = "YYYY-MM-DD";
const YEAR_OF_WEEKS = 364;

/** A comparison of the address; null where there is none. */
export const readCompare = (text: string | undefined): Compare | null => COMPARES.find((one) => one === text) ?? null;

/**
 * The earlier days: whole months meet as many whole months before, or those of last year; other periods as many days before, so many whole
 * weeks before that both don't overlap, or the days 364 before, so that weekdays meet weekdays.
 */
export function earlier({ from, to }: Days, compare: Compare): Days {
  const [start, end] = [dayjs(from), dayjs(to)];
  const days = end.diff(start, "day") + 1;
  const back = (count: number): Days => ({ from: start.subtract(count, "day").format(ISO), to: end.subtract(count, "day").format(ISO) });
  if (compare === "same_weekday") return back(7 * Math.ceil(days / 7));
  if (start.date() === 1 && end.add(1, "day").date() === 1) {
    const months = compare === "previous" ? end.year() * 12 + end.month() - start.year() * 12 - start.month() + 1 : 12;
    return { from: start.subtract(months, "month").format(ISO), to: end.add(1, "day").subtract(months, "month").subtract(1, "day").format(ISO) };
  }
  return back(compare === "previous" ? days : YEAR_OF_WEEKS);
}
