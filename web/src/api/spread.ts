/** Intervals and distributions: what their pages read of each answer, and how it is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { ProofAnswer } from "./paths";
import type { components } from "./schema.gen";

type Described = components["schemas"];
type Json = Record<string, unknown>;
const PAGE = 50;

export type IntervalAnswer = Described["IntervalShape"];
export type IntervalCell = Described["IntervalCell"];
export type IntervalPerson = Described["IntervalPerson"];
export type IntervalPeople = Described["IntervalPeople"];
export type DistributionAnswer = Described["DistributionShape"];
export type DistributionCell = Described["DistributionCell"];
export type DistributionPerson = Described["DistributionPerson"];
export type DistributionPeople = Described["DistributionPeople"];
/** Whose list is wanted: a bin from 1 or all of them, and the cell. */
export type SpreadPlace = { bin: number | null; cell: "total" | "value" | "none" | "bucket"; value: string | null };

const ALL: SpreadPlace = { bin: null, cell: "total", value: null };
/** A distribution has no cells but buckets. */
const heaped = ({ bin, cell, value }: SpreadPlace) => ({ bin, bucket: cell === "bucket" ? value : null });

export const intervalOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "interval", definition],
    queryFn: ({ signal }) => need<IntervalAnswer>(api.POST("/api/analyses/interval", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchIntervalPeople = (definition: Json, asked_ms: number, place: SpreadPlace, cursor: string | null, signal: AbortSignal) =>
  need<IntervalPeople>(api.POST("/api/analyses/interval/people", { body: { definition, asked_ms, ...place, limit: PAGE, cursor }, signal }));

export const intervalProofOptions = (definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "interval", "proof", definition, asked_ms, person],
    queryFn: ({ signal }) => need<ProofAnswer>(api.POST("/api/analyses/interval/explain", { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

export const fetchIntervalFile = (definition: Json, asked_ms: number, place: SpreadPlace | null) =>
  need<Blob>(
    api.POST("/api/analyses/interval/export", {
      body: { definition, asked_ms, ...(place ?? ALL), limit: PAGE, what: place ? "people" : "counts" },
      parseAs: "blob",
    }),
  );

export const distributionOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "distribution", definition],
    queryFn: ({ signal }) => need<DistributionAnswer>(api.POST("/api/analyses/distribution", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchDistributionPeople = (definition: Json, asked_ms: number, place: SpreadPlace, cursor: string | null, signal: AbortSignal) =>
  need<DistributionPeople>(
    api.POST("/api/analyses/distribution/people", { body: { definition, asked_ms, ...heaped(place), limit: PAGE, cursor }, signal }),
  );

export const distributionProofOptions = (definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "distribution", "proof", definition, asked_ms, person],
    queryFn: ({ signal }) => need<ProofAnswer>(api.POST("/api/analyses/distribution/explain", { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

export const fetchDistributionFile = (definition: Json, asked_ms: number, place: SpreadPlace | null) =>
  need<Blob>(
    api.POST("/api/analyses/distribution/export", {
      body: { definition, asked_ms, ...heaped(place ?? ALL), limit: PAGE, what: place ? "people" : "counts" },
      parseAs: "blob",
    }),
  );
