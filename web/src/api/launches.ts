/** Launches: what the pages read of each answer, as it is described, and how each is fetched and changed. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type Launch = Described["LaunchShape"];
export type LaunchFull = Described["LaunchFull"];
export type LaunchList = Described["LaunchList"];
export type LaunchLine = Described["LaunchLine"];
export type LaunchLineCourse = Described["LaunchLineCourse"];
export type NewLaunch = Described["NewLaunch"];
export type LaunchKind = Launch["kind"];
export const LAUNCH_KINDS: readonly LaunchKind[] = ["product", "campaign", "release", "route", "other"];

const MINUTE_MS = 60_000;
export const launchKeys = { all: ["launches"] as const };

export const launchesOptions = () =>
  queryOptions({
    queryKey: [...launchKeys.all, "list"],
    queryFn: ({ signal }) => need<LaunchList>(api.GET("/api/launches", { params: { query: { limit: 200 } }, signal })),
    refetchInterval: MINUTE_MS,
  });

export const launchOptions = (name: string) =>
  queryOptions({
    queryKey: [...launchKeys.all, "one", name],
    queryFn: ({ signal }) => need<LaunchFull>(api.GET("/api/launches/{name}", { params: { path: { name } }, signal })),
    refetchInterval: MINUTE_MS,
  });

export const declareLaunch = (body: NewLaunch) => need<Launch>(api.POST("/api/launches", { body }));
export const cancelLaunch = (name: string, reason: string) =>
  need<Launch>(api.POST("/api/launches/{name}/cancel", { params: { path: { name } }, body: { reason } }));
