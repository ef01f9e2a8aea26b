/** The sessions behind a figure, page by page; and where each of one person's sessions begins, and why. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import {
  fetchSessionsFile,
  fetchSessionsPeople,
  type SessionsAnswer,
  type SessionsNode,
  type SessionsPerson,
  type SessionsPlace,
  sessionsProofOptions,
} from "@/api/sessions";
import { useFormat } from "@/kit/use";
import { LinesProof } from "./LinesProof";
import { useLength } from "./length";
import { People } from "./People";

type Props = {
  answer: SessionsAnswer;
  definition: Record<string, unknown>;
  value: (value: string | null) => string;
  node: (node: SessionsNode) => string;
  place: SessionsPlace | null;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};

/** What is said of a session, over its events. */
const HEADS = ["first", "gap", "midnight", "campaign", "before_period", "after_period", "not_asked"];
const COUNTED = ["first", "gap", "midnight", "campaign", "event", "length", "bounce"];

/** Show the pane while there is a place. */
export function SessionsPane({ answer, definition, value, node, place, person, open, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const length = useLength();
  const bin = place?.bin ? answer.bins[place.bin - 1] : undefined;
  function titleOf(one: SessionsPlace): string {
    if (one.entry) return t("sessions.beginWith", { node: node(one.entry) });
    if (one.exit) return t("sessions.endWith", { node: node(one.exit) });
    if (bin) return t("sessions.longAs", { bin: length.bin(bin.from_ms, bin.below_ms) });
    if (one.only === "bounces") return t("sessions.bounces");
    if (one.only === "open") return t("sessions.open");
    return one.cell === "value" || one.cell === "none" ? t("sessions.ofValue", { value: value(one.value) }) : t("sessions.all");
  }
  return (
    <People<SessionsPerson>
      title={place ? titleOf(place) : null}
      person={person}
      proofTitle={t("sessions.proof")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} />}
      about={place?.cell === "bucket" ? format.day(place.value ?? "") : format.span(answer.period.from, answer.period.to)}
      which={["sessions", definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchSessionsPeople(definition, answer.asked_ms, place as SessionsPlace, cursor, signal)}
      file={() => fetchSessionsFile(definition, answer.asked_ms, place)}
      fileName="sessions-people"
      columns={[
        { key: "start", title: t("sessions.start"), width: 130, cell: (row) => format.full(row.start) },
        { key: "length", title: t("sessions.length"), number: true, width: 90, cell: (row) => length.tell(row.length_ms) },
        { key: "events", title: t("sessions.eventsOf"), number: true, width: 60, cell: (row) => format.count(row.events) },
        { key: "ends", title: t("sessions.fromTo"), width: 200, cell: (row) => `${node(row.entry)} \u2192 ${node(row.exit)}` },
      ]}
      what={t("sessions.what")}
      open={(row) => open(row?.person ?? null)}
      close={close}
      testid="sessions-people"
    />
  );
}

function Proof({ answer, definition, person }: Pick<Props, "answer" | "definition"> & { person: number }) {
  const { t } = useTranslation();
  const query = useQuery(sessionsProofOptions(definition, answer.asked_ms, person));
  return <LinesProof query={query} label={t("sessions.proof")} counted={COUNTED} heads={HEADS} />;
}
