/** Segments: what the pages read of each answer, as it is described, and how each is fetched and changed. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type Segment = Described["SegmentItem"];
export type SegmentFull = Described["SegmentFull"];
export type SegmentList = Described["SegmentList"];
export type SegmentPreview = Described["SegmentPreview"];
export type SegmentMembers = Described["SegmentMembers"];
export type SegmentWhy = Described["SegmentWhy"];
export type SegmentHistory = Described["SegmentHistory"];
export type SegmentRun = Described["SegmentRun"];
export type SegmentOverlap = Described["SegmentOverlap"];
export type SegmentReachable = Described["SegmentReachable"];
export type SegmentUpload = Described["SegmentUpload"];
export type SegmentUploads = Described["SegmentUploads"];
export type Condition = Record<string, unknown>;

const MINUTE_MS = 60_000;
export const PAGE = 20;
export const segmentKeys = { all: ["segments"] as const };

export const segmentsOptions = () =>
  queryOptions({
    queryKey: [...segmentKeys.all, "list"],
    queryFn: ({ signal }) => need<SegmentList>(api.GET("/api/segments", { signal })),
    refetchInterval: MINUTE_MS,
  });

export const segmentOptions = (name: string) =>
  queryOptions({
    queryKey: [...segmentKeys.all, "one", name],
    queryFn: ({ signal }) => need<SegmentFull>(api.GET("/api/segments/{name}", { params: { path: { name } }, signal })),
    refetchInterval: MINUTE_MS,
  });

export const previewOptions = (condition: Condition) =>
  queryOptions({
    queryKey: [...segmentKeys.all, "preview", condition],
    queryFn: ({ signal }) => need<SegmentPreview>(api.POST("/api/segments/preview", { body: { condition, kills: true }, signal })),
    retry: false,
  });

export const membersOptions = (name: string, cursor: string | null) =>
  queryOptions({
    queryKey: [...segmentKeys.all, "members", name, cursor],
    queryFn: ({ signal }) =>
      need<SegmentMembers>(
        api.GET("/api/segments/{name}/members", { params: { path: { name }, query: { limit: PAGE, ...(cursor ? { cursor } : {}) } }, signal }),
      ),
  });

export const whyOptions = (segment: string, person: number) =>
  queryOptions({
    queryKey: [...segmentKeys.all, "why", segment, person],
    queryFn: ({ signal }) => need<SegmentWhy>(api.POST("/api/segments/why", { body: { segment, person }, signal })),
  });

export const historyOptions = (name: string) =>
  queryOptions({
    queryKey: [...segmentKeys.all, "history", name],
    queryFn: ({ signal }) =>
      need<SegmentHistory>(api.GET("/api/segments/{name}/history", { params: { path: { name }, query: { limit: 500 } }, signal })),
  });

export const overlapOptions = (names: readonly string[]) =>
  queryOptions({
    queryKey: [...segmentKeys.all, "overlap", ...names],
    queryFn: ({ signal }) => need<SegmentOverlap>(api.GET("/api/segments/overlap", { params: { query: { segments: names.join(",") } }, signal })),
    enabled: names.length > 1,
  });

export const reachOptions = (name: string) =>
  queryOptions({
    queryKey: [...segmentKeys.all, "reach", name],
    queryFn: ({ signal }) => need<SegmentReachable>(api.GET("/api/segments/{name}/reachable", { params: { path: { name } }, signal })),
  });

export const uploadsOptions = (name: string) =>
  queryOptions({
    queryKey: [...segmentKeys.all, "uploads", name],
    queryFn: ({ signal }) => need<SegmentUploads>(api.GET("/api/segments/{name}/uploads", { params: { path: { name } }, signal })),
  });

export const saveSegment = (body: Record<string, unknown>, base_version: number, reason: string) =>
  need<SegmentFull>(api.POST("/api/segments", { body: { body, base_version, reason } }));
export const approveSegment = (name: string, version: number, reason: string) =>
  need<SegmentFull>(api.POST("/api/segments/{name}/approve", { params: { path: { name } }, body: { version, base_version: version, reason } }));
export const retireSegment = (name: string, reason: string) =>
  need<void>(api.POST("/api/segments/{name}/retire", { params: { path: { name } }, body: { reason } }));
export const uploadIds = (name: string, text: string, namespace: string | null, mode: "replace" | "add", file_name: string) =>
  need<SegmentUpload>(api.POST("/api/segments/{name}/uploads", { params: { path: { name } }, body: { text, namespace, mode, file_name } }));
export const undoUpload = (name: string) => need<SegmentUpload>(api.POST("/api/segments/{name}/uploads/undo", { params: { path: { name } } }));
