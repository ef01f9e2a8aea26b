/** The answer of clusters: how large each is, what sets it apart, and how well the groups stand apart and hold. */

import { useTranslation } from "react-i18next";
import type { ClustersAnswer, ClustersCluster, ClustersFeature } from "@/api/clusters";
import { HBars } from "@/charts/HBars";
import { type Heat, HeatTable } from "@/charts/HeatTable";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { useFormat } from "@/kit/use";
import { useRounded } from "./rounded";
import { Figures } from "./Spread";
import "./kinds.css";

type Props = { answer: ClustersAnswer; open: ((cluster: number) => void) | undefined };

/** Two standard deviations and more have the full colour. */
const FULL = 2;

/** What a feature's figures are written as. */
export const unitOf = (feature: Pick<ClustersFeature, "measure">) => (feature.measure === "money" ? "money" : "count");

/** Show the answer. */
export function ClustersBody({ answer, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const called = (cluster: ClustersCluster) => `${cluster.number}. ${format.say(cluster.title)}`;
  return (
    <>
      <Panel title={t("clusters.sizes")} hint={t("clusters.sizesHint")}>
        <HBars
          label={t("clusters.sizes")}
          bars={answer.clusters.map((cluster) => ({
            key: String(cluster.number),
            name: called(cluster),
            value: cluster.people,
            shown: format.count(cluster.people),
            move: formatShare(toNumber(cluster.share) ?? 0, format.language),
            ...(open ? { open: () => open(cluster.number) } : {}),
          }))}
        />
      </Panel>
      <Panel title={t("clusters.profile")} hint={t("clusters.profileHint")}>
        <Profile answer={answer} open={open} called={called} />
      </Panel>
      <Quality answer={answer} />
    </>
  );
}

function Profile({ answer, open, called }: Props & { called: (cluster: ClustersCluster) => string }) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const plain = (text: string | null, feature: ClustersFeature) => (text === null ? MISSING : format.figure(text, unitOf(feature)));
  const rounded = useRounded(answer.currency);
  /** In a cell money needs no cents. */
  const short = (text: string | null, feature: ClustersFeature) =>
    text !== null && unitOf(feature) === "money" ? rounded(Number(text)) : plain(text, feature);
  const cell = (cluster: ClustersCluster, index: number): Heat => {
    const one = cluster.features[index];
    const feature = answer.features[index];
    const apart = toNumber(one?.difference ?? null) ?? 0;
    if (!one || !feature) return null;
    const difference = `${apart < 0 ? "\u2212" : "+"}${Math.abs(apart).toFixed(1)}`;
    return {
      shown: `${short(one.median, feature)} (${difference})`,
      at: Math.min(1, Math.abs(apart) / FULL),
      below: apart < 0,
      label: t("clusters.cell", {
        cluster: called(cluster),
        feature: format.say(feature.title),
        median: plain(one.median, feature),
        mean: plain(one.mean, feature),
        difference,
      }),
      open: open ? () => open(cluster.number) : undefined,
    };
  };
  return (
    <HeatTable
      label={t("clusters.profile")}
      corner={t("clusters.cluster")}
      sizeName={t("clusters.people")}
      columns={answer.features.map((feature) => format.say(feature.title))}
      rows={[
        ...answer.clusters.map((cluster) => ({
          key: String(cluster.number),
          name: called(cluster),
          title: called(cluster),
          size: format.count(cluster.people),
          cells: answer.features.map((_, index) => cell(cluster, index)),
        })),
        {
          key: "all",
          name: t("clusters.everybody"),
          size: format.count(answer.people),
          cells: answer.features.map((feature): Heat => ({ shown: short(feature.median, feature), at: null, label: plain(feature.mean, feature) })),
          total: true,
        },
      ]}
    />
  );
}

function Quality({ answer }: { answer: ClustersAnswer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { stability, silhouettes, clusters, explained } = answer;
  const tell = (text: string | null | undefined) => (text === null || text === undefined ? MISSING : Number(text).toFixed(2));
  if (clusters.length < 2) return null;
  const chosen = silhouettes.find((one) => one.k === clusters.length);
  return (
    <Panel title={t("clusters.quality")} hint={t("clusters.qualityHint", { bound: stability.bound })}>
      <Figures
        figures={[
          { name: t("clusters.holds"), text: t(stability.stable ? "clusters.stable" : "clusters.unstable"), main: true },
          { name: t("clusters.seeds"), text: tell(stability.seeds) },
          { name: t("clusters.halves"), text: tell(stability.halves) },
          { name: t("clusters.explained"), text: formatShare(toNumber(explained) ?? 0, format.language) },
          ...(chosen ? [{ name: t("clusters.silhouette"), text: tell(chosen.value) }] : []),
        ]}
      />
      {silhouettes.length > 1 ? (
        <>
          <p className="muted">{t("clusters.silhouettesText")}</p>
          <HBars
            label={t("clusters.silhouettes")}
            bars={silhouettes.map((one) => ({
              key: String(one.k),
              name: t("clusters.groups", { count: String(one.k) as unknown as number }),
              value: Math.max(0, Number(one.value)),
              shown: tell(one.value),
              rest: one.k !== clusters.length,
            }))}
          />
        </>
      ) : null}
    </Panel>
  );
}
