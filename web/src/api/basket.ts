/** Baskets: what the page reads of the answer, and how each part is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];
type Json = Record<string, unknown>;
const PAGE = 50;

export type BasketAnswer = Described["BasketShape"];
export type BasketPair = Described["PairShape"];
export type BasketOf = Described["BasketOf"];
export type BasketPage = Described["BasketPage"];
export type BasketProof = Described["BasketProofShape"];
/** The baskets of which pair are wanted; null: all baskets. */
export type BasketPlace = { one: string; other: string } | null;

const asked = (place: BasketPlace) => place ?? { one: null, other: null };

export const basketOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "basket", definition],
    queryFn: ({ signal }) => need<BasketAnswer>(api.POST("/api/analyses/basket", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchBaskets = (definition: Json, asked_ms: number, place: BasketPlace, cursor: string | null, signal: AbortSignal) =>
  need<BasketPage>(api.POST("/api/analyses/basket/people", { body: { definition, asked_ms, ...asked(place), limit: PAGE, cursor }, signal }));

export const basketProofOptions = (definition: Json, asked_ms: number, person: number) =>
  queryOptions({
    queryKey: ["analyses", "basket-proof", definition, asked_ms, person],
    queryFn: ({ signal }) => need<BasketProof>(api.POST("/api/analyses/basket/explain", { body: { definition, asked_ms, person }, signal })),
    retry: false,
  });

export const fetchBasketFile = (definition: Json, asked_ms: number, what: "counts" | "people", place: BasketPlace) =>
  need<Blob>(api.POST("/api/analyses/basket/export", { body: { definition, asked_ms, ...asked(place), limit: PAGE, what }, parseAs: "blob" }));
