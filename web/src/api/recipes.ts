/** Recipes and headlines: what the pages read of each answer, as it is described, and how each is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";
import type { Span } from "./types";

type Described = components["schemas"];
type Json = Record<string, unknown>;

export type RecipeItem = Described["RecipeItem"];
export type RecipeFull = Described["RecipeFull"];
export type RecipeBody = Described["RecipeShape"];
export type RecipeStep = Described["RecipeStepShape"];
export type ReadyStep = Described["ReadyStep"];
export type Headline = Described["HeadlineAnswer"];
export const STEPS_MOST = 20;

export const recipeKeys = { all: ["recipes"] as const, one: (name: string) => ["recipes", name] as const };

export const recipesOptions = () =>
  queryOptions({ queryKey: recipeKeys.all, queryFn: ({ signal }) => need<Described["RecipeList"]>(api.GET("/api/recipes", { signal })) });

export const recipeOptions = (name: string) =>
  queryOptions({
    queryKey: recipeKeys.one(name),
    queryFn: ({ signal }) => need<RecipeFull>(api.GET("/api/recipes/{name}", { params: { path: { name } }, signal })),
  });

/** What each step asks for a span of days. */
export const readyOptions = (name: string, version: number, span: Span) =>
  queryOptions({
    queryKey: [...recipeKeys.one(name), "steps", version, span],
    queryFn: ({ signal }) =>
      need<Described["ReadySteps"]>(
        api.GET("/api/recipes/{name}/steps", {
          params: { path: { name }, query: { from: span.start, to: span.end, ...(version ? { version } : {}) } },
          signal,
        }),
      ),
  });

/** An analysis in one figure and one sentence; hanging up stops it on the server. */
export const headlineOptions = (kind: string, definition: Json) =>
  queryOptions({
    queryKey: ["analyses", "headline", kind, definition],
    queryFn: ({ signal }) => need<Headline>(api.POST("/api/analyses/headline", { body: { kind, definition, answer: false }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const saveRecipe = (body: RecipeBody, base_version: number, reason: string) =>
  need<RecipeFull>(api.POST("/api/recipes", { body: { body: body as unknown as Json, base_version, reason } }));

export const approveRecipe = (name: string, version: number, base_version: number, reason: string) =>
  need<RecipeFull>(api.POST("/api/recipes/{name}/approve", { params: { path: { name } }, body: { version, base_version, reason } }));
