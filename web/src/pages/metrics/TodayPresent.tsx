/** Today on a wall: five steps, one at a time and large, moved by the arrow keys; Escape ends it. */

import { CloseOutlined, LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";

/** The steps by their names in the address. */
export const STEP_NAMES = ["numbers", "why", "red", "runs", "promises"];
export const STEPS = STEP_NAMES.length;

type Props = { step: number; titles: string[]; about: ReactNode; children: ReactNode; go: (step: number | null) => void };

/** Show one step over everything else. */
export function Present({ step, titles, about, children, go }: Props) {
  const { t } = useTranslation();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") go(null);
      if (event.key === "ArrowRight" || event.key === "PageDown") go(Math.min(STEPS, step + 1));
      if (event.key === "ArrowLeft" || event.key === "PageUp") go(Math.max(1, step - 1));
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [step, go]);
  return (
    <div className="present" role="dialog" aria-modal="true" aria-label={titles[step - 1]} data-testid="present">
      <header className="present-head">
        <div>
          <h2>{titles[step - 1]}</h2>
          <p className="page-answer">{about}</p>
        </div>
        <Button size="large" icon={<CloseOutlined />} onClick={() => go(null)} aria-label={t("standup.stop")} title={t("standup.stop")} autoFocus />
      </header>
      <div className="present-body today">{children}</div>
      <footer className="present-foot">
        <Button size="large" icon={<LeftOutlined />} disabled={step === 1} onClick={() => go(step - 1)}>
          {t("standup.back")}
        </Button>
        <span className="muted">{t("standup.step", { number: step })}</span>
        <Button size="large" disabled={step === STEPS} onClick={() => go(step + 1)}>
          {t("standup.next")} <RightOutlined />
        </Button>
      </footer>
    </div>
  );
}
