/** Attribution: what its page reads of each answer, and how it is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { ProofAnswer } from "./paths";
import type { components } from "./schema.gen";

type Described = components["schemas"];
type Json = Record<string, unknown>;
const PAGE = 50;

export type AttributionAnswer = Described["AttributionShape"];
export type AttributionRow = Described["AttributionRow"];
export type AttributionPerson = Described["AttributionPerson"];
export type AttributionPeople = Described["AttributionPeople"];
/** Whose list is wanted: conversions with a touch of a value, with one without a value, without any touch, or all. */
export type AttributionPlace = { kind: "all" | "value" | "missing" | "untouched"; value: string | null };

const ALL: AttributionPlace = { kind: "all", value: null };

export const attributionOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "attribution", definition],
    queryFn: ({ signal }) => need<AttributionAnswer>(api.POST("/api/analyses/attribution", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchAttributionPeople = (definition: Json, asked_ms: number, place: AttributionPlace, cursor: string | null, signal: AbortSignal) =>
  need<AttributionPeople>(api.POST("/api/analyses/attribution/people", { body: { definition, asked_ms, ...place, limit: PAGE, cursor }, signal }));

export const attributionProofOptions = (definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "attribution", "proof", definition, asked_ms, person],
    queryFn: ({ signal }) => need<ProofAnswer>(api.POST("/api/analyses/attribution/explain", { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

export const fetchAttributionFile = (definition: Json, asked_ms: number, place: AttributionPlace | null) =>
  need<Blob>(
    api.POST("/api/analyses/attribution/export", {
      body: { definition, asked_ms, ...(place ?? ALL), limit: PAGE, what: place ? "people" : "counts" },
      parseAs: "blob",
    }),
  );
