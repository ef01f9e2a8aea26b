/** Sessions: how many visits, how long, how many of one event, and where they begin and end. The address is the analysis. */

import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { fetchSessionsFile, type SessionsAnswer, type SessionsNode, sessionsOptions } from "@/api/sessions";
import { formatShare, toNumber } from "@/kit/format";
import { useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { useLength } from "./length";
import { useNames } from "./names";
import { nameOf } from "./Saved";
import { SessionsBody } from "./SessionsBody";
import { SessionsBuilder } from "./SessionsBuilder";
import { SessionsPane } from "./SessionsPane";
import { askedSessions, readSessions, readSessionsPlace, usualSessions, wholeSessions, writeSessionsPlace } from "./sessionsDefinition";

function Answer({ answer, name }: { answer: SessionsAnswer; name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const length = useLength();
  const { sessions, people, per_person, times, bounce_share } = answer.total;
  const gap = format.language === "zh" ? "" : " ";
  const count = (value: number) => format.count(value) as unknown as number;
  if (!sessions) return t("sessions.nobody");
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {t("sessions.answer", { sessions: count(sessions), people: count(people), each: format.figure(per_person, "count", { even: true }) })}
      {gap}
      {t("sessions.half", { median: length.tell(times.median_ms ?? 0), bounces: formatShare(toNumber(bounce_share) ?? 0, format.language) })}
    </>
  );
}

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const names = useNames();
  const valued = useValueName();
  const asking = useAsking(known, {
    kind: "sessions",
    usual: usualSessions,
    read: readSessions,
    whole: wholeSessions,
    options: sessionsOptions,
    written: askedSessions,
  });
  const { definition, written, search, building } = asking;
  const cut = (typeof definition.breakdown === "string" ? definition.breakdown : definition.breakdown?.field) ?? "";
  const by = (typeof definition.by === "string" ? definition.by : definition.by?.field) ?? "";
  const value = useCallback((text: string | null) => (text === null ? t("analysis.none") : valued(cut, text)), [t, valued, cut]);
  const node = ({ name, value: own }: SessionsNode) => (own === null ? names.event(name) : `${names.event(name)} ${valued(by, own)}`);
  return (
    <Analysis
      asking={asking}
      title={t("sessions.title")}
      what={t("sessions.what")}
      sentence={(answer) => <Answer answer={answer} name={nameOf(definition, "sessions")} />}
      unfinished={{ title: t("spread.unfinishedTitle"), text: t("sessions.unfinished") }}
      file={(answer) => fetchSessionsFile(written, answer.asked_ms, null)}
      height={360}
      builderTitle={t("sessions.builder")}
      builder={<SessionsBuilder {...building} />}
      nothing={(answer) => !answer.total.sessions}
      empty={{ title: t("sessions.empty"), text: t("sessions.emptyText") }}
      pane={(answer) => (
        <SessionsPane answer={answer} definition={written} value={value} node={node} place={readSessionsPlace(search.rows)} {...asking.pane} />
      )}
    >
      {(answer) => <SessionsBody answer={answer} field={names.field(cut)} value={value} node={node} open={asking.lister(writeSessionsPlace)} />}
    </Analysis>
  );
}

/** Show the page. */
export function SessionsPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("sessions.title")} what={t("sessions.what")}>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
