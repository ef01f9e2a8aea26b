/** Money as it stands in narrow cells and sentences: whole units, or shortened where it is much; a mean has no more digits than people read. */

import { MISSING } from "@/kit/format";
import { useFormat } from "@/kit/use";

const LONGEST = 100_000;
const SMALL = 20;

/** Give the formatter in a currency. */
export function useRounded(currency: string | null): (value: number | null) => string {
  const format = useFormat(currency);
  return (value) => {
    if (value === null) return MISSING;
    if (Math.abs(value) >= LONGEST) return format.brief(value, "money");
    const cents = value !== 0 && Math.abs(value) < SMALL;
    const shown = format.figure(cents ? value : Math.round(value), "money");
    return cents ? shown : shown.replace(/[.,]00$/, "");
  };
}
