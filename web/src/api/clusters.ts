/** Clusters of people: what their page reads of an answer, and how it is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { ProofAnswer } from "./paths";
import type { components } from "./schema.gen";

type Described = components["schemas"];
type Json = Record<string, unknown>;
const PAGE = 50;

export type ClustersAnswer = Described["ClustersShape"];
export type ClustersFeature = Described["ClustersFeature"];
export type ClustersCluster = Described["ClustersCluster"];
export type ClustersPerson = Described["ClustersPerson"];
export type ClustersPeople = Described["ClustersPeople"];

export const clustersOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "clusters", definition],
    queryFn: ({ signal }) => need<ClustersAnswer>(api.POST("/api/analyses/clusters", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

/** The people of a cluster by its number, or (0) all of them. */
const inCluster = (cluster: number) => (cluster ? { cluster } : {});

export const fetchClustersPeople = (definition: Json, asked_ms: number, cluster: number, cursor: string | null, signal: AbortSignal) =>
  need<ClustersPeople>(
    api.POST("/api/analyses/clusters/people", { body: { definition, asked_ms, ...inCluster(cluster), limit: PAGE, cursor }, signal }),
  );

export const clustersProofOptions = (definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "clusters", "proof", definition, asked_ms, person],
    queryFn: ({ signal }) => need<ProofAnswer>(api.POST("/api/analyses/clusters/explain", { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

export const fetchClustersFile = (definition: Json, asked_ms: number, cluster: number | null) =>
  need<Blob>(
    api.POST("/api/analyses/clusters/export", {
      body: { definition, asked_ms, ...inCluster(cluster ?? 0), limit: PAGE, what: cluster === null ? "counts" : "people" },
      parseAs: "blob",
    }),
  );
