/** Driver trees: what their page reads of an answer, and how it is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];
type Json = Record<string, unknown>;
const PAGE = 50;

export type DriversAnswer = Described["DriversShape"];
export type DriverNode = Described["TreeNodeShape"];
export type DriverLeaf = Described["LeafShape"];
export type LeafPerson = Described["LeafPerson"];
export type LeafPeople = Described["LeafPeople"];
export type DriversProof = Described["DriversProofShape"];

export const driversOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "drivers", definition],
    queryFn: ({ signal }) => need<DriversAnswer>(api.POST("/api/analyses/drivers", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

/** The people of a leaf, or of all where there is none. */
export const fetchLeafPeople = (definition: Json, asked_ms: number, leaf: number | null, cursor: string | null, signal: AbortSignal) =>
  need<LeafPeople>(api.POST("/api/analyses/drivers/people", { body: { definition, asked_ms, leaf, limit: PAGE, cursor }, signal }));

export const driversProofOptions = (definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "drivers", "proof", definition, asked_ms, person],
    queryFn: ({ signal }) => need<DriversProof>(api.POST("/api/analyses/drivers/explain", { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

/** The leaves as a file, or the people of one (of all: null). */
export const fetchDriversFile = (definition: Json, asked_ms: number, what: "counts" | "people", leaf: number | null) =>
  need<Blob>(api.POST("/api/analyses/drivers/export", { body: { definition, asked_ms, leaf, limit: PAGE, what }, parseAs: "blob" }));
