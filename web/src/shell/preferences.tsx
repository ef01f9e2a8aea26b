/** What each person chooses for the look: language, light or dark, and the colour of good. Kept here and, when signed in, on the server. */

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import type { GoodColour, Language, SessionPatch, Theme } from "@/api/types";
import { i18next } from "@/words";

export type Preferences = { language: Language; theme: Theme; goodColour: GoodColour };
type Choice = Preferences & { change: (patch: Partial<Preferences>) => void; adopt: (patch: Partial<Preferences>) => void };

const KEY = "windsock.look";
const Context = createContext<Choice | null>(null);

function stored(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>;
  } catch {
    return {};
  }
}

function initial(): Preferences {
  const kept = stored();
  const language = kept.language ?? (navigator.language?.startsWith("zh") ? "zh" : "en");
  const dark = globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ?? false;
  return { language, theme: kept.theme ?? (dark ? "dark" : "light"), goodColour: kept.goodColour ?? "green" };
}

function show(look: Preferences): void {
  const root = document.documentElement;
  root.lang = look.language === "zh" ? "zh-CN" : "en";
  root.dataset.theme = look.theme;
  root.dataset.good = look.goodColour;
  if (i18next.language !== look.language) void i18next.changeLanguage(look.language);
}

type Props = { children: ReactNode; save?: (patch: SessionPatch) => void };

/** Give the look to everything below. `save` sends a change to the server when somebody is signed in. */
export function PreferencesProvider({ children, save }: Props) {
  const [look, setLook] = useState<Preferences>(() => {
    const first = initial();
    show(first);
    return first;
  });
  useEffect(() => {
    show(look);
    localStorage.setItem(KEY, JSON.stringify(look));
  }, [look]);
  const adopt = useCallback((patch: Partial<Preferences>) => {
    setLook((now) => {
      const next = { ...now, ...patch };
      show(next);
      return next;
    });
  }, []);
  const change = useCallback(
    (patch: Partial<Preferences>) => {
      adopt(patch);
      save?.({
        ...(patch.language ? { language: patch.language } : {}),
        ...(patch.theme ? { theme: patch.theme } : {}),
        ...(patch.goodColour ? { good_colour: patch.goodColour } : {}),
      });
    },
    [adopt, save],
  );
  const value = useMemo(() => ({ ...look, change, adopt }), [look, change, adopt]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** The look in use. */
export function usePreferences(): Choice {
  const value = useContext(Context);
  if (!value) throw new Error("usePreferences is used outside PreferencesProvider");
  return value;
}
