/** The paths behind a node, a ribbon or an end, page by page; and what became of one person's events. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import {
  fetchPathsFile,
  fetchPathsPeople,
  type NodeAsked,
  type PathsAnswer,
  type PathsPerson,
  type PathsPlace,
  pathsProofOptions,
} from "@/api/paths";
import { useFormat } from "@/kit/use";
import { LinesProof } from "./LinesProof";
import { People } from "./People";

type Props = {
  answer: PathsAnswer;
  definition: Record<string, unknown>;
  called: (node: NodeAsked) => string;
  place: PathsPlace | null;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};

const WAY = 8;
/** What is said of a session, over its events. */
const HEADS = ["counted", "before_period", "after_period", "no_anchor", "not_asked"];

/** Show the pane while there is a place. */
export function PathsPane({ answer, definition, called, place, person, open, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const back = answer.counted_from === "end";
  const title = place ? titleOf(place) : null;
  function titleOf({ step, node, onto, exits }: PathsPlace): string {
    const at = node ? t("paths.atStep", { step, node: called(node) }) : t("paths.stepOnly", { step });
    if (onto) return back ? `${called(onto)} \u2192 ${node ? called(node) : ""}` : `${node ? called(node) : ""} \u2192 ${called(onto)}`;
    return exits ? t(back ? "paths.beginsAt" : "paths.endsAt", { node: at }) : t("paths.pathsAt", { node: at });
  }
  const way = (row: PathsPerson) => {
    const names = row.steps.slice(0, WAY).map(called);
    return back ? [...names].reverse().join(" \u2192 ") : names.join(" \u2192 ");
  };
  return (
    <People<PathsPerson>
      title={title}
      person={person}
      proofTitle={t("paths.proof")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} />}
      about={format.span(answer.period.from, answer.period.to)}
      which={["paths", definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchPathsPeople(definition, answer.asked_ms, place as PathsPlace, cursor, signal)}
      file={() => fetchPathsFile(definition, answer.asked_ms, place)}
      fileName="paths-people"
      columns={[
        { key: "start", title: t("paths.start"), width: 140, cell: (row) => format.full(row.start) },
        { key: "way", title: t("paths.way"), width: 320, cell: way },
      ]}
      what={t("paths.what")}
      open={(row) => open(row?.person ?? null)}
      close={close}
      testid="paths-people"
    />
  );
}

function Proof({ answer, definition, person }: Pick<Props, "answer" | "definition"> & { person: number }) {
  const { t } = useTranslation();
  const query = useQuery(pathsProofOptions(definition, answer.asked_ms, person));
  return <LinesProof query={query} label={t("paths.proof")} counted={["counted", "step"]} heads={HEADS} />;
}
