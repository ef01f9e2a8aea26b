/** Who is behind a number, page by page; and for one of them, why each step counted or not. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type FunnelAnswer, type FunnelPerson, fetchFunnelFile, fetchFunnelPeople, funnelProofOptions, type Place } from "@/api/analyses";
import { MISSING } from "@/kit/format";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useCellName } from "./Cut";
import type { Definition } from "./definition";
import { People, ProofLines } from "./People";

type Props = {
  answer: FunnelAnswer;
  definition: Definition;
  names: string[];
  place: Place | null;
  person: number | null;
  /** The first instant of the attempt that is explained; null for the one that is counted. */
  start: number | null;
  open: (person: number | null, start: number | null) => void;
  close: () => void;
};

/** Show the pane while there is a place. */
export function PeoplePane({ answer, definition, names, place, person, start, open, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const step = place ? (names[place.step - 1] ?? "") : "";
  const instant = (at: string | null | undefined) => (at ? format.full(at) : <span className="muted">{MISSING}</span>);
  return (
    <People<FunnelPerson>
      title={place ? t(place.dropped ? "funnel.peopleLost" : "funnel.peopleAt", { step }) : null}
      person={person}
      proofTitle={t("funnel.proof")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} names={names} person={person} start={start} />}
      about={place ? <About answer={answer} place={place} /> : null}
      which={[definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchFunnelPeople(definition, answer.asked_ms, place as Place, cursor, signal)}
      file={() => fetchFunnelFile(definition, answer.asked_ms, place)}
      fileName="funnel-people"
      columns={[
        ...(definition.same ? [{ key: "held", title: t("funnel.same"), cell: (row: FunnelPerson) => row.held ?? MISSING }] : []),
        { key: "when", title: t("funnel.when"), width: 170, cell: (row) => instant(row.times[0]) },
        { key: "stopped", title: t("funnel.stopped"), width: 170, cell: (row) => instant(row.times.filter(Boolean).at(-1)) },
      ]}
      what={t("funnel.what")}
      open={(row) => open(row?.person ?? null, row?.start_ms ?? null)}
      close={close}
      testid="funnel-people"
    />
  );
}

function About({ answer, place }: { answer: FunnelAnswer; place: Place }) {
  const format = useFormat();
  const called = useCellName(answer.fields);
  const cell = answer.breakdown.find((one) => one.kind === place.cell && (one.value ?? null) === place.value);
  const when = place.cell === "bucket" ? format.day(place.value ?? "") : format.span(answer.period.from, answer.period.to);
  return (
    <>
      {when}
      {cell ? ` · ${called(cell)}` : ""}
    </>
  );
}

/** The sentence of a step without its number and name, which stand above it. */
const reason = (line: string, index: number, step: string) => {
  const lead = `${index + 1}. ${step}: `;
  return line.startsWith(lead) ? line.slice(lead.length) : line;
};

function Proof({ answer, definition, names, person, start }: Pick<Props, "answer" | "definition" | "names" | "start"> & { person: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const any = answer.order === "unordered";
  const query = useQuery({ ...funnelProofOptions(definition, answer.asked_ms, person, start), enabled: !any });
  if (any) return <p className="muted">{t("funnel.noProof")}</p>;
  return (
    <Shown query={query} what={t("funnel.proof")} permission="people.see" skeleton={<Bone height={200} />}>
      {(data) => (
        <ProofLines
          label={t("funnel.proof")}
          lines={data.steps.map((step, index) => ({
            key: step.en,
            head: `${index + 1}. ${names[index] ?? step.step}`,
            text: reason(format.say(step), index, step.step),
            counted: step.why === "counted",
          }))}
        />
      )}
    </Shown>
  );
}
