/** The people behind a bin, page by page, those with the largest figure first; and for one person, what each event added. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import {
  type DistributionAnswer,
  type DistributionPerson,
  distributionProofOptions,
  fetchDistributionFile,
  fetchDistributionPeople,
  type SpreadPlace,
} from "@/api/spread";
import { useFormat } from "@/kit/use";
import { LinesProof } from "./LinesProof";
import { People } from "./People";

type Props = {
  answer: DistributionAnswer;
  definition: Record<string, unknown>;
  figure: (figure: string | null) => string;
  bin: (number: number) => string;
  place: SpreadPlace | null;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};

/** Show the pane while there is a place. */
export function DistributionPane({ answer, definition, figure, bin, place, person, open, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const title = place ? t(place.bin ? "spread.peopleIn" : "spread.peopleAll", { bin: place.bin ? bin(place.bin) : "" }) : null;
  return (
    <People<DistributionPerson>
      title={title}
      person={person}
      proofTitle={t("spread.proofHeap")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} />}
      about={place?.cell === "bucket" ? format.day(place.value ?? "") : format.span(answer.period.from, answer.period.to)}
      which={["distribution", definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchDistributionPeople(definition, answer.asked_ms, place as SpreadPlace, cursor, signal)}
      file={() => fetchDistributionFile(definition, answer.asked_ms, place)}
      fileName="distribution-people"
      columns={[
        { key: "figure", title: t(`spread.ofs.${answer.of}`), number: true, width: 120, cell: (row) => figure(row.figure) },
        { key: "events", title: t("spread.events"), number: true, width: 80, cell: (row) => format.count(row.events) },
        { key: "last", title: t("spread.last"), width: 140, cell: (row) => format.full(row.last) },
      ]}
      what={t("spread.whatDistribution")}
      open={(row) => open(row?.person ?? null)}
      close={close}
      testid="distribution-people"
    />
  );
}

function Proof({ answer, definition, person }: Pick<Props, "answer" | "definition"> & { person: number }) {
  const { t } = useTranslation();
  const query = useQuery(distributionProofOptions(definition, answer.asked_ms, person));
  return <LinesProof query={query} label={t("spread.proofHeap")} counted={["adds", "bin"]} heads={["bin"]} />;
}
