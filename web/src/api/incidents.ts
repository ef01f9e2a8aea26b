/** Incidents, problems, changes and tasks: what the pages read of each answer, as it is described, and how each is fetched and moved. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components, operations } from "./schema.gen";

type Described = components["schemas"];

export type ItsmRecord = Described["ItsmRecordItem"];
export type ItsmRecords = Described["ItsmRecordList"];
export type ItsmWhole = Described["ItsmWhole"];
export type ItsmLine = Described["ItsmLine"];
export type Review = Described["IncidentReview"];
export type Rota = Described["RotaAnswer"];
export type Duty = Described["DutyItem"];
export type HandOver = Described["HandOverAnswer"];
export type RecordsAsk = NonNullable<operations["list_records"]["parameters"]["query"]>;
export type RecordKind = NonNullable<RecordsAsk["kind"]>;

export const KINDS: readonly RecordKind[] = ["incident", "problem", "change", "task"];
/** The states in which something is left to do, by kind. */
export const LEFT: Record<RecordKind, string> = {
  incident: "new,triage,mitigating,monitoring",
  problem: "open,analysing,known_error,fix_requested,verified",
  change: "draft,approved,scheduled,done,verified",
  task: "todo,doing",
};
/** All states of a kind, in their order. */
export const ONE: Record<RecordKind, readonly string[]> = {
  incident: ["new", "triage", "mitigating", "monitoring", "resolved", "closed", "merged"],
  problem: ["open", "analysing", "known_error", "fix_requested", "verified", "closed"],
  change: ["draft", "approved", "refused", "scheduled", "done", "verified", "rolled_back", "closed"],
  task: ["todo", "doing", "done", "skipped", "failed"],
};
const AGAIN = 30_000;

export const incidentKeys = { all: ["incidents"] as const };

export const recordsOptions = (query: RecordsAsk) =>
  queryOptions({
    queryKey: [...incidentKeys.all, "list", query],
    queryFn: ({ signal }) => need<ItsmRecords>(api.GET("/api/itsm/records", { params: { query: { limit: 200, ...query } }, signal })),
    refetchInterval: AGAIN,
  });

export const recordOptions = (record: string) =>
  queryOptions({
    queryKey: [...incidentKeys.all, "one", record],
    queryFn: ({ signal }) => need<ItsmWhole>(api.GET("/api/itsm/records/{record}", { params: { path: { record } }, signal })),
    refetchInterval: AGAIN,
  });

export const reviewOptions = (record: string) =>
  queryOptions({
    queryKey: [...incidentKeys.all, "review", record],
    queryFn: ({ signal }) => need<Review>(api.GET("/api/itsm/records/{record}/review", { params: { path: { record } }, signal })),
  });

/** What an incident showed, as a window of history for the event library. */
export const lessonOptions = (record: string) =>
  queryOptions({
    queryKey: [...incidentKeys.all, "lesson", record],
    queryFn: ({ signal }) => need<Described["ItsmLesson"]>(api.GET("/api/itsm/records/{record}/lesson", { params: { path: { record } }, signal })),
    retry: false,
  });

export const rotaOptions = () =>
  queryOptions({ queryKey: [...incidentKeys.all, "rota"], queryFn: ({ signal }) => need<Rota>(api.GET("/api/itsm/rota", { signal })) });

export const handOverOptions = () =>
  queryOptions({
    queryKey: [...incidentKeys.all, "hand-over"],
    queryFn: ({ signal }) => need<HandOver>(api.GET("/api/itsm/hand-over", { signal })),
  });

export const moveRecord = (record: ItsmRecord, event: string, reason: string) =>
  need<ItsmRecord>(
    api.POST("/api/itsm/records/{record}/moves", { params: { path: { record: record.id } }, body: { event, reason, version: record.version } }),
  );
export const changeRecord = (record: ItsmRecord, given: Record<string, unknown>) =>
  need<ItsmRecord>(api.PATCH("/api/itsm/records/{record}", { params: { path: { record: record.id } }, body: { given, version: record.version } }));
export const noteRecord = (record: string, text: string) =>
  need(api.POST("/api/itsm/records/{record}/notes", { params: { path: { record } }, body: { text } }));
export const mergeIncident = (record: ItsmRecord, into: string, reason: string) =>
  need<ItsmRecord>(
    api.POST("/api/itsm/records/{record}/merge", { params: { path: { record: record.id } }, body: { into, reason, version: record.version } }),
  );
export const openIncident = (body: Described["IncidentBody"]) => need<Described["ItsmOpened"]>(api.POST("/api/itsm/incidents", { body }));
export const makeRecord = (body: Described["ItsmRecordBody"]) => need<ItsmRecord>(api.POST("/api/itsm/records", { body }));
export const saveReview = (record: string, body: Described["IncidentReviewBody"]) =>
  need<Review>(api.PUT("/api/itsm/records/{record}/review", { params: { path: { record } }, body }));
export const addDuty = (body: Described["DutyBody"]) => need<Duty>(api.POST("/api/itsm/rota", { body }));
export const dropDuty = (duty: string) => need(api.DELETE("/api/itsm/rota/{duty}", { params: { path: { duty } } }));
export const fetchRecordsFile = (kind: RecordKind) => need<Blob>(api.GET("/api/itsm/records.csv", { params: { query: { kind } }, parseAs: "blob" }));
