/** Who is behind a cell of a retention: who came back, or who did not; and for one of them, what made each cell. */

import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import {
  fetchRetentionFile,
  fetchRetentionPeople,
  type RetentionAnswer,
  type RetentionMember,
  type RetentionPlace,
  type RetentionRow,
  retentionProofOptions,
} from "@/api/retention";
import { MISSING } from "@/kit/format";
import type { Column } from "@/kit/Sheet";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { useNames } from "./names";
import { People, ProofLines } from "./People";
import type { Retention } from "./retentionDefinition";
import { cohortName, useRetentionNames } from "./retentionNames";

type Props = {
  answer: RetentionAnswer;
  definition: Retention;
  place: RetentionPlace | null;
  person: number | null;
  /** The cohort of whose member the proof is; null: all of the person. */
  cohort: string | null;
  go: ((place: RetentionPlace) => void) | undefined;
  open: (person: number | null, cohort: string | null) => void;
  close: () => void;
};

/** The row of an answer that a place names. */
const rowOf = ({ row, value }: RetentionPlace): Pick<RetentionRow, "kind" | "cohort" | "value" | "shown"> =>
  row === "cohort" ? { kind: row, cohort: value } : { kind: row, value };

/** Show the pane while there is a place. */
export function RetentionPeoplePane({ answer, definition, place, person, cohort, go, open, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const value = useValueName();
  const { field } = useNames();
  const cut = definition.breakdown?.field ?? "";
  const names = useRetentionNames(answer, cut);
  const instant = (at: string | null) => (at ? format.full(at) : <span className="muted">{MISSING}</span>);
  const title = () => {
    if (!place) return null;
    const row = names.row(rowOf(place));
    if (place.cell === null) return t("retention.members", { row });
    return t(place.lost ? "retention.lost" : "retention.returned", { row, cell: names.cell(place.cell) });
  };
  const back = place !== null && place.cell !== null && !place.lost;
  const columns: Column<RetentionMember>[] = [
    ...(cut ? [{ key: "value", title: field(cut), cell: (row: RetentionMember) => (row.value === null ? MISSING : value(cut, row.value)) }] : []),
    { key: "began", title: t("retention.began"), width: 160, cell: (row) => instant(row.started) },
    ...(back ? [{ key: "back", title: t("retention.cameBack"), width: 160, cell: (row: RetentionMember) => instant(row.returned) }] : []),
    ...(answer.interval === "own"
      ? [{ key: "days", title: t("retention.ownInterval"), number: true, cell: (row: RetentionMember) => row.interval_days ?? MISSING }]
      : []),
  ];
  return (
    <People<RetentionMember>
      title={title()}
      person={person}
      proofTitle={t("retention.proof")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} cohort={cohort} at={place?.cell ?? null} />}
      about={place ? <About answer={answer} place={place} go={go} /> : null}
      which={[definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchRetentionPeople(definition, answer.asked_ms, place as RetentionPlace, cursor, signal)}
      file={() => fetchRetentionFile(definition, answer.asked_ms, place)}
      fileName="retention-people"
      columns={columns}
      what={t("retention.what")}
      open={(row) => open(row?.person ?? null, row?.cohort ?? null)}
      close={close}
      testid="retention-people"
    />
  );
}

function About({ answer, place, go }: Pick<Props, "answer" | "go"> & { place: RetentionPlace }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <span className="retention-about">
      {format.span(answer.period.from, answer.period.to)}
      {place.cell === null ? null : (
        <Segmented<string>
          size="small"
          aria-label={t("retention.switch")}
          value={place.lost ? "lost" : "back"}
          options={[
            { value: "back", label: t("retention.isBack") },
            { value: "lost", label: t("retention.isLost") },
          ]}
          onChange={(next) => go?.({ ...place, lost: next === "lost" })}
        />
      )}
    </span>
  );
}

type ProofProps = Pick<Props, "answer" | "definition" | "cohort"> & { person: number; at: number | null };

function Proof({ answer, definition, person, cohort, at }: ProofProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { event } = useNames();
  const names = useRetentionNames(answer, definition.breakdown?.field ?? "");
  const query = useQuery(retentionProofOptions(definition, answer.asked_ms, person, cohort));
  return (
    <Shown query={query} what={t("retention.proof")} permission="people.see" skeleton={<Bone height={200} />}>
      {(data) => (
        <>
          {data.nobody ? <p className="muted">{format.say(data.nobody)}</p> : null}
          {data.cohorts.map((one) => (
            <section key={one.cohort}>
              <h3 className="retention-cohort">
                {t("retention.cohortOf", {
                  day: cohortName(one.cohort, answer.cohorts_by, format),
                  event: one.start ? event(one.start.event) : "",
                  at: one.start ? format.full(one.start.at) : "",
                })}
              </h3>
              <ProofLines
                label={t("retention.proof")}
                lines={one.cells.map((cell) => ({
                  key: String(cell.cell),
                  head: names.cell(cell.cell),
                  text: format.say(cell),
                  counted: cell.why === "returned" || cell.why === "not_over_yet_back",
                  here: cell.cell === at,
                }))}
              />
            </section>
          ))}
          {data.more ? <p className="muted">{t("retention.moreCohorts", { count: format.count(data.more) as unknown as number })}</p> : null}
        </>
      )}
    </Shown>
  );
}
