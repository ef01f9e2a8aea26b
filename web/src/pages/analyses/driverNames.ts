/** What drivers and their bins are called, in the language in use. */

import { useTranslation } from "react-i18next";
import type { DriverLeaf } from "@/api/drivers";
import { useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { useTraitName } from "@/pages/identity/WhoPanel";
import { type DriversDefinition, sorted } from "./driversDefinition";
import { useNames } from "./names";

const TRAIT = "trait ";
const FIGURE = "-?[\\d.]+";
const RANGES = [
  ["under", new RegExp(`^under (${FIGURE})$`)],
  ["range", new RegExp(`^(${FIGURE}) to under (${FIGURE})$`)],
  ["from", new RegExp(`^(${FIGURE}) and more$`)],
] as const;
const SHOWN = 3;

const LINES = {
  under: (end: string) => `under ${end}`,
  from: (start: string) => `${start} and more`,
  range: (start: string, end: string) => `${start} to under ${end}`,
};

/** Bins of a number with neighbours made one: "under 3" and "3 to under 5" are "under 5". */
export function mergedRanges(labels: readonly string[]): string[] {
  const found: { low: string | null; high: string | null }[] = [];
  const rest: string[] = [];
  for (const label of labels) {
    const [key, match] = RANGES.map(([key, pattern]) => [key, pattern.exec(label)] as const).find(([, match]) => match) ?? [];
    if (!key || !match) {
      rest.push(label);
      continue;
    }
    const low = key === "under" ? null : (match[1] as string);
    const high = key === "under" ? (match[1] as string) : key === "range" ? (match[2] as string) : null;
    const last = found.at(-1);
    if (last && last.high !== null && last.high === low) last.high = high;
    else found.push({ low, high });
  }
  const told = found.map(({ low, high }) =>
    low === null ? (high === null ? "any" : LINES.under(high)) : high === null ? LINES.from(low) : LINES.range(low, high),
  );
  return [...told, ...rest];
}

/** Give the naming functions. */
export function useDriverNames(definition: DriversDefinition) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useNames();
  const valued = useValueName();
  const traitName = useTraitName();
  const numbers = new Set(sorted(definition.by).numbers);
  for (const one of definition.by) if (typeof one === "object" && one.trait && one.as === "number") numbers.add(TRAIT + one.trait);
  const driver = (told: string) => (told.startsWith(TRAIT) ? traitName(told.slice(TRAIT.length)) : names.field(told));
  const bin = (told: string, label: string): string => {
    if (label === "(not known)") return t("drivers.unknown");
    if (label === "(other)") return t("drivers.other");
    if (!numbers.has(told)) return valued(told.replace(/^properties\./, ""), label);
    if (label === "any") return t("drivers.known");
    for (const [key, pattern] of RANGES) {
      const match = pattern.exec(label);
      if (match) return t(`drivers.range.${key}`, { low: match[1] ?? "", high: match[2] ?? "" });
    }
    return label;
  };
  /** Some of the bins, and how many more there are. */
  const bins = (told: string, labels: readonly string[], most = SHOWN): string => {
    const merged = numbers.has(told) ? mergedRanges(labels) : labels;
    const shown = merged.slice(0, most).map((label) => bin(told, label));
    const more = merged.length - shown.length;
    const list = shown.join(format.language === "zh" ? "\u3001" : ", ");
    return more > 0 ? t("drivers.andMore", { list, count: more }) : list;
  };
  const way = (leaf: Pick<DriverLeaf, "way">, most?: number): string =>
    leaf.way.map((step) => `${driver(step.driver)}: ${bins(step.driver, step.is, most)}`).join("; ") || t("drivers.everybody");
  return { driver, bins, way };
}
