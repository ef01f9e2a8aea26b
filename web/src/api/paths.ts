/** Paths: what their page reads of each answer, and how it is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];
type Json = Record<string, unknown>;
const PAGE = 50;

export type PathsAnswer = Described["PathsShape"];
export type PathsNode = Described["PathsNode"];
export type PathsPerson = Described["PathsPerson"];
export type PathsPeople = Described["PathsPeople"];
/** What became of a person, line by line. */
export type ProofAnswer = Described["AnalysisProof"];
/** A node as it is asked for; without a name all others. */
export type NodeAsked = { name: string | null; value: string | null };
/** Whose list is wanted: a step from 1, the node there, and the node they go on to or that they end there. */
export type PathsPlace = { step: number; node: NodeAsked | null; onto: NodeAsked | null; exits: boolean };

const ALL: PathsPlace = { step: 1, node: null, onto: null, exits: false };

export const pathsOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "paths", definition],
    queryFn: ({ signal }) => need<PathsAnswer>(api.POST("/api/analyses/paths", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchPathsPeople = (definition: Json, asked_ms: number, place: PathsPlace, cursor: string | null, signal: AbortSignal) =>
  need<PathsPeople>(api.POST("/api/analyses/paths/people", { body: { definition, asked_ms, ...place, limit: PAGE, cursor }, signal }));

export const pathsProofOptions = (definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "paths", "proof", definition, asked_ms, person],
    queryFn: ({ signal }) => need<ProofAnswer>(api.POST("/api/analyses/paths/explain", { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

export const fetchPathsFile = (definition: Json, asked_ms: number, place: PathsPlace | null) =>
  need<Blob>(
    api.POST("/api/analyses/paths/export", {
      body: { definition, asked_ms, ...(place ?? ALL), limit: PAGE, what: place ? "people" : "counts" },
      parseAs: "blob",
    }),
  );
