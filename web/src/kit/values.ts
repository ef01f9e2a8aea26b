/** Names of the values of dimensions, which the server gives, and of states and kinds of entries; any other value is shown as the data have it. */

import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { valueNamesOptions } from "@/api/keys";
import { useMay } from "@/shell/session";
import { useFormat } from "./use";

const NAMED = new Set(["state", "kind", "posting_kind"]);

/** Give the naming function in the language in use. */
export function useValueName(): (field: string, value: unknown) => string {
  const { t, i18n } = useTranslation();
  const { say } = useFormat();
  const names = useQuery({ ...valueNamesOptions(), enabled: useMay("metrics.read") }).data?.values;
  return useCallback(
    (field: string, value: unknown) => {
      const text = String(value);
      // Whoever sells may take the money too: such a provider is called as its channel is.
      const own = names?.[field]?.[text] ?? (field === "provider" ? names?.sales_channel?.[text] : undefined);
      if (own) return say(own);
      if (text === "true" || text === "false") return text === "true" ? t("rows.yes") : t("rows.no");
      return NAMED.has(field) && i18n.exists(`value.${text}`) ? t(`value.${text}` as "value.paid") : text;
    },
    [t, i18n, say, names],
  );
}
