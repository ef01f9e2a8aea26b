/** A monitor's rule in one plain sentence. */

import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Definition } from "@/api/monitors";
import { useFormat } from "@/kit/use";

type Rule = Record<string, string | number | undefined>;

/** The rule of a definition. */
export function ruleOf(definition: Definition): Rule {
  const rule = definition.rule;
  return rule && typeof rule === "object" ? (rule as Rule) : {};
}

/** Give the function that says it; figures of a ratio as shares. */
export function useRuleWords(): (definition: Definition, unit: string) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return useCallback(
    (definition, unit) => {
      const rule = ruleOf(definition);
      const figure = (name: string) => format.brief(Number(rule[name]), unit, { tidy: true });
      const share = (name: string) => `${format.figure(Number((Number(rule[name]) * 100).toPrecision(3)), "count")} %`;
      const toward = t(`monitors.toward.${(rule.toward as "both") ?? "both"}`);
      const against = t(`monitors.against.${(rule.against as "week") ?? "week"}`);
      const said: string[] = [];
      if (rule.kind === "threshold") {
        if (rule.below !== undefined) said.push(t("monitors.rule.below", { value: figure("below") }));
        if (rule.above !== undefined) said.push(t("monitors.rule.above", { value: figure("above") }));
      } else if (rule.kind === "change") {
        if (rule.drop !== undefined) said.push(t("monitors.rule.drop", { value: share("drop"), against }));
        if (rule.rise !== undefined) said.push(t("monitors.rule.rise", { value: share("rise"), against }));
      } else if (rule.kind === "no_data") said.push(t("monitors.rule.no_data"));
      else if (rule.kind === "ratio") said.push(t("monitors.rule.ratio", { toward, value: rule.at_least ? share("at_least") : "0 %" }));
      else if (rule.kind === "band" || rule.kind === "anomaly") said.push(t(`monitors.rule.${rule.kind}`, { toward, dial: rule.dial ?? 1 }));
      return said.join(t("monitors.or"));
    },
    [t, format],
  );
}
