/** Retention: what the page reads of its answer, and how each part is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type RetentionAnswer = Described["RetentionShape"];
export type RetentionRow = Described["RetentionRow"];
export type RetentionCell = Described["RetentionCell"];
export type RetentionMember = Described["RetentionMember"];
export type RetentionPeople = Described["RetentionPeople"];
export type RetentionProof = Described["RetentionProofShape"];
/** Whose list is wanted: the row, and of it who returned in a cell (or did not); without a cell all of its members. */
export type RetentionPlace = { row: "total" | "cohort" | "value" | "none"; value: string | null; cell: number | null; lost: boolean };

type Json = Record<string, unknown>;
const PAGE = 50;

/** A newer question gives the older one up, and the server stops it. */
export const retentionOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "retention", definition],
    queryFn: ({ signal }) => need<RetentionAnswer>(api.POST("/api/analyses/retention", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchRetentionPeople = (definition: Json, asked_ms: number, place: RetentionPlace, cursor: string | null, signal: AbortSignal) =>
  need<RetentionPeople>(api.POST("/api/analyses/retention/people", { body: { definition, asked_ms, ...place, limit: PAGE, cursor }, signal }));

export const retentionProofOptions = (definition: Json, asked_ms: number, person: number, cohort: string | null) =>
  queryOptions({
    queryKey: ["analyses", "retention-proof", definition, asked_ms, person, cohort],
    queryFn: ({ signal }) =>
      need<RetentionProof>(api.POST("/api/analyses/retention/explain", { body: { definition, asked_ms, person, cohort }, signal })),
    retry: false,
  });

const EVERYBODY: RetentionPlace = { row: "total", value: null, cell: null, lost: false };

export const fetchRetentionFile = (definition: Json, asked_ms: number, place: RetentionPlace | null) =>
  need<Blob>(
    api.POST("/api/analyses/retention/export", {
      body: { definition, asked_ms, ...(place ?? EVERYBODY), limit: PAGE, what: place ? "people" : "counts" },
      parseAs: "blob",
    }),
  );
