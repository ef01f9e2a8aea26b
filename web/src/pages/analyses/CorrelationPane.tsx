/** The attempts of a cell of a fact, page by page; and for one person, each attempt with the facts that were true of it. */

import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import {
  type CellPerson,
  type CellPlace,
  type CorrelationAnswer,
  correlationProofOptions,
  fetchCellPeople,
  fetchCorrelationFile,
} from "@/api/correlation";
import { MISSING } from "@/kit/format";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { CorrelationDefinition } from "./correlationDefinition";
import { useFactName } from "./factNames";
import { People, ProofLines } from "./People";

type Props = {
  answer: CorrelationAnswer;
  definition: CorrelationDefinition;
  ends: [string, string];
  place: CellPlace | null;
  look: (place: CellPlace) => void;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};

const ONLY = ["all", "converted", "dropped"] as const;

/** Show the pane while there is a place. */
export function CorrelationPane({ answer, definition, ends, place, look, person, open, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const { fact } = useFactName();
  const of = place && [...answer.more, ...answer.less].find((one) => one.kind === place.kind && one.value === place.value);
  const title = !place
    ? null
    : of
      ? t(place.without ? "correlation.cellOf.without" : "correlation.cellOf.with", { fact: fact(of) })
      : (place.value ?? t("correlation.everyAttempt", { from: ends[0] }));
  return (
    <People<CellPerson>
      title={title}
      person={person}
      proofTitle={t("correlation.proof")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} />}
      about={
        place ? (
          <>
            <Segmented
              size="small"
              aria-label={t("correlation.whoOf")}
              value={place.only}
              options={ONLY.map((only) => ({ value: only, label: t(`correlation.only.${only}`) }))}
              onChange={(only) => look({ ...place, only })}
            />{" "}
            {format.span(answer.period.from, answer.period.to)}
          </>
        ) : null
      }
      which={["correlation", definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchCellPeople(definition, answer.asked_ms, place as CellPlace, cursor, signal)}
      file={() => fetchCorrelationFile(definition, answer.asked_ms, place)}
      fileName="correlation-people"
      columns={[
        ...(definition.funnel.same ? [{ key: "held", title: t("funnel.same"), cell: (row: CellPerson) => row.held ?? MISSING }] : []),
        { key: "from", title: ends[0], width: 150, cell: (row) => format.full(row.from) },
        { key: "to", title: ends[1], width: 150, cell: (row) => (row.to ? format.full(row.to) : <span className="muted">{MISSING}</span>) },
      ]}
      what={t("correlation.what")}
      open={(row) => open(row?.person ?? null)}
      close={close}
      testid="correlation-people"
    />
  );
}

function Proof({ answer, definition, person }: Pick<Props, "answer" | "definition"> & { person: number }) {
  const { t } = useTranslation();
  const { language } = useFormat();
  const query = useQuery(correlationProofOptions(definition, answer.asked_ms, person));
  return (
    <Shown query={query} what={t("correlation.proof")} permission="people.see" skeleton={<Bone height={200} />}>
      {(data) => {
        // The lines are those of the attempts, each before its facts.
        const heads = new Set(data.attempts.map((_, index) => data.attempts.slice(0, index).reduce((sum, one) => sum + 1 + one.facts.length, 0)));
        return (
          <ProofLines
            label={t("correlation.proof")}
            lines={data[language].map((text, index) => ({
              key: String(index),
              counted: heads.has(index),
              ...(heads.has(index) ? { head: text, text: "" } : { text: text.trim() }),
            }))}
          />
        );
      }}
    </Shown>
  );
}
