/** Restatements: what the page reads of each answer, as it is described, and how each is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components, operations } from "./schema.gen";

type Described = components["schemas"];

export type Restatements = Described["RestatementsShape"];
export type RestatedDay = Described["RestatedDay"];
export type RestatedChange = Described["RestatedChange"];
export type RestatedCause = Described["RestatedCause"];
export type RestatedMetric = Described["RestatedMetric"];
export type ToldItem = Described["ToldShape"];
export type RestatementsMark = Described["RestatementsMark"];
export type Ask = NonNullable<operations["list_restatements"]["parameters"]["query"]>;

export const restatementsOptions = (query: Ask) =>
  queryOptions({
    queryKey: ["restatements", query],
    queryFn: ({ signal }) => need<Restatements>(api.GET("/api/restatements", { params: { query }, signal })),
  });

/** How many closed days of a shown period changed; asked beside the figures, so it is kept for a while. */
export const restatedMarkOptions = (span: { start: string; end: string }, metrics: string[]) =>
  queryOptions({
    queryKey: ["restatements", "mark", span.start, span.end, metrics],
    queryFn: ({ signal }) =>
      need<RestatementsMark>(
        api.GET("/api/restatements/mark", { params: { query: { from: span.start, to: span.end, metrics: metrics.join(",") } }, signal }),
      ),
    retry: false,
    staleTime: 300_000,
  });

export const restatedByOptions = (batch: string) =>
  queryOptions({
    queryKey: ["restatements", "batch", batch],
    queryFn: ({ signal }) => need<Restatements>(api.GET("/api/restatements/batch/{batch_id}", { params: { path: { batch_id: batch } }, signal })),
  });

export const fetchRestatementsFile = (query: Ask) => need<Blob>(api.GET("/api/restatements.csv", { params: { query }, parseAs: "blob" }));
