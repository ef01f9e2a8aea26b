/** Lifetime values and RFM grids: what their pages read of each answer, and how each part is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];
type Json = Record<string, unknown>;
const PAGE = 50;

export type RevenueAnswer = Described["RevenueShape"];
export type RevenueRow = Described["RevenueRow"];
export type RevenueCell = Described["RevenueCell"];
export type RevenueMember = Described["RevenueMember"];
export type RevenueMembers = Described["RevenueMembers"];
export type RevenueProof = Described["RevenueProofShape"];
/** Whose list is wanted: a cohort or all of them, until an age or until today. */
export type RevenuePlace = { cohort: string | null; cell: number | null };

export const revenueOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "revenue", definition],
    queryFn: ({ signal }) => need<RevenueAnswer>(api.POST("/api/analyses/revenue", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchRevenuePeople = (definition: Json, asked_ms: number, place: RevenuePlace, cursor: string | null, signal: AbortSignal) =>
  need<RevenueMembers>(api.POST("/api/analyses/revenue/people", { body: { definition, asked_ms, ...place, limit: PAGE, cursor }, signal }));

export const revenueProofOptions = (definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "revenue-proof", definition, asked_ms, person],
    queryFn: ({ signal }) => need<RevenueProof>(api.POST("/api/analyses/revenue/explain", { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

const EVERYBODY: RevenuePlace = { cohort: null, cell: null };

export const fetchRevenueFile = (definition: Json, asked_ms: number, place: RevenuePlace | null) =>
  need<Blob>(
    api.POST("/api/analyses/revenue/export", {
      body: { definition, asked_ms, ...(place ?? EVERYBODY), limit: PAGE, what: place ? "people" : "counts" },
      parseAs: "blob",
    }),
  );

export type RfmAnswer = Described["RfmShape"];
export type RfmCell = Described["RfmCell"];
export type RfmGroup = Described["RfmGroup"];
export type RfmBuyer = Described["RfmBuyer"];
export type RfmBuyers = Described["RfmBuyers"];
export type RfmProof = Described["RfmProofShape"];
/** Whose list is wanted: those of a group, or of scores; none of them: all buyers. */
export type RfmPlace = { recency: number | null; frequency: number | null; group: string | null };

export const rfmOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "rfm", definition],
    queryFn: ({ signal }) => need<RfmAnswer>(api.POST("/api/analyses/rfm", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchRfmPeople = (definition: Json, asked_ms: number, place: RfmPlace, cursor: string | null, signal: AbortSignal) =>
  need<RfmBuyers>(api.POST("/api/analyses/rfm/people", { body: { definition, asked_ms, ...place, limit: PAGE, cursor }, signal }));

export const rfmProofOptions = (definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "rfm-proof", definition, asked_ms, person],
    queryFn: ({ signal }) => need<RfmProof>(api.POST("/api/analyses/rfm/explain", { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

const ALL: RfmPlace = { recency: null, frequency: null, group: null };

export const fetchRfmFile = (definition: Json, asked_ms: number, place: RfmPlace | null) =>
  need<Blob>(
    api.POST("/api/analyses/rfm/export", {
      body: { definition, asked_ms, ...(place ?? ALL), limit: PAGE, what: place ? "people" : "counts" },
      parseAs: "blob",
    }),
  );
