/** Names of the values that a dimension has in every company; any other value is shown as the data have it. */

import { useCallback } from "react";
import { useTranslation } from "react-i18next";

const NAMED = new Set(["state", "kind", "sold_as", "cabin", "posting_kind"]);

/** Give the naming function in the language in use. */
export function useValueName(): (field: string, value: unknown) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (field: string, value: unknown) => {
      const text = String(value);
      if (text === "true" || text === "false") return text === "true" ? t("rows.yes") : t("rows.no");
      const key = field === "sales_channel" ? `channel.${text}` : field === "channel_group" ? `channelGroup.${text}` : null;
      if (key && i18n.exists(key)) return t(key as "channel.web");
      return NAMED.has(field) && i18n.exists(`value.${text}`) ? t(`value.${text}` as "value.paid") : text;
    },
    [t, i18n],
  );
}
