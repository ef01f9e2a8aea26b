/** Monitors: what the pages read of each answer, as it is described, and how each is fetched, tried and kept. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type Monitor = Described["MonitorAnswer"];
export type Monitors = Described["MonitorsAnswer"];
export type MonitorDetail = Described["MonitorDetailAnswer"];
export type Preview = Described["MonitorPreviewAnswer"];
export type Replay = Described["MonitorReplayAnswer"];
export type Fired = Described["FiredAnswer"];
export type Tried = Described["TriedShape"];
export type Compared = Described["VersionsCompared"];
export type ComparedDay = Described["ComparedDay"];
export type SideCounts = Described["SideShape"];
/** A definition as it is written; what is in it the server checks. */
export type Definition = Record<string, unknown>;

const MOST = 5;
export const monitorKeys = { all: ["monitors"] as const };

/** All monitors; the list is short, so that its pages are fetched one after the other. */
export const monitorsOptions = () =>
  queryOptions({
    queryKey: [...monitorKeys.all, "list"],
    queryFn: async ({ signal }) => {
      const items: Monitor[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < MOST; page += 1) {
        const found: Monitors = await need<Monitors>(
          api.GET("/api/monitors", { params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } }, signal }),
        );
        items.push(...found.items);
        cursor = found.next;
        if (!cursor) break;
      }
      return items;
    },
  });

export const monitorOptions = (name: string) =>
  queryOptions({
    queryKey: [...monitorKeys.all, "one", name],
    queryFn: ({ signal }) => need<MonitorDetail>(api.GET("/api/monitors/{name}", { params: { path: { name } }, signal })),
  });

export const previewOptions = (definition: Definition) =>
  queryOptions({
    queryKey: [...monitorKeys.all, "preview", definition],
    queryFn: ({ signal }) => need<Preview>(api.POST("/api/monitors/preview", { body: { definition }, signal })),
    retry: false,
    staleTime: 60_000,
  });

export const replayOptions = (definition: Definition, period: string) =>
  queryOptions({
    queryKey: [...monitorKeys.all, "replay", definition, period],
    queryFn: ({ signal }) => need<Replay>(api.POST("/api/monitors/replay", { body: { definition, period }, signal })),
    retry: false,
    staleTime: 300_000,
  });

export const saveMonitor = (definition: Definition, reason: string, base: number) =>
  need<MonitorDetail>(api.POST("/api/monitors", { body: { definition, reason, base_version: base } }));
export const activateMonitor = (name: string, version: number, reason: string) =>
  need<MonitorDetail>(api.POST("/api/monitors/{name}/activate", { params: { path: { name } }, body: { version, reason } }));
export const switchMonitor = (name: string, on: boolean, reason: string) =>
  need<MonitorDetail>(api.POST("/api/monitors/{name}/switch", { params: { path: { name } }, body: { on, reason } }));

/** The versions of a monitor that were tried beside the one in force. */
export const triedOptions = (name: string) =>
  queryOptions({
    queryKey: [...monitorKeys.all, "tried", name],
    queryFn: ({ signal }) => need<Described["TriedList"]>(api.GET("/api/monitors/{name}/challengers", { params: { path: { name } }, signal })),
  });
export const compareOptions = (name: string, version: number, days: number) =>
  queryOptions({
    queryKey: [...monitorKeys.all, "compare", name, version, days],
    queryFn: ({ signal }) =>
      need<Compared>(api.GET("/api/monitors/{name}/compare", { params: { path: { name }, query: { version, days } }, signal })),
    retry: false,
    staleTime: 300_000,
  });
export const challengeMonitor = (name: string, definition: Definition, reason: string) =>
  need<Described["ChallengerShape"]>(api.POST("/api/monitors/{name}/challengers", { params: { path: { name } }, body: { definition, reason } }));
export const promoteMonitor = (name: string, body: { version: number; days: number; reason: string }) =>
  need<Compared>(api.POST("/api/monitors/{name}/promote", { params: { path: { name } }, body }));
