/** Views of seasons: what their page reads of an answer, and how it is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];
type Json = Record<string, unknown>;

export type SeasonsAnswer = Described["SeasonsShape"];
export type SeasonsPoint = Described["SeasonsPoint"];

export const seasonsOptions = (definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "seasons", definition],
    queryFn: ({ signal }) => need<SeasonsAnswer>(api.POST("/api/analyses/seasons", { body: { definition }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const fetchSeasonsFile = (definition: Json, asked_ms: number) =>
  need<Blob>(api.POST("/api/analyses/seasons/export", { body: { definition, asked_ms }, parseAs: "blob" }));
