/** The people of a leaf, page by page; and for one of them, what was known at the start and which leaf that leads to. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type DriversAnswer, driversProofOptions, fetchDriversFile, fetchLeafPeople, type LeafPerson } from "@/api/drivers";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useDriverNames } from "./driverNames";
import type { DriversDefinition } from "./driversDefinition";
import { People, ProofLines } from "./People";

type Props = {
  answer: DriversAnswer;
  definition: DriversDefinition;
  figure: (value: string) => string;
  /** Which leaf, null for all; undefined: no list is open. */
  leaf: number | null | undefined;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};

/** Show the pane while a list is open. */
export function DriversPane({ answer, definition, figure, leaf, person, open, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useDriverNames(definition);
  const of = answer.leaves.find((one) => one.leaf === leaf);
  const told = (row: LeafPerson) => (answer.what === "mean" ? figure(row.figure) : t(Number(row.figure) ? "drivers.yes" : "drivers.no"));
  return (
    <People<LeafPerson>
      title={leaf === undefined ? null : leaf === null ? t("drivers.everybody") : t("drivers.leafOf", { n: leaf })}
      person={person}
      proofTitle={t("drivers.proof")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} />}
      about={
        <>
          {of ? `${names.way(of, Number.POSITIVE_INFINITY)} \u00b7 ` : ""}
          {format.span(answer.period.from, answer.period.to)}
        </>
      }
      which={["drivers", definition, answer.asked_ms, leaf]}
      fetch={(cursor, signal) => fetchLeafPeople(definition, answer.asked_ms, leaf ?? null, cursor, signal)}
      file={() => fetchDriversFile(definition, answer.asked_ms, "people", leaf ?? null)}
      fileName="drivers-people"
      columns={[
        { key: "start", title: t("drivers.started"), width: 150, cell: (row) => format.full(row.start) },
        { key: "figure", title: t(`drivers.driven.${answer.what}`), number: answer.what === "mean", width: 100, cell: told },
        { key: "half", title: t("drivers.half"), width: 110, cell: (row) => t(row.estimates ? "drivers.estimates" : "drivers.decides") },
      ]}
      what={t("drivers.what")}
      open={(row) => open(row?.person ?? null)}
      close={close}
      testid="drivers-people"
    />
  );
}

function Proof({ answer, definition, person }: Pick<Props, "answer" | "definition"> & { person: number }) {
  const { t } = useTranslation();
  const { language } = useFormat();
  const query = useQuery(driversProofOptions(definition, answer.asked_ms, person));
  return (
    <Shown query={query} what={t("drivers.proof")} permission="people.see" skeleton={<Bone height={200} />}>
      {(data) => (
        <ProofLines
          label={t("drivers.proof")}
          lines={data[language].map((text, index) => ({
            key: String(index),
            text: text.trim(),
            // The figure and the leaf stand out from what was known.
            counted: data.leaf !== null && (index === 0 || index === data[language].length - 1),
          }))}
        />
      )}
    </Shown>
  );
}
