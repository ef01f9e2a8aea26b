/** The root cause explorer: what the page reads of an answer, as it is described, and how it is asked. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type RootCause = Described["RootCauseAnswer"];
export type RootCauseAsk = Described["RootCauseBody"];
export type RootCauseDimension = Described["RootCauseDimension"];

export const rootCauseOptions = (body: RootCauseAsk) =>
  queryOptions({
    queryKey: ["root-cause", body],
    queryFn: ({ signal }) => need<RootCause>(api.POST("/api/root-cause", { body, signal })),
    retry: false,
    staleTime: 300_000,
  });
