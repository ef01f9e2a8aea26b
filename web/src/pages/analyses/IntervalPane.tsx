/** The intervals behind a bin of a cell, page by page; and for one person, with which start each end was paired. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import {
  fetchIntervalFile,
  fetchIntervalPeople,
  type IntervalAnswer,
  type IntervalPerson,
  intervalProofOptions,
  type SpreadPlace,
} from "@/api/spread";
import { MISSING } from "@/kit/format";
import { useFormat } from "@/kit/use";
import { LinesProof } from "./LinesProof";
import { useLength } from "./length";
import { People } from "./People";

type Props = {
  answer: IntervalAnswer;
  definition: Record<string, unknown>;
  value: (value: string | null) => string;
  place: SpreadPlace | null;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};

/** Show the pane while there is a place. */
export function IntervalPane({ answer, definition, value, place, person, open, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const length = useLength();
  const edges = place?.bin ? answer.bins[place.bin - 1] : undefined;
  const title = place ? t(edges ? "spread.spansIn" : "spread.spansAll", { bin: edges ? length.bin(edges.from_ms, edges.below_ms) : "" }) : null;
  const when = place?.cell === "bucket" ? format.day(place.value ?? "") : format.span(answer.period.from, answer.period.to);
  const about = place && (place.cell === "value" || place.cell === "none") ? `${when} \u00b7 ${value(place.value)}` : when;
  return (
    <People<IntervalPerson>
      title={title}
      person={person}
      proofTitle={t("spread.proofSpans")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} />}
      about={about}
      which={["interval", definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchIntervalPeople(definition, answer.asked_ms, place as SpreadPlace, cursor, signal)}
      file={() => fetchIntervalFile(definition, answer.asked_ms, place)}
      fileName="interval-people"
      columns={[
        ...(definition.same ? [{ key: "held", title: t("funnel.same"), cell: (row: IntervalPerson) => row.held ?? MISSING }] : []),
        { key: "start", title: t("spread.start"), width: 140, cell: (row) => format.full(row.start) },
        { key: "end", title: t("spread.end"), width: 140, cell: (row) => format.full(row.end) },
        { key: "length", title: t("spread.took"), number: true, width: 130, cell: (row) => length.tell(row.length_ms) },
      ]}
      what={t("spread.whatInterval")}
      open={(row) => open(row?.person ?? null)}
      close={close}
      testid="interval-people"
    />
  );
}

function Proof({ answer, definition, person }: Pick<Props, "answer" | "definition"> & { person: number }) {
  const { t } = useTranslation();
  const query = useQuery(intervalProofOptions(definition, answer.asked_ms, person));
  return <LinesProof query={query} label={t("spread.proofSpans")} counted={["counted"]} />;
}
