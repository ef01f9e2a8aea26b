/** What a place is called: the values of a cut, with the titles of their dimensions. */

import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { catalogueOptions } from "@/api/keys";
import { useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";

/** Give the naming function: "Payment provider = WeChat Pay, Device = Android"; `all` where the cut is empty. */
export function usePlace(): (key: Record<string, unknown>, all: string) => string {
  const { say } = useFormat();
  const value = useValueName();
  const dimensions = useQuery(catalogueOptions()).data?.dimensions;
  const titles = useMemo(() => new Map(dimensions?.map((one) => [one.name, say(one.title)])), [dimensions, say]);
  return useCallback(
    (key, all) => {
      const parts = Object.entries(key).map(([name, own]) => `${titles.get(name) ?? name} = ${own === null ? "\u2014" : value(name, own)}`);
      return parts.length ? parts.join(", ") : all;
    },
    [titles, value],
  );
}
