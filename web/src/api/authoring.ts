/** Metrics that people write: what they can be made of, checked and previewed while typed, kept, certified, deleted; files in and out. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import { keys } from "./keys";
import type { components } from "./schema.gen";
import type { Words } from "./types";

type Described = components["schemas"];
export type Vocabulary = Described["VocabularyAnswer"];
export type Fact = Described["FactShape"];
export type Checked = Described["MetricCheckAnswer"];
export type Finding = Described["MetricFinding"];
export type Step = Described["LineageStep"];
export type MetricPreview = Described["MetricPreviewAnswer"];
export type MetricSheet = Described["SheetAnswer"];
export type Draft = Described["MetricDraft"];
export type Imported = Described["MetricImportAnswer"];
export type Saved = Described["MetricSavedAnswer"];
export type Differences = Described["DifferenceAnswer"];

export type Measure = { fact: string; aggregate: string; value?: string; where?: string; clocks: string[] | Record<string, string> };
/** A definition in the form of a library file. */
export type Definition = {
  name: string;
  class: string;
  scope: string;
  use: string[];
  monitorable: boolean;
  unit: string;
  direction: string;
  owner: string;
  additivity: string;
  clock: string;
  title: Words;
  description: Words;
  formula: Words;
  expression?: string;
  measures?: Measure[];
  [other: string]: unknown;
};

const KEY = "authoring";
export const authoringKeys = { all: [KEY] as const, catalogue: keys.catalogue };

export const vocabularyOptions = () =>
  queryOptions({
    queryKey: [KEY, "vocabulary"],
    queryFn: ({ signal }) => need<Vocabulary>(api.GET("/api/metrics/authoring/vocabulary", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const draftsOptions = () =>
  queryOptions({
    queryKey: [KEY, "drafts"],
    queryFn: ({ signal }) => need<{ items: Draft[] }>(api.GET("/api/metrics/authoring/drafts", { signal })),
  });

export const sheetOptions = (name: string) =>
  queryOptions({
    queryKey: [KEY, "sheet", name],
    queryFn: ({ signal }) => need<MetricSheet>(api.GET("/api/metrics/authoring/metrics/{name}", { params: { path: { name } }, signal })),
  });

export const differenceOptions = (name: string, old: number, next: number) =>
  queryOptions({
    queryKey: [KEY, "diff", name, old, next],
    queryFn: ({ signal }) =>
      need<Differences>(api.GET("/api/metrics/authoring/metrics/{name}/diff", { params: { path: { name }, query: { old, new: next } }, signal })),
  });

export const checkOptions = (definition: Definition) =>
  queryOptions({
    queryKey: [KEY, "check", definition],
    queryFn: ({ signal }) => need<Checked>(api.POST("/api/metrics/authoring/check", { body: { definition }, signal })),
    staleTime: 60_000,
  });

export const previewOptions = (definition: Definition, by?: string) =>
  queryOptions({
    queryKey: [KEY, "preview", definition, by ?? null],
    queryFn: ({ signal }) => need<MetricPreview>(api.POST("/api/metrics/authoring/preview", { body: { definition, by: by ?? null }, signal })),
    staleTime: 60_000,
  });

export const saveDraft = (definition: Definition, base: number, reason: string) =>
  need<Saved>(api.POST("/api/metrics/authoring/drafts", { body: { definition, base_version: base, reason } }));

export const certify = (name: string, version: number, reason: string) =>
  need<Saved>(api.POST("/api/metrics/authoring/certify", { body: { name, version, reason } }));

export const discard = (name: string, version: number, reason: string) =>
  need<Saved>(api.POST("/api/metrics/authoring/discard", { body: { name, version, reason } }));

export const rollBack = (name: string, to: number, base: number, reason: string) =>
  need<Saved>(api.POST("/api/metrics/authoring/roll-back", { body: { name, to_version: to, base_version: base, reason } }));

export const deleteMetric = (name: string, reason: string) => need<Saved>(api.POST("/api/metrics/authoring/delete", { body: { name, reason } }));

export const importText = (text: string, format: "library" | "ossie", dryRun: boolean, reason: string) =>
  need<Imported>(api.POST("/api/metrics/authoring/import", { body: { text, format, dry_run: dryRun, certify: false, reason } }));

export const exportAddress = (format: "library" | "ossie", own: boolean) => `/api/metrics/authoring/export?format=${format}&own=${own}`;
