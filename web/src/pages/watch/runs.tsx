/** What the page of playbooks and the pane of an alert share: the outcome of a run in words, and what it changes. */

import { useTranslation } from "react-i18next";
import type { DryRun, PlaybookRun, PlaybookState } from "@/api/playbooks";
import { type Format, useFormat } from "@/kit/use";

/** The states of a run, as they follow one another. */
export const STATES: readonly PlaybookState[] = ["proposed", "approved", "running", "ok", "failed", "refused", "undone", "shadow"];

/** Say where a run is, and whether what it was for came about. */
export function Outcome({ run }: { run: PlaybookRun }) {
  const { t } = useTranslation();
  const check = run.verification;
  return (
    <span className="run-outcome" title={run.note || undefined}>
      <span className={`tag run-${run.state}`}>{t(`playbooks.state.${run.state}`)}</span>
      {check === "waiting" || check === "verified" || check === "not_recovered" ? (
        <span className="muted">{t(`playbooks.check.${check}`)}</span>
      ) : null}
    </span>
  );
}

/** List what changes: before and after. */
export function Changes({ diff }: { diff: DryRun["diff"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul className="run-changes">
      {diff.map((line) => (
        <li key={line.en}>
          {format.say(line)} <span className="muted">{line.before || t("playbooks.nothing")}</span> {"\u2192"} <strong>{line.after}</strong>
        </li>
      ))}
    </ul>
  );
}

/** Say an instant. */
export const moment = (format: Format, at: number | null) => (at === null ? "\u2014" : format.instant(new Date(at).toISOString()));
