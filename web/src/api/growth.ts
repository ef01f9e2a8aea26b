/** The board of growth: what the page reads of an answer, and how each part is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];
export type GrowthAnswer = Described["GrowthBoard"];
export type GrowthCell = Described["BoardCell"];
export type GrowthSold = Described["BoardSold"];
export type GrowthPerson = Described["BoardPerson"];
export type GrowthProof = Described["BoardProofShape"];
export type StageName = Described["BoardStage"]["stage"];
/** Whose list is wanted: the stage, only who is not in the next one, the row, of which period. */
export type GrowthPlace = {
  stage: StageName;
  lost: boolean;
  row: "total" | "value" | "none" | "new" | "returning";
  value: string | null;
  before: boolean;
};

type Json = Record<string, unknown>;
const PAGE = 50;

export const growthOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "aarrr", definition],
    queryFn: ({ signal }) => need<GrowthAnswer>(api.POST("/api/analyses/aarrr", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchGrowthPeople = (definition: Json, asked_ms: number, place: GrowthPlace, cursor: string | null, signal: AbortSignal) =>
  need<Described["BoardPeople"]>(api.POST("/api/analyses/aarrr/people", { body: { definition, asked_ms, ...place, limit: PAGE, cursor }, signal }));

export const growthProofOptions = (definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "growth-proof", definition, asked_ms, person],
    queryFn: ({ signal }) => need<GrowthProof>(api.POST("/api/analyses/aarrr/explain", { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

const EVERYBODY: GrowthPlace = { stage: "acquisition", lost: false, row: "total", value: null, before: false };

export const fetchGrowthFile = (definition: Json, asked_ms: number, place: GrowthPlace | null) =>
  need<Blob>(
    api.POST("/api/analyses/aarrr/export", {
      body: { definition, asked_ms, ...(place ?? EVERYBODY), limit: PAGE, what: place ? "people" : "counts" },
      parseAs: "blob",
    }),
  );
