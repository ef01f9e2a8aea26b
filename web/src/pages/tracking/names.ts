/** Words for what the data pages name: kinds of source, states, rules, modes, flags; the server's own word where there is none. */

import { useTranslation } from "react-i18next";

/** Give the naming functions in the language in use. */
export function useDataNames() {
  const { t, i18n } = useTranslation();
  const named = (prefix: string, value: string) => {
    const key = `${prefix}.${value}`;
    return i18n.exists(key) ? t(key as "sources.state.ok") : value.replaceAll("_", " ");
  };
  return {
    kind: (value: string) => named("sources.kind", value),
    state: (value: string) => named("sources.state", value),
    quality: (value: string) => named("quality.state", value),
    live: (value: string) => named("source.state", value),
    reason: (value: string) => named("quarantine.reason", value),
    flag: (value: string) => named("source.flag", value),
    rule: (value: string) => named("plan.rule", value),
    mode: (value: string) => named("plan.use", value),
    type: (value: string) => named("plan.type", value),
    change: (value: string) => named("plan.change", value),
    drift: (value: string) => named("quality.change", value),
    fix: (value: string) => named("quarantine.kind", value),
    look: (value: string) => named("plan.state", value),
    who: (value: string) => named("plan.role", value),
  };
}

export type DataNames = ReturnType<typeof useDataNames>;
