/** The people of a cluster, page by page, the most typical first; and for one of them, how far each centre is. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type ClustersAnswer, type ClustersPerson, clustersProofOptions, fetchClustersFile, fetchClustersPeople } from "@/api/clusters";
import { useFormat } from "@/kit/use";
import { unitOf } from "./ClustersBody";
import { LinesProof } from "./LinesProof";
import { People } from "./People";

type Props = {
  answer: ClustersAnswer;
  definition: Record<string, unknown>;
  cluster: number | null;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};

const FEATURES = 4;

/** Show the pane while there is a cluster. */
export function ClustersPane({ answer, definition, cluster, person, open, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const found = answer.clusters.find((one) => one.number === cluster);
  return (
    <People<ClustersPerson>
      title={cluster === null ? null : found ? `${found.number}. ${format.say(found.title)}` : t("clusters.everybody")}
      person={person}
      proofTitle={t("clusters.proof")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} />}
      about={format.span(answer.period.from, answer.period.to)}
      which={["clusters", definition, answer.asked_ms, cluster]}
      fetch={(cursor, signal) => fetchClustersPeople(definition, answer.asked_ms, cluster ?? 0, cursor, signal)}
      file={() => fetchClustersFile(definition, answer.asked_ms, cluster ?? 0)}
      fileName="clusters-people"
      columns={[
        ...answer.features.slice(0, FEATURES).map((feature, index) => ({
          key: feature.name,
          title: format.say(feature.title),
          number: true,
          width: 84,
          cell: (row: ClustersPerson) => format.figure(row.values[index] ?? null, unitOf(feature)),
        })),
        { key: "distance", title: t("clusters.distance"), number: true, width: 70, cell: (row) => Number(row.distance).toFixed(2) },
      ]}
      what={t("clusters.what")}
      open={(row) => open(row?.person ?? null)}
      close={close}
      testid="clusters-people"
    />
  );
}

function Proof({ answer, definition, person }: Pick<Props, "answer" | "definition"> & { person: number }) {
  const { t } = useTranslation();
  const query = useQuery(clustersProofOptions(definition, answer.asked_ms, person));
  return <LinesProof query={query} label={t("clusters.proof")} counted={["feature", "nearest"]} heads={["nearest"]} />;
}
