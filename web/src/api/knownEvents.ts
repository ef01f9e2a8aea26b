/** The event library: what the pages read of each answer, as it is described, and how each is fetched and changed. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";
import type { Words } from "./types";

type Described = components["schemas"];

export type KnownEvents = Described["KnownEventList"];
export type KnownEventItem = Described["KnownEventItem"];
export type KnownEvent = Described["KnownEventFull"];
/** What an entry says, as its schema describes it. */
export type EventBody = {
  title: Words;
  about: Words;
  owner: string;
  signature: {
    moves: { metric: string; direction: "up" | "down" | "either"; lead?: boolean }[];
    steady?: string[];
    named?: string[];
    values?: Record<string, string[]>;
    beside?: string[];
    hours?: [number, number];
    course?: string;
    lasts_min?: [number, number];
  };
  sources?: string[];
  checks?: { title: Words; metric?: string; by?: string[] }[];
  causes: Words[];
  playbook: { action: string; title: Words; mode?: string; with?: Record<string, string> }[];
  tests?: { name: string; expect?: boolean }[];
};

export const knownEventKeys = { all: ["known-events"] as const };

export const knownEventsOptions = () =>
  queryOptions({
    queryKey: [...knownEventKeys.all, "list"],
    queryFn: ({ signal }) => need<KnownEvents>(api.GET("/api/known-events", { signal })),
  });

/** How often each was named in the last 90 days, and how often that was right. */
export const knownEventsNamedOptions = () =>
  queryOptions({
    queryKey: [...knownEventKeys.all, "named"],
    queryFn: ({ signal }) => need<Described["NamedList"]>(api.GET("/api/known-events-named", { params: { query: { days: 90 } }, signal })),
  });

export const knownEventOptions = (name: string, version?: number) =>
  queryOptions({
    queryKey: [...knownEventKeys.all, "one", name, version ?? 0],
    queryFn: ({ signal }) =>
      need<KnownEvent>(api.GET("/api/known-events/{name}", { params: { path: { name }, query: version ? { version } : {} }, signal })),
  });

export const saveKnownEvent = (body: Record<string, unknown>, reason: string, base: number) =>
  need<KnownEvent>(api.POST("/api/known-events", { body: { body, reason, base_version: base } }));
export const approveKnownEvent = (event: KnownEvent, reason: string) =>
  need<KnownEvent>(
    api.POST("/api/known-events/{name}/approve", {
      params: { path: { name: event.name } },
      body: { version: event.version, base_version: event.newest, reason },
    }),
  );
export const tryKnownEvent = (event: KnownEvent, reason: string) =>
  need<KnownEvent>(
    api.POST("/api/known-events/{name}/try", {
      params: { path: { name: event.name } },
      body: { version: event.version, base_version: event.newest, reason },
    }),
  );
export const retireKnownEvent = (name: string, reason: string) =>
  need(api.POST("/api/known-events/{name}/retire", { params: { path: { name } }, body: { reason } }));
