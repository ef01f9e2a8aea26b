/** Correlations: what their page reads of an answer, and how it is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];
type Json = Record<string, unknown>;
const PAGE = 50;

export type CorrelationAnswer = Described["CorrelationShape"];
export type Fact = Described["CorrelationFact"];
export type CellPerson = Described["CellPerson"];
export type CellPeople = Described["CellPeople"];
export type CorrelationProof = Described["CorrelationProofShape"];
/** Whose list is wanted: of a fact (or of all), with or without it, and whether they went on. */
export type CellPlace = { kind: number | null; value: string | null; without: boolean; only: "all" | "converted" | "dropped" };

const ALL: CellPlace = { kind: null, value: null, without: false, only: "all" };

export const correlationOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "correlation", definition],
    queryFn: ({ signal }) => need<CorrelationAnswer>(api.POST("/api/analyses/correlation", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchCellPeople = (definition: Json, asked_ms: number, place: CellPlace, cursor: string | null, signal: AbortSignal) =>
  need<CellPeople>(api.POST("/api/analyses/correlation/people", { body: { definition, asked_ms, ...place, limit: PAGE, cursor }, signal }));

export const correlationProofOptions = (definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "correlation", "proof", definition, asked_ms, person],
    queryFn: ({ signal }) =>
      need<CorrelationProof>(api.POST("/api/analyses/correlation/explain", { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

export const fetchCorrelationFile = (definition: Json, asked_ms: number, place: CellPlace | null) =>
  need<Blob>(
    api.POST("/api/analyses/correlation/export", {
      body: { definition, asked_ms, ...(place ?? ALL), limit: PAGE, what: place ? "people" : "counts" },
      parseAs: "blob",
    }),
  );
