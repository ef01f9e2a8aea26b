/** Names of the choices a definition makes: class, unit, clock, use; an unknown one is shown as it is written. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";

/** Give the naming functions in the language in use. */
export function useNames() {
  const { t, i18n } = useTranslation();
  return useMemo(() => {
    const name = (group: "class" | "unit" | "clock" | "use" | "additivity" | "direction" | "owner") => (value: string | null | undefined) => {
      if (!value) return "\u2014";
      const key = `${group}.${value.replaceAll(" ", "_")}`;
      // Owners are what people typed: an unknown one stays as it is.
      return i18n.exists(key) ? t(key as "clock.booking") : group === "owner" ? value : value.replaceAll("_", " ");
    };
    return {
      class: name("class"),
      unit: name("unit"),
      clock: name("clock"),
      use: name("use"),
      additivity: name("additivity"),
      direction: name("direction"),
      owner: name("owner"),
    };
  }, [t, i18n]);
}
