/** Names of the values that a dimension has in every company; any other value is shown as the data have it. */

import { useCallback } from "react";
import { useTranslation } from "react-i18next";

/** Give the naming function in the language in use. */
export function useValueName(): (field: string, value: unknown) => string {
  const { t, i18n } = useTranslation();
  return useCallback(
    (field: string, value: unknown) => {
      const text = String(value);
      if (text === "true" || text === "false") return text === "true" ? t("rows.yes") : t("rows.no");
      const key = `channel.${text}`;
      return field === "sales_channel" && i18n.exists(key) ? t(key as "channel.web") : text;
    },
    [t, i18n],
  );
}
