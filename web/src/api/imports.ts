/** Imports: files sent in chunks, guessed, tried and brought in; batches; databases and imports that come again. */

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];
export type Batch = Described["BatchAnswer"];
export type BatchesPage = Described["BatchesAnswer"];
export type BatchDetail = Described["BatchDetail"];
export type Rejection = Described["RejectionAnswer"];
export type RejectionsPage = Described["RejectionsAnswer"];
export type Undone = Described["UndoAnswer"];
export type Upload = Described["UploadAnswer"];
export type Sniff = Described["SniffAnswer"];
export type FileColumn = Described["ColumnAnswer"];
export type Field = Described["FieldAnswer"];
export type Kind = Described["KindAnswer"];
export type Mapping = Described["MappingBody"];
export type FileBody = Described["FileBody"];
export type SavedMapping = Described["MappingItem"];
export type Preview = Described["windsock__imports__shapes__PreviewAnswer"];
export type PreviewRow = Described["PreviewRow"];
export type CommitAsk = Described["CommitRequest"];
export type Asked = Described["AskedAnswer"];
export type Connection = Described["ConnectionItem"];
export type Schedule = Described["ScheduleItem"];
export type BaseAsk = Described["ConnectionRequest"];
export type QueryAsk = Described["QueryBody"];
export type Looked = Described["ConnectionPreview"];
export type ScheduleAsk = Described["ScheduleRequest"];

/** What a dry run or an import tells of a file. */
export type Report = {
  batch_id: string | null;
  dry_run: boolean;
  rows_read: number;
  rows_added: number;
  rows_changed: number;
  rows_known: number;
  rows_rejected: number;
  rows_repeated: number;
  flags: Record<string, number>;
  rejections: { line: number; column: string; reason: string; value: string }[];
  notes: string[];
};

export const importKeys = { all: ["imports"] as const };
const paged = (cursor: string | null) => (cursor ? { cursor } : {});

export const batchesOptions = (kind: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...importKeys.all, "batches", kind ?? null],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      need<BatchesPage>(api.GET("/api/imports", { params: { query: { limit: 50, ...(kind ? { kind } : {}), ...paged(pageParam) } }, signal })),
    getNextPageParam: (last: BatchesPage) => last.next,
  });
export const batchOptions = (batch: string) =>
  queryOptions({
    queryKey: [...importKeys.all, "batch", batch],
    queryFn: ({ signal }) => need<BatchDetail>(api.GET("/api/imports/{batch_id}", { params: { path: { batch_id: batch } }, signal })),
  });
export const rejectionsOptions = (batch: string) =>
  infiniteQueryOptions({
    queryKey: [...importKeys.all, "rejections", batch],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      need<RejectionsPage>(
        api.GET("/api/imports/{batch_id}/rejections", { params: { path: { batch_id: batch }, query: { limit: 50, ...paged(pageParam) } }, signal }),
      ),
    getNextPageParam: (last: RejectionsPage) => last.next,
  });
export const undoBatch = (batch: string) => need<Undone>(api.POST("/api/imports/{batch_id}/undo", { params: { path: { batch_id: batch } } }));

export const kindsOptions = () =>
  queryOptions({
    queryKey: [...importKeys.all, "kinds"],
    queryFn: ({ signal }) => need<{ items: Kind[] }>(api.GET("/api/imports/kinds", { signal })),
    staleTime: 600_000,
  });
export const mappingsOptions = (kind: string) =>
  queryOptions({
    queryKey: [...importKeys.all, "mappings", kind],
    queryFn: ({ signal }) => need<{ items: SavedMapping[] }>(api.GET("/api/imports/mappings", { params: { query: { kind } }, signal })),
  });
export const connectionsOptions = () =>
  queryOptions({
    queryKey: [...importKeys.all, "connections"],
    queryFn: ({ signal }) => need<{ items: Connection[] }>(api.GET("/api/imports/connections", { signal })),
  });
export const schedulesOptions = () =>
  queryOptions({
    queryKey: [...importKeys.all, "schedules"],
    queryFn: ({ signal }) => need<{ items: Schedule[] }>(api.GET("/api/imports/schedules", { signal })),
  });
export const saveConnection = (body: BaseAsk) => need<Connection>(api.POST("/api/imports/connections", { body }));
export const dropConnection = (name: string) => need<unknown>(api.DELETE("/api/imports/connections/{name}", { params: { path: { name } } }));
export const lookAtQuery = (body: QueryAsk, kind: string | null) =>
  need<Looked>(api.POST("/api/imports/connections/preview", { params: { query: kind ? { kind: kind as "orders" } : {} }, body }));
export const saveSchedule = (body: ScheduleAsk) => need<unknown>(api.POST("/api/imports/schedules", { body }));
export const runSchedule = (name: string) => need<Asked>(api.POST("/api/imports/schedules/{name}/run", { params: { path: { name } } }));

const at = (upload: string) => ({ params: { path: { upload_id: upload } } });

export const uploadOptions = (upload: string) =>
  queryOptions({
    queryKey: [...importKeys.all, "upload", upload],
    queryFn: ({ signal }) => need<Upload>(api.GET("/api/imports/uploads/{upload_id}", { ...at(upload), signal })),
  });
export const sniff = (upload: string, kind: string | null, file: Partial<FileBody>) =>
  need<Sniff>(api.POST("/api/imports/uploads/{upload_id}/sniff", { ...at(upload), body: { kind, file } }));
export const preview = (upload: string, kind: string, mapping: Mapping) =>
  need<Preview>(api.POST("/api/imports/uploads/{upload_id}/preview", { ...at(upload), body: { kind, mapping } }));
export const dryRun = (upload: string, ask: CommitAsk) =>
  need<Asked>(api.POST("/api/imports/uploads/{upload_id}/dry-run", { ...at(upload), body: ask }));
export const commit = (upload: string, ask: CommitAsk) =>
  need<Asked>(api.POST("/api/imports/uploads/{upload_id}/commit", { ...at(upload), body: ask }));
export const dropUpload = (upload: string) => need<unknown>(api.DELETE("/api/imports/uploads/{upload_id}", at(upload)));

/** Send a file in chunks, telling how much has arrived; a chunk that went astray is sent again from where the server is. */
export async function send(file: File, told: (received: number) => void): Promise<Upload> {
  const upload = await need<Upload>(api.POST("/api/imports/uploads", { body: { name: file.name, size: file.size } }));
  let received = upload.received;
  while (received < file.size) {
    const chunk = file.slice(received, received + upload.chunk);
    const answer = await need<{ received: number }>(
      api.PUT("/api/imports/uploads/{upload_id}", {
        params: { path: { upload_id: upload.id }, query: { offset: received } },
        headers: { "Content-Type": "application/octet-stream" },
        body: chunk as unknown as never,
        bodySerializer: (body: unknown) => body as Blob,
      }),
    );
    if (answer.received <= received) throw new Error("The server took none of the chunk.");
    received = answer.received;
    told(received);
  }
  return upload;
}
