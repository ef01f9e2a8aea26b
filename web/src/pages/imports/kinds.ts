/** Kinds of data in words. */

import { useQuery } from "@tanstack/react-query";
import { kindsOptions } from "@/api/imports";
import { useFormat } from "@/kit/use";

/** Give the name of a kind; one that is not known keeps its own. */
export function useKindName(): (kind: string) => string {
  const format = useFormat();
  const { data } = useQuery({ ...kindsOptions(), retry: false });
  const names = new Map((data?.items ?? []).map((kind) => [kind.kind, format.language === "zh" ? kind.title_zh : kind.title_en]));
  return (kind) => names.get(kind) ?? kind;
}
