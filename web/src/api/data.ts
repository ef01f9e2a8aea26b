/** The data pages' questions to the server: what they read of each answer, as it is described, and how each is fetched. */

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type Source = Described["SourceAnswer"];
export type StripMinute = Described["StripAnswer"];
export type Sources = Described["SourcesAnswer"];
export type NewSource = Described["NewSourceBody"];
export type SourceKind = NewSource["kind"];
export const SOURCE_KINDS: SourceKind[] = ["web", "app", "mini_program", "server", "sensors", "import"];
export type WriteKey = Described["KeyAnswer"];
export type KeyKind = WriteKey["kind"];
export type Snippets = Described["SnippetsAnswer"];

export type LivePage = Described["LiveAnswer"];
export type LiveEvent = Described["ArrivalAnswer"];

export type Plan = Described["PlanAnswer"];
export type PlanEvent = Described["EventAnswer"];
export type PlanProperty = Described["PropertyAnswer"];
export type Modes = Plan["modes"];
export type Mode = Modes[string];
export const RULES = ["unknown_event", "unknown_property", "wrong_type", "missing_property", "out_of_range"] as const;
export type PlanChange = Described["PlanChangeAnswer"];
export type Inferred = Described["InferAnswer"];

export type Internal = Described["InternalAnswer"];
export type InternalRule = Described["InternalRuleAnswer"];
export type InternalBy = InternalRule["by"];
export type InternalBody = { rules: Pick<Partial<InternalRule>, "name" | "by" | "values" | "key" | "sources">[] };

export type Quarantine = Described["GroupsAnswer"];
export type QuarantineGroup = Described["GroupAnswer"];
export type QuarantinePage = Described["RowsAnswer"];
export type QuarantineRow = Described["RowAnswer"];
export type Fix = Described["Fix"];
export type FixKind = NonNullable<Fix["do"]>;
export const FIXES: FixKind[] = ["none", "set", "rename_event", "map_value", "drop_property", "cast"];
export type Tried = Described["TryAnswer"];
export type Replayed = Described["ReplayAnswer"];
export type Discarded = Described["DiscardAnswer"];

export type Qualities = Described["QualityAnswer"];
export type Quality = Described["SourceQualityAnswer"];
export type Drift = Described["DriftAnswer"];
export type Finding = Described["FindingAnswer"];
export type Balance = Described["windsock__tracking__quality__shapes__BalanceAnswer"];
export type BalanceRow = Described["BalanceRowAnswer"];
export type Bucket = "minute" | "hour" | "day";
export type BalanceAsk = { source?: string; start?: string; end?: string; bucket: Bucket };

/** Cache names: everything about intake goes stale together when something is changed. */
export const dataKeys = {
  sources: ["sources"] as const,
  keys: ["sources", "keys"] as const,
  plan: ["plan"] as const,
  internal: ["internal"] as const,
  quarantine: ["quarantine"] as const,
  quality: ["quality"] as const,
  balance: ["balance"] as const,
};

const FRESH_MS = 10_000;
const LIVE_MOST = 100;

export const sourcesOptions = () =>
  queryOptions({
    queryKey: dataKeys.sources,
    queryFn: ({ signal }) => need<Sources>(api.GET("/api/sources", { signal })),
    refetchInterval: FRESH_MS,
  });

export const keysOptions = (source: string) =>
  queryOptions({
    queryKey: [...dataKeys.keys, source],
    queryFn: ({ signal }) => need<Described["KeysAnswer"]>(api.GET("/api/keys", { params: { query: { source } }, signal })),
  });

export const snippetsOptions = (source: string, key: string) =>
  queryOptions({
    queryKey: [...dataKeys.sources, "snippets", source, key],
    queryFn: ({ signal }) => need<Snippets>(api.GET("/api/sources/{source}/snippets", { params: { path: { source }, query: { key } }, signal })),
  });

export const fetchLive = (source: string, after: string | null, signal: AbortSignal) =>
  need<LivePage>(api.GET("/api/events/live", { params: { query: { source, limit: LIVE_MOST, ...(after ? { after } : {}) } }, signal }));

export const planOptions = () => queryOptions({ queryKey: dataKeys.plan, queryFn: ({ signal }) => need<Plan>(api.GET("/api/plan", { signal })) });

export const internalOptions = () =>
  queryOptions({ queryKey: dataKeys.internal, queryFn: ({ signal }) => need<Internal>(api.GET("/api/internal-traffic", { signal })) });

export const quarantineOptions = () =>
  queryOptions({ queryKey: dataKeys.quarantine, queryFn: ({ signal }) => need<Quarantine>(api.GET("/api/quarantine", { signal })) });

export const quarantineRowsOptions = (group: string) =>
  infiniteQueryOptions({
    queryKey: [...dataKeys.quarantine, "rows", group],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      need<QuarantinePage>(api.GET("/api/quarantine/rows", { params: { query: { group, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
    getNextPageParam: (last: QuarantinePage) => last.next,
  });

export const qualityOptions = () =>
  queryOptions({ queryKey: dataKeys.quality, queryFn: ({ signal }) => need<Qualities>(api.GET("/api/quality", { signal })) });

export const balanceOptions = (ask: BalanceAsk) =>
  queryOptions({
    queryKey: [...dataKeys.balance, ask],
    queryFn: ({ signal }) => need<Balance>(api.GET("/api/intake/balance", { params: { query: ask }, signal })),
  });

export const createSource = (body: NewSource) => need<Described["IntakeSourceAnswer"]>(api.POST("/api/sources", { body }));
export const setRunning = (source: string, running: boolean) =>
  need<unknown>(api.PUT("/api/sources/{source}/running", { params: { path: { source } }, body: { running } }));
export const createKey = (body: Described["NewKeyBody"]) => need<Described["MadeKeyAnswer"]>(api.POST("/api/keys", { body }));
export const revokeKey = (id: string) => need<unknown>(api.DELETE("/api/keys/{key_id}", { params: { path: { key_id: id } } }));
export const inferPlan = (body: { source?: string; days: number }) => need<Inferred>(api.POST("/api/plan/infer", { body }));
export const freezePlan = (body: Described["FreezeRequest"]) => need<Described["VersionAnswer"]>(api.POST("/api/plan/freeze", { body }));
export const setModes = (body: Described["ModesRequest"]) => need<Described["VersionAnswer"]>(api.PUT("/api/plan/modes", { body }));
export const previewInternal = (body: InternalBody) => need<Internal>(api.POST("/api/internal-traffic/preview", { body: { body } }));
export const saveInternal = (body: { body: InternalBody; reason: string }) =>
  need<Described["VersionAnswer"]>(api.PUT("/api/internal-traffic", { body }));
export const applyInternal = (body: { days: number; undo: boolean }) => need<{ job: string }>(api.POST("/api/internal-traffic/apply", { body }));
export const tryFix = (group: string, fix: Fix) => need<Tried>(api.POST("/api/quarantine/try", { body: { group, fix } }));
export const replayGroup = (group: string, fix: Fix) => need<Replayed>(api.POST("/api/quarantine/replay", { body: { group, fix } }));
export const discardGroup = (group: string, note: string) => need<Discarded>(api.POST("/api/quarantine/discard", { body: { group, note } }));
