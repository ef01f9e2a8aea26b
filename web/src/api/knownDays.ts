/** Known days: what the calendar reads of each answer, as it is described, and how each is fetched and changed. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type KnownDay = Described["KnownDayShape"];
export type KnownDayList = Described["KnownDayList"];
export type KnownDayKind = KnownDay["kind"];
export const DAY_KINDS: readonly KnownDayKind[] = ["holiday", "sale", "campaign", "release", "incident", "other"];

export const knownDayKeys = { all: ["known-days"] as const };

export const knownDaysOptions = (from: number, until: number) =>
  queryOptions({
    queryKey: [...knownDayKeys.all, from, until],
    queryFn: ({ signal }) => need<KnownDayList>(api.GET("/api/known-days", { params: { query: { from_ms: from, until_ms: until } }, signal })),
  });

export const addKnownDay = (body: Described["NewKnownDay"]) => need<KnownDay>(api.POST("/api/known-days", { body }));
export const removeKnownDay = (day: string) => need(api.DELETE("/api/known-days/{day}", { params: { path: { day } } }));
export const importKnownDays = (file: File, kind: KnownDayKind) =>
  need<KnownDayList>(
    api.POST("/api/known-days/import", {
      params: { query: { kind } },
      headers: { "Content-Type": "text/calendar" },
      body: file as unknown as never,
      bodySerializer: (body: unknown) => body as Blob,
    } as never),
  );
