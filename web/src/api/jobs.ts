/** Background work, as far as pages wait for it. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

export type Job = components["schemas"]["JobAnswer"];
const LOOK_MS = 800;
const OVER = new Set(["done", "failed", "cancelled"]);

/** A job, looked at again until it has ended. */
export const jobOptions = (id: string) =>
  queryOptions({
    queryKey: ["jobs", id],
    queryFn: ({ signal }) => need<Job>(api.GET("/api/jobs/{job_id}", { params: { path: { job_id: id } }, signal })),
    refetchInterval: (query) => (query.state.data && OVER.has(query.state.data.state) ? false : LOOK_MS),
  });
export const cancelJob = (id: string) => need<unknown>(api.POST("/api/jobs/{job_id}/cancel", { params: { path: { job_id: id } } }));
