/** What facts and their kinds are called, in the language in use. */

import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Fact } from "@/api/correlation";
import { useValueName } from "@/kit/values";
import { useTraitName } from "@/pages/identity/WhoPanel";
import { useNames } from "./names";

/** Give the naming functions. */
export function useFactName() {
  const { t } = useTranslation();
  const names = useNames();
  const valued = useValueName();
  const trait = useTraitName();
  const field = useCallback(
    (fact: Pick<Fact, "family">, name: string) => (fact.family === "trait" ? trait(name) : names.field(name)),
    [names, trait],
  );
  const kind = (fact: Pick<Fact, "family" | "fields">): string => {
    const of = fact.fields.map((name) => field(fact, name)).join(" \u00d7 ");
    if (fact.family === "between") return of ? t("correlation.doneWith", { field: of }) : t("correlation.done");
    return of;
  };
  const fact = (one: Fact): string => {
    const told = (name: string, value: string | null | undefined) =>
      `${field(one, name)} = ${value == null ? t("analysis.none") : valued(name.replace(/^properties\./, ""), value)}`;
    if (one.family !== "between") return one.fields.map((name, index) => told(name, one.values[index])).join(" \u00d7 ");
    const done = names.event(one.values[0] ?? "");
    return [done, ...one.fields.map((name, index) => told(name, one.values[index + 1]))].join(": ");
  };
  return { kind, fact };
}
