/** The event library: what the pages read of each answer, as it is described, and how each is fetched and changed. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";
import type { Words } from "./types";

type Described = components["schemas"];

export type KnownEvents = Described["KnownEventList"];
export type KnownEventItem = Described["KnownEventItem"];
export type KnownEvent = Described["KnownEventFull"];
/** What was found in a piece of history; what is left out could not be told. */
export type EventFinding = {
  moved: Record<string, "up" | "down">;
  quiet?: string[];
  where?: Record<string, string>[];
  beside?: string[];
  hour?: number;
  course?: string;
  minutes?: number;
};
/** A piece of history that an entry is tested on, and whether it was this event. */
export type EventWindow = { name: string; finding: EventFinding; expect?: boolean };
/** What an entry says, as its schema describes it. */
export type EventBody = {
  known_event: string;
  title: Words;
  about: Words;
  owner: string;
  signature: {
    moves: { metric: string; direction: "up" | "down"; lead?: boolean }[];
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
  tests?: EventWindow[];
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
    queryKey: [...knownEventKeys.all, "one", name, version ?? "force"],
    queryFn: ({ signal }) =>
      need<KnownEvent>(api.GET("/api/known-events/{name}", { params: { path: { name }, query: version === undefined ? {} : { version } }, signal })),
  });

/** The versions of an entry that people wrote, the newest first. */
export const knownEventVersionsOptions = (name: string) =>
  queryOptions({
    queryKey: [...knownEventKeys.all, "versions", name],
    queryFn: ({ signal }) =>
      need<Described["DefinitionsAnswer"]>(
        api.GET("/api/definitions/{kind}/{name}/history", { params: { path: { kind: "known_event", name }, query: { limit: 100 } }, signal }),
      ),
  });
export type EventVersion = Described["DefinitionAnswer"];

type Keep = { reason: string; base: number; draft?: boolean };
/** Keep an entry as its next version: in force where the user may do that and wants no draft. */
export const saveKnownEvent = (body: EventBody, { reason, base, draft = false }: Keep) =>
  need<KnownEvent>(api.POST("/api/known-events", { body: { body: body as Record<string, unknown>, reason, base_version: base, as_draft: draft } }));
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
