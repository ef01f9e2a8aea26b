/** Playbooks: what the pages read of each answer, as it is described, and how each is fetched and changed. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type ActionKinds = Described["ActionKindList"];
export type ActionKind = Described["ActionKindItem"];
export type PlaybookRun = Described["PlaybookRunItem"];
export type PlaybookRuns = Described["PlaybookRunList"];
export type PlaybookState = PlaybookRun["state"];
export type DryRun = Described["DryRunAnswer"];
export type Caps = Described["CapList"];
export type Cap = Described["CapItem"];
export type Flags = Described["FlagList"];
export type Flag = Described["FlagItem"];
export type Wish = Described["PlaybookWish"];

export const playbookKeys = { all: ["playbooks"] as const };

export const kindsOptions = () =>
  queryOptions({
    queryKey: [...playbookKeys.all, "kinds"],
    queryFn: ({ signal }) => need<ActionKinds>(api.GET("/api/playbooks/kinds", { signal })),
    staleTime: 3_600_000,
  });
export const runsOptions = (query: { state?: PlaybookState; alert?: string; limit?: number }) =>
  queryOptions({
    queryKey: [...playbookKeys.all, "runs", query],
    queryFn: ({ signal }) => need<PlaybookRuns>(api.GET("/api/playbooks/runs", { params: { query }, signal })),
  });
export const capsOptions = () =>
  queryOptions({ queryKey: [...playbookKeys.all, "caps"], queryFn: ({ signal }) => need<Caps>(api.GET("/api/playbooks/caps", { signal })) });
export const flagsOptions = () =>
  queryOptions({ queryKey: [...playbookKeys.all, "flags"], queryFn: ({ signal }) => need<Flags>(api.GET("/api/playbooks/flags", { signal })) });

export const dryRun = (body: Wish) => need<DryRun>(api.POST("/api/playbooks/dry-run", { body }));
export const proposeRun = (body: Wish) => need<PlaybookRun>(api.POST("/api/playbooks/runs", { body }));
export const performRun = (run: string) => need<PlaybookRun>(api.POST("/api/playbooks/runs/{run}/run", { params: { path: { run } } }));
export const approveRun = (run: string, revision: number, reason: string) =>
  need<PlaybookRun>(api.POST("/api/playbooks/runs/{run}/approve", { params: { path: { run } }, body: { reason, revision } }));
export const refuseRun = (run: string, revision: number, reason: string) =>
  need<PlaybookRun>(api.POST("/api/playbooks/runs/{run}/refuse", { params: { path: { run } }, body: { reason, revision } }));
export const undoRun = (run: string, reason: string) =>
  need<PlaybookRun>(api.POST("/api/playbooks/runs/{run}/undo", { params: { path: { run } }, body: { reason } }));
export const setCaps = (kind: string, body: Described["CapBody"]) =>
  need<Cap>(api.PUT("/api/playbooks/caps/{kind}", { params: { path: { kind } }, body }));
export const clearFlag = (flag: string, reason: string) =>
  need(api.POST("/api/playbooks/flags/{flag}/clear", { params: { path: { flag } }, body: { reason } }));
