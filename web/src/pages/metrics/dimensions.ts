/** The dimensions a figure can be split by, in the groups that people think in: channel, market, product, customers. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Dimension } from "@/api/types";
import type { Format } from "@/kit/use";

const GROUPS = {
  channel: ["sales_channel", "channel_group", "tracked", "agent", "provider"],
  market: ["market", "city_pair", "route", "country", "city", "property_country", "market_segment", "competitor"],
  product: ["kind", "property", "room_type", "rate_plan", "flight_no", "cabin", "fare_class", "goods_id", "supplier", "sold_as"],
  customer: ["member", "purpose", "device", "app_version"],
} as const;
type Group = keyof typeof GROUPS | "other";
const ORDER: Group[] = ["channel", "market", "product", "customer", "other"];

/** Which group a dimension belongs to. */
export function groupOf(name: string): Group {
  return ORDER.find((group) => group !== "other" && (GROUPS[group] as readonly string[]).includes(name)) ?? "other";
}

/** Put dimensions into groups, each in the order of its most telling ones. */
export function groups(dimensions: readonly Dimension[]): { group: Group; dimensions: Dimension[] }[] {
  const rank = (name: string) => {
    const group = groupOf(name);
    return group === "other" ? 0 : (GROUPS[group] as readonly string[]).indexOf(name);
  };
  return ORDER.map((group) => ({
    group,
    dimensions: dimensions.filter((dimension) => groupOf(dimension.name) === group).sort((a, b) => rank(a.name) - rank(b.name)),
  })).filter((entry) => entry.dimensions.length > 0);
}

/** Give the choices of a figure's dimensions: flat, and grouped for a select, without those that are taken. */
export function useSplitChoices(dimensions: readonly Dimension[], names: readonly string[]) {
  const { t } = useTranslation();
  return useMemo(() => {
    const known = dimensions.filter((dimension) => names.includes(dimension.name));
    const sorted = groups(known);
    return {
      flat: sorted.flatMap((entry) => entry.dimensions),
      grouped: (format: Format, taken: readonly string[]) =>
        sorted
          .map((entry) => ({
            label: t(`below.${entry.group}`),
            options: entry.dimensions
              .filter((dimension) => !taken.includes(dimension.name))
              .map((dimension) => ({ value: dimension.name, label: format.say(dimension.title) })),
          }))
          .filter((entry) => entry.options.length > 0),
    };
  }, [dimensions, names, t]);
}
