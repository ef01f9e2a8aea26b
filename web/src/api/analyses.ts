/** Analyses: what the pages read of each answer, as it is described, and how each is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type Known = Described["KnownShape"];
export type FunnelAnswer = Described["FunnelShape"];
export type FunnelCell = Described["FunnelCell"];
export type FunnelPeople = Described["FunnelPeople"];
export type FunnelPerson = Described["FunnelPerson"];
export type FunnelProof = Described["FunnelProof"];
export type SavedAnalysis = Described["SavedAnalysis"];
/** Whose list is wanted: a step from 1, only who dropped out after it, and the cell. */
export type Place = { step: number; dropped: boolean; cell: "total" | "value" | "none" | "bucket"; value: string | null };

type Json = Record<string, unknown>;
const PAGE = 50;

export const knownOptions = () =>
  queryOptions({
    queryKey: ["analyses", "known"],
    queryFn: ({ signal }) => need<Known>(api.GET("/api/analyses/known", { signal })),
    staleTime: 300_000,
  });

export const fieldValuesOptions = (field: string) =>
  queryOptions({
    queryKey: ["analyses", "values", field],
    queryFn: ({ signal }) => need<Described["ValuesShape"]>(api.GET("/api/analyses/values", { params: { query: { field } }, signal })),
    staleTime: 300_000,
  });

/** A newer question gives the older one up, and the server stops it. */
export const funnelOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "funnel", definition],
    queryFn: ({ signal }) => need<FunnelAnswer>(api.POST("/api/analyses/funnel", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchFunnelPeople = (definition: Json, asked_ms: number, place: Place, cursor: string | null, signal: AbortSignal) =>
  need<FunnelPeople>(api.POST("/api/analyses/funnel/people", { body: { definition, asked_ms, ...place, limit: PAGE, cursor }, signal }));

export const funnelProofOptions = (definition: Json, asked_ms: number, person: number, start_ms: number | null) =>
  queryOptions({
    queryKey: ["analyses", "proof", definition, asked_ms, person, start_ms],
    queryFn: ({ signal }) =>
      need<FunnelProof>(api.POST("/api/analyses/funnel/explain", { body: { definition, asked_ms, person, start_ms }, signal })),
    retry: false,
  });

export const fetchFunnelFile = (definition: Json, asked_ms: number, place: Place | null) =>
  need<Blob>(
    api.POST("/api/analyses/funnel/export", {
      body: {
        definition,
        asked_ms,
        ...(place ?? { step: 1, dropped: false, cell: "total", value: null }),
        limit: PAGE,
        what: place ? "people" : "counts",
      },
      parseAs: "blob",
    }),
  );

export const savedKey = ["analyses", "saved"] as const;
export const savedOptions = (kind: string) =>
  queryOptions({
    queryKey: [...savedKey, kind],
    queryFn: ({ signal }) => need<Described["SavedList"]>(api.GET("/api/analyses/saved", { params: { query: { kind } }, signal })),
  });

export const saveAnalysis = (kind: string, definition: Json) => need<SavedAnalysis>(api.POST("/api/analyses/saved", { body: { kind, definition } }));

export const changeAnalysis = (id: string, definition: Json, version: number) =>
  need<SavedAnalysis>(api.PUT("/api/analyses/saved/{analysis}", { params: { path: { analysis: id } }, body: { definition, base_version: version } }));

export const dropAnalysis = (id: string) => need<void>(api.DELETE("/api/analyses/saved/{analysis}", { params: { path: { analysis: id } } }));
