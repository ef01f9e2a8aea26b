/** Stickiness and the life cycle: what the page reads of their answers, and how each part is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type StickinessAnswer = Described["StickinessShape"];
export type StickyBucket = Described["StickyBucket"];
export type StickyDay = Described["StickyDay"];
export type StickyPerson = Described["StickyPerson"];
export type StickyPeople = Described["StickyPeople"];
export type LifecycleAnswer = Described["LifecycleShape"];
export type LifecycleBucket = Described["LifecycleBucket"];
export type StagePerson = Described["StagePerson"];
export type StagePeople = Described["StagePeople"];
export type ActivityProof = Described["ActivityProofShape"];
export type ActivityKind = "stickiness" | "lifecycle";
/** Who was active in a bucket (on so many days of it, or on more), or in the days that end with one. */
export type StickyPlace = { bucket: string | null; days: number | null; at_least: boolean; day: string | null; window: 1 | 7 | 30 };
export type Stage = "active" | "new" | "returning" | "resurrected" | "dormant";
/** Which people of a bucket. */
export type StagePlace = { bucket: string; state: Stage };

type Json = Record<string, unknown>;
const PAGE = 50;

/** A newer question gives the older one up, and the server stops it. */
export const stickinessOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "stickiness", definition],
    queryFn: ({ signal }) => need<StickinessAnswer>(api.POST("/api/analyses/stickiness", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const lifecycleOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "lifecycle", definition],
    queryFn: ({ signal }) => need<LifecycleAnswer>(api.POST("/api/analyses/lifecycle", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchStickyPeople = (definition: Json, asked_ms: number, place: StickyPlace, cursor: string | null, signal: AbortSignal) =>
  need<StickyPeople>(api.POST("/api/analyses/stickiness/people", { body: { definition, asked_ms, ...place, limit: PAGE, cursor }, signal }));

export const fetchStagePeople = (definition: Json, asked_ms: number, place: StagePlace, cursor: string | null, signal: AbortSignal) =>
  need<StagePeople>(api.POST("/api/analyses/lifecycle/people", { body: { definition, asked_ms, ...place, limit: PAGE, cursor }, signal }));

export const activityProofOptions = (kind: ActivityKind, definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "activity-proof", kind, definition, asked_ms, person],
    queryFn: ({ signal }) => need<ActivityProof>(api.POST(`/api/analyses/${kind}/explain`, { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

const NO_PLACE: StickyPlace = { bucket: null, days: null, at_least: false, day: null, window: 1 };

export const fetchStickyFile = (definition: Json, asked_ms: number, place: StickyPlace | null) =>
  need<Blob>(
    api.POST("/api/analyses/stickiness/export", {
      body: { definition, asked_ms, ...(place ?? NO_PLACE), limit: PAGE, what: place ? "people" : "counts" },
      parseAs: "blob",
    }),
  );

export const fetchStageFile = (definition: Json, asked_ms: number, place: StagePlace | null) =>
  need<Blob>(
    api.POST("/api/analyses/lifecycle/export", {
      body: { definition, asked_ms, bucket: place?.bucket ?? null, state: place?.state ?? "active", limit: PAGE, what: place ? "people" : "counts" },
      parseAs: "blob",
    }),
  );
