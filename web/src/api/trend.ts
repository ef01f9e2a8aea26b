/** Trends: what the page reads of an answer, and how each part is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];
export type TrendAnswer = Described["TrendShape"];
export type TrendLine = Described["TrendLine"];
export type TrendDrawn = Described["TrendDrawn"];
export type TrendPerson = Described["TrendPerson"];
export type TrendProof = Described["TrendProofShape"];
/** Whose list is wanted: the series by its letter, the line, the bucket (null: the whole period), of which period. */
export type TrendPlace = { series: string; line: "total" | "value" | "none"; value: string | null; bucket: string | null; before: boolean };

type Json = Record<string, unknown>;
const PAGE = 50;

export const trendOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "trend", definition],
    queryFn: ({ signal }) => need<TrendAnswer>(api.POST("/api/analyses/trend", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchTrendPeople = (definition: Json, asked_ms: number, place: TrendPlace, cursor: string | null, signal: AbortSignal) =>
  need<Described["TrendPeople"]>(api.POST("/api/analyses/trend/people", { body: { definition, asked_ms, ...place, limit: PAGE, cursor }, signal }));

export const trendProofOptions = (definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "trend-proof", definition, asked_ms, person],
    queryFn: ({ signal }) => need<TrendProof>(api.POST("/api/analyses/trend/explain", { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

const EVERYTHING: TrendPlace = { series: "A", line: "total", value: null, bucket: null, before: false };

export const fetchTrendFile = (definition: Json, asked_ms: number, place: TrendPlace | null) =>
  need<Blob>(
    api.POST("/api/analyses/trend/export", {
      body: { definition, asked_ms, ...(place ?? EVERYTHING), limit: PAGE, what: place ? "people" : "counts" },
      parseAs: "blob",
    }),
  );
