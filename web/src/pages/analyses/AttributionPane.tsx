/** The conversions behind a row, page by page, with their touches; and for one person, which touches were credited with what. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import {
  type AttributionAnswer,
  type AttributionPerson,
  type AttributionPlace,
  attributionProofOptions,
  fetchAttributionFile,
  fetchAttributionPeople,
} from "@/api/attribution";
import { useFormat } from "@/kit/use";
import { runsOf } from "./attributionDefinition";
import { LinesProof } from "./LinesProof";
import { People } from "./People";

type Props = {
  answer: AttributionAnswer;
  definition: Record<string, unknown>;
  value: (value: string | null) => string;
  place: AttributionPlace | null;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};

const WAY = 8;

/** Show the pane while there is a place. */
export function AttributionPane({ answer, definition, value, place, person, open, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const way = (row: AttributionPerson) => {
    if (!row.touches.length) return <span className="muted">{t("attribution.untouched")}</span>;
    const runs = runsOf(row.touches.map((touch) => value(touch.value)));
    const late = runs.slice(-WAY).map(({ name, times }) => (times > 1 ? `${name} \u00d7${times}` : name));
    return `${runs.length > WAY ? "\u2026 \u2192 " : ""}${late.join(" \u2192 ")}`;
  };
  const title = place ? t(`attribution.list.${place.kind}`, { value: value(place.value) }) : null;
  return (
    <People<AttributionPerson>
      title={title}
      person={person}
      proofTitle={t("attribution.proof")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} />}
      about={format.span(answer.period.from, answer.period.to)}
      which={["attribution", definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchAttributionPeople(definition, answer.asked_ms, place as AttributionPlace, cursor, signal)}
      file={() => fetchAttributionFile(definition, answer.asked_ms, place)}
      fileName="attribution-people"
      columns={[
        { key: "at", title: t("attribution.at"), width: 140, cell: (row) => format.full(row.at) },
        { key: "way", title: t("attribution.way"), width: 300, cell: way },
      ]}
      what={t("attribution.what")}
      open={(row) => open(row?.person ?? null)}
      close={close}
      testid="attribution-people"
    />
  );
}

function Proof({ answer, definition, person }: Pick<Props, "answer" | "definition"> & { person: number }) {
  const { t } = useTranslation();
  const query = useQuery(attributionProofOptions(definition, answer.asked_ms, person));
  return <LinesProof query={query} label={t("attribution.proof")} counted={["conversion", "credited"]} heads={["conversion", "not_asked"]} />;
}
