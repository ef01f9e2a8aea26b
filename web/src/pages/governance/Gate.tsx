/** The frame of the pages before anyone is signed in. */

import { Segmented } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Language } from "@/api/types";
import { Brand } from "@/shell/Brand";
import { usePreferences } from "@/shell/preferences";
import { LANGUAGES, OWN_NAME } from "@/words";

/** Lay out a gate: what this is at the left, the form at the right. */
export function Gate({ children, side }: { children: ReactNode; side?: string }) {
  const { t } = useTranslation();
  const { language, change } = usePreferences();
  return (
    <main className="gate">
      <aside className="gate-side">
        <div className="gate-brand">
          <Brand size={30} />
          Windsock
        </div>
        <svg className="gate-art" viewBox="0 0 600 300" preserveAspectRatio="none" aria-hidden="true">
          {[0, 1, 2, 3, 4, 5, 6].map((line) => (
            <path
              key={line}
              d={`M0 ${60 + line * 34}C110 ${20 + line * 36} 190 ${110 + line * 26} 310 ${70 + line * 31}S500 ${20 + line * 37} 600 ${50 + line * 33}`}
              fill="none"
              stroke={line === 2 ? "#E8590C" : "#2A3441"}
              strokeWidth={line === 2 ? 2.5 : 1.5}
              vectorEffect="non-scaling-stroke"
            />
          ))}
        </svg>
        <p className="gate-line">{t("app.tagline")}</p>
        <p className="gate-foot">{side ?? ""}</p>
      </aside>
      <section className="gate-main">
        <div className="gate-form">
          <div className="gate-language">
            <Segmented<Language>
              size="small"
              aria-label={t("top.language")}
              value={language}
              options={LANGUAGES.map((value) => ({ value, label: OWN_NAME[value] }))}
              onChange={(value) => change({ language: value })}
            />
          </div>
          {children}
        </div>
      </section>
    </main>
  );
}
