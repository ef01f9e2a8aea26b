/** Clusters: which kinds of people there are, by what they do and buy. The address is the analysis. */

import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { type ClustersAnswer, clustersOptions, fetchClustersFile } from "@/api/clusters";
import { formatShare, toNumber } from "@/kit/format";
import { useFormat } from "@/kit/use";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { ClustersBody } from "./ClustersBody";
import { ClustersBuilder } from "./ClustersBuilder";
import { ClustersPane } from "./ClustersPane";
import { readCluster, readClusters, usualClusters, wholeClusters, writeCluster } from "./clustersDefinition";
import { nameOf } from "./Saved";

function Answer({ answer, name }: { answer: ClustersAnswer; name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const gap = format.language === "zh" ? "" : " ";
  const count = (value: number) => format.count(value) as unknown as number;
  const first = answer.clusters[0];
  if (!answer.people || !first) return t("clusters.nobody");
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {t("clusters.answer", { people: count(answer.people), clusters: count(answer.clusters.length) })}
      {gap}
      {t("clusters.largest", { share: formatShare(toNumber(first.share) ?? 0, format.language), name: format.say(first.title) })}
      {gap}
      {answer.clusters.length > 1 ? t(answer.stability.stable ? "clusters.theyHold" : "clusters.theyDoNot") : null}
    </>
  );
}

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const asking = useAsking(known, { kind: "clusters", usual: usualClusters, read: readClusters, whole: wholeClusters, options: clustersOptions });
  const { definition, written, search, building } = asking;
  return (
    <Analysis
      asking={asking}
      title={t("clusters.title")}
      what={t("clusters.what")}
      sentence={(answer) => <Answer answer={answer} name={nameOf(definition, "clusters")} />}
      unfinished={{ title: t("spread.unfinishedTitle"), text: t("clusters.unfinished") }}
      file={(answer) => fetchClustersFile(written, answer.asked_ms, null)}
      height={360}
      builderTitle={t("clusters.builder")}
      builder={<ClustersBuilder {...building} />}
      nothing={(answer) => !answer.people}
      empty={{ title: t("clusters.empty"), text: t("clusters.emptyText") }}
      pane={(answer) => <ClustersPane answer={answer} definition={written} cluster={readCluster(search.rows)} {...asking.pane} />}
    >
      {(answer) => <ClustersBody answer={answer} open={asking.lister(writeCluster)} />}
    </Analysis>
  );
}

/** Show the page. */
export function ClustersPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("clusters.title")} what={t("clusters.what")}>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
