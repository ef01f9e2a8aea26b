/** The page's words, and the hook that gives them with the formatter of the language in use. */

import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "@/api/types";
import { en } from "./en";
import { zh } from "./zh";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "words";
    resources: { words: typeof zh };
  }
}

export const LANGUAGES: readonly Language[] = ["zh", "en"];

/** Languages by their own names, which are the same in every language. */
export const OWN_NAME: Record<Language, string> = { zh: "中文", en: "English" };

void i18next.use(initReactI18next).init({
  resources: { zh: { words: zh }, en: { words: en } },
  lng: "zh",
  fallbackLng: false,
  ns: ["words"],
  defaultNS: "words",
  interpolation: { escapeValue: false },
  returnNull: false,
  showSupportNotice: false,
  initAsync: false,
} as Parameters<typeof i18next.init>[0]);

/** What a number is called: `{{rows, plural(one: row; other: rows)}}`, also where the number is already written for people. */
i18next.services.formatter?.add("plural", (value, _language, { one, other }) => (String(value) === "1" ? one : other));

export { i18next };
