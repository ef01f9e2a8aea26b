/** Sessions: what their page reads of an answer, and how it is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { ProofAnswer } from "./paths";
import type { components } from "./schema.gen";

type Described = components["schemas"];
type Json = Record<string, unknown>;
const PAGE = 50;

export type SessionsAnswer = Described["SessionsShape"];
export type SessionsCell = Described["SessionsCell"];
export type SessionsEdge = Described["SessionsEdge"];
export type SessionsPerson = Described["SessionsPerson"];
export type SessionsPeople = Described["SessionsPeople"];
export type SessionsNode = Described["SessionsNode"];
/** Whose list is wanted: the cell, an entry or exit, a bin of lengths from 1, or those of one event and those still open. */
export type SessionsPlace = {
  cell: "total" | "value" | "none" | "bucket";
  value: string | null;
  entry: SessionsNode | null;
  exit: SessionsNode | null;
  bin: number | null;
  only: "bounces" | "open" | null;
};
export const EVERY_SESSION: SessionsPlace = { cell: "total", value: null, entry: null, exit: null, bin: null, only: null };

export const sessionsOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "sessions", definition],
    queryFn: ({ signal }) => need<SessionsAnswer>(api.POST("/api/analyses/sessions", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchSessionsPeople = (definition: Json, asked_ms: number, place: SessionsPlace, cursor: string | null, signal: AbortSignal) =>
  need<SessionsPeople>(api.POST("/api/analyses/sessions/people", { body: { definition, asked_ms, ...place, limit: PAGE, cursor }, signal }));

export const sessionsProofOptions = (definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "sessions", "proof", definition, asked_ms, person],
    queryFn: ({ signal }) => need<ProofAnswer>(api.POST("/api/analyses/sessions/explain", { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

export const fetchSessionsFile = (definition: Json, asked_ms: number, place: SessionsPlace | null) =>
  need<Blob>(
    api.POST("/api/analyses/sessions/export", {
      body: { definition, asked_ms, ...(place ?? EVERY_SESSION), limit: PAGE, what: place ? "people" : "counts" },
      parseAs: "blob",
    }),
  );
