/** Models: what the page reads of each answer, as it is described, and how each is fetched and changed. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type Models = Described["ModelList"];
export type ModelRow = Described["ModelRow"];
export type ModelVersion = Described["ModelVersion"];
export type ModelCard = Described["ModelCard"];
type Estimate = Described["ModelEstimate"];
/** What stands in a card (docs/concepts/models.md). */
export type Card = {
  learner: string;
  rows: number;
  rate: number;
  baseline: Estimate & { name: string };
  origins: { origin_ms: number; learner: string; rows: number; rate: number; model: Estimate; baseline: Estimate; difference: Estimate }[];
  lift: number;
  lift_baseline: number;
  brier: number;
  brier_rate: number;
  calibration: { deciles: { rows: number; said: number; came: number }[]; said: number; came: number };
  features: { name: string; weight: number; title: { en: string; zh: string } }[];
  drift: { score: number };
};

export const modelKeys = { all: ["models"] as const };
export const modelsOptions = () =>
  queryOptions({ queryKey: [...modelKeys.all, "list"], queryFn: ({ signal }) => need<Models>(api.GET("/api/models", { signal })) });
export const modelOptions = (name: string) =>
  queryOptions({
    queryKey: [...modelKeys.all, "card", name],
    queryFn: ({ signal }) => need<ModelCard>(api.GET("/api/models/{name}", { params: { path: { name } }, signal })),
  });
export const trainModel = (name: string) =>
  need<Described["ModelJob"]>(api.POST("/api/models/{name}/train", { params: { path: { name } }, body: {} }));
export const activateModel = (name: string, version: number) =>
  need<ModelCard>(api.POST("/api/models/{name}/activate", { params: { path: { name } }, body: { version } }));
