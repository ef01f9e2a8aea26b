/** The funnel itself: a bar a step from zero, as long as its share of the first; the pale part did not go on. */

import { useTranslation } from "react-i18next";
import type { FunnelAnswer, Place } from "@/api/analyses";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { useFormat } from "@/kit/use";
import { share } from "./given";

type Props = { answer: FunnelAnswer; names: string[]; open?: ((place: Place) => void) | undefined };

/** Draw the steps; without `open` nothing can be clicked. */
export function Bars({ answer, names, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { steps, to_convert } = answer.total;
  const first = steps[0]?.count ?? 0;
  const rate = (text: string | null | undefined) => {
    const value = toNumber(text);
    return value === null ? MISSING : formatShare(value, format.language);
  };
  const at = (step: number, dropped: boolean): Place => ({ step: step + 1, dropped, cell: "total", value: null });
  return (
    <div className="funnel-bars">
      <div className="funnel-row funnel-heads" aria-hidden="true">
        <span />
        <span />
        <span className="num" />
        <span className="num">{t("funnel.ofFirst")}</span>
        <span className="num">{t("funnel.ofBefore")}</span>
        <span className="num">{t("funnel.median")}</span>
        <span />
      </div>
      <ol>
        {steps.map((step, index) => {
          const name = names[index] ?? answer.steps[index] ?? "";
          const width = (share(step.count, first) ?? 0) * 100;
          const lost = (share(step.dropped ?? 0, first) ?? 0) * 100;
          const count = format.count(step.count);
          const bar = (
            <svg className="funnel-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect className="funnel-track" x={0} y={0} width={100} height={10} />
              <rect className="funnel-reached" x={0} y={0} width={width} height={10} />
              <rect className="funnel-lost" x={Math.max(0, width - lost)} y={0} width={lost} height={10} />
            </svg>
          );
          const label = t("funnel.openStep", { step: name, count: count as unknown as number });
          const lostText = step.dropped === null ? "" : t("funnel.dropped", { count: format.count(step.dropped) as unknown as number });
          return (
            <li key={`${index}-${name}`} className="funnel-row">
              <span className="funnel-name" title={name}>
                <span className="num muted">{index + 1}</span> {name}
              </span>
              {open ? (
                <button type="button" aria-label={label} onClick={() => open(at(index, false))}>
                  {bar}
                </button>
              ) : (
                bar
              )}
              <strong className="num">{count}</strong>
              <span className="num">{rate(step.of_first)}</span>
              <span className="num">{index ? rate(step.of_before) : MISSING}</span>
              <span className="num muted">{step.hop?.median_ms == null ? MISSING : format.lag(step.hop.median_ms)}</span>
              {step.dropped && open ? (
                <button
                  type="button"
                  className="funnel-drop num"
                  aria-label={t("funnel.openDropped", { step: name, count: format.count(step.dropped) as unknown as number })}
                  onClick={() => open(at(index, true))}
                >
                  {lostText}
                </button>
              ) : (
                <span className="funnel-drop num muted">{lostText}</span>
              )}
            </li>
          );
        })}
      </ol>
      <p className="funnel-foot muted">
        {t("funnel.converted")} <strong className="num">{rate(steps.at(-1)?.of_first)}</strong>
        {to_convert.median_ms === null ? null : (
          <>
            {" · "}
            {t("funnel.took")} <strong className="num">{format.lag(to_convert.median_ms)}</strong>
          </>
        )}
      </p>
    </div>
  );
}
