/** Rights in words and in groups. A right that this page does not know keeps the server's own words. */

import { useCallback } from "react";
import { useTranslation } from "react-i18next";

/** What shows people in full or takes data away. */
export const SENSITIVE = new Set(["people.unmask", "export"]);

export type RightGroup = "look" | "people" | "data" | "define" | "keep";
export const GROUPS: readonly RightGroup[] = ["look", "people", "data", "define", "keep"];
const PLACE: Record<string, RightGroup> = {
  session: "look",
  metrics: "look",
  orders: "look",
  export: "look",
  sql: "look",
  people: "people",
  sources: "data",
  events: "data",
  quarantine: "data",
  import: "data",
  definitions: "define",
};

/** The group that a right belongs to. */
export function groupOf(right: string): RightGroup {
  return PLACE[right.split(".")[0] ?? ""] ?? "keep";
}

/** Give the naming function in the language in use. */
export function useRightName(): (right: string, otherwise: string) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (right: string, otherwise: string) => {
      const key = `access.value.${right.replaceAll(".", "_")}`;
      return i18n.exists(key) ? t(key as "access.value.export") : otherwise;
    },
    [t, i18n],
  );
}
