/** The data pages' questions to the server: what they read of each answer, and how each is fetched. */

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { Figure } from "./types";

export type SourceState = "ok" | "late" | "silent";
export type StripMinute = { at: string; received: number; bad: number };
export type Sums = { received: number; stored: number; duplicate: number; quarantined: number; holds: boolean };
export type Source = {
  source: string;
  kind: string;
  name: string;
  complete_until: string | null;
  last_loaded: string | null;
  lag_ms: number | null;
  state: SourceState;
  balance: (Sums & { until: string }) | null;
  /** It takes events over HTTP and can be given keys; the others are imported. */
  collects: boolean;
  channel: string | null;
  /** Since when what it sends is refused. */
  stopped: string | null;
  keys: number;
  in_flight: number;
  last_event: string | null;
  strip: StripMinute[];
  bad_share: Figure;
};
export type Sources = { sources: Source[] };
export const SOURCE_KINDS = ["web", "app", "mini_program", "server", "sensors", "import"] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];
export type NewSource = { source: string; name: string; kind: SourceKind; channel?: string };
export type KeyKind = "public" | "server";
export type WriteKey = {
  id: string;
  source: string;
  name: string;
  kind: KeyKind;
  secret: string | null;
  hint: string;
  created: string;
  created_by: string;
  used: string | null;
  revoked: string | null;
};
export type Snippet = { id: string; title_zh: string; title_en: string; language: string; code: string };
export type Snippets = { endpoint: string; items: Snippet[] };

export type LiveState = "stored" | "duplicate" | "quarantined";
export type LiveEvent = {
  id: string;
  received: string;
  at: string | null;
  source: string;
  event: string | null;
  name: string | null;
  type: string | null;
  who: string | null;
  state: LiveState;
  reason: string | null;
  flags: string[];
  properties: Record<string, unknown>;
};
export type LivePage = { items: LiveEvent[]; next: string | null };

export const RULES = ["unknown_event", "unknown_property", "wrong_type", "missing_property", "out_of_range"] as const;
export type Rule = (typeof RULES)[number];
export type Mode = "allow" | "flag" | "quarantine";
export type PlanProperty = {
  name: string;
  type: string | null;
  required: boolean;
  planned: boolean;
  share_7d: Figure;
  seen_types: string[];
  values: string[] | null;
  pii: boolean;
  drift: string | null;
};
export type PlanEvent = {
  event: string;
  title_zh: string;
  title_en: string;
  means_zh: string;
  means_en: string;
  who: "client" | "server";
  activity: boolean;
  aliases: string[];
  planned: boolean;
  seen: boolean;
  volume_7d: number;
  last_seen: string | null;
  flagged_7d: number;
  properties: PlanProperty[];
};
export type PlanState = "builtin" | "draft" | "trial" | "active" | "retired";
export type Modes = Record<string, Mode>;
export type Plan = { version: number; latest: number; state: PlanState; modes: Modes; sources: Record<string, Modes>; events: PlanEvent[] };
export type PlanChange = {
  event: string;
  property: string | null;
  change: "new" | "gone" | "type" | "values" | "required";
  before: unknown;
  after: unknown;
};
export type Inferred = { proposal: Record<string, unknown>; changes: PlanChange[]; events_read: number; sampled: boolean };
export type Versioned = { version: number; state: PlanState };

export type QuarantineGroup = {
  id: string;
  source: string;
  reason: string;
  reason_zh: string;
  reason_en: string;
  field: string | null;
  event: string | null;
  count: number;
  first: string;
  last: string;
  fixable: boolean;
};
export type Quarantine = { groups: QuarantineGroup[]; total: number };
export type Raw = Record<string, unknown>;
export type QuarantineRow = { qid: number; received: string; trust: string | null; event: string | null; raw: Raw };
export type QuarantinePage = { items: QuarantineRow[]; next: string | null };
export const FIXES = ["none", "set", "rename_event", "map_value", "drop_property", "cast"] as const;
export type FixKind = (typeof FIXES)[number];
export type Fix = { do: FixKind; field?: string; value?: string; values?: Record<string, string> };
export type Tried = { rows: number; would_pass: number; examples: { before: Raw; after: Raw; reason: string | null }[] };
export type Replayed = { stored: number; duplicate: number; quarantined: number; job: string | null };
export type Discarded = { discarded: number; job: string | null };

export type QualityState = "ok" | "warn" | "bad" | "late" | "silent" | "no_data";
export type VolumePoint = { at: string; actual: Figure; expected: Figure; low: Figure; high: Figure };
export type DriftKind = "type" | "new_values" | "gone_values" | "shift" | "share";
export type Drift = { event: string; property: string | null; what: DriftKind; before: string; after: string; measure: string };
export type Finding = { rule: string; count: number; zh: string; en: string };
export type Quality = {
  source: string;
  name: string;
  state: QualityState;
  sentence_zh: string;
  sentence_en: string;
  volume: Omit<VolumePoint, "at">;
  lag_ms: number | null;
  completeness: Figure;
  uniqueness: Figure;
  validity: Figure;
  late_share: Figure;
  bot_share: Figure;
  series: VolumePoint[];
  drift: Drift[];
  findings: Finding[];
};
export type Qualities = { items: Quality[] };
export type Bucket = "minute" | "hour" | "day";
export type BalanceRow = Sums & { source: string; at: string; in_flight: number };
export type Balance = { rows: BalanceRow[]; totals: Omit<Sums, "holds"> & { acked: number; in_flight: number }; holds: boolean };
export type BalanceAsk = { source?: string; start?: string; end?: string; bucket: Bucket };

type Loose = (path: string, init?: object) => ReturnType<typeof api.GET>;
const loose = api as unknown as Record<"GET" | "POST" | "PUT" | "DELETE", Loose>;
const get = <T>(path: string, query: object, signal: AbortSignal) => need<T>(loose.GET(path, { params: { query }, signal }));
const post = <T>(path: string, body: object) => need<T>(loose.POST(path, { body }));

/** Cache names: everything about intake goes stale together when something is changed. */
export const dataKeys = {
  sources: ["sources"] as const,
  keys: ["sources", "keys"] as const,
  plan: ["plan"] as const,
  quarantine: ["quarantine"] as const,
  quality: ["quality"] as const,
  balance: ["balance"] as const,
};

const FRESH_MS = 10_000;

export const sourcesOptions = () =>
  queryOptions({ queryKey: dataKeys.sources, queryFn: ({ signal }) => get<Sources>("/api/sources", {}, signal), refetchInterval: FRESH_MS });

export const keysOptions = (source: string) =>
  queryOptions({ queryKey: [...dataKeys.keys, source], queryFn: ({ signal }) => get<{ items: WriteKey[] }>("/api/keys", { source }, signal) });

export const snippetsOptions = (source: string, key: string | undefined) =>
  queryOptions({
    queryKey: [...dataKeys.sources, "snippets", source, key ?? null],
    queryFn: ({ signal }) => get<Snippets>(`/api/sources/${encodeURIComponent(source)}/snippets`, key ? { key } : {}, signal),
  });

export const fetchLive = (source: string, after: string | null, signal: AbortSignal) =>
  get<LivePage>("/api/events/live", { source, limit: 100, ...(after ? { after } : {}) }, signal);

export const planOptions = () => queryOptions({ queryKey: dataKeys.plan, queryFn: ({ signal }) => get<Plan>("/api/plan", {}, signal) });

export const quarantineOptions = () =>
  queryOptions({ queryKey: dataKeys.quarantine, queryFn: ({ signal }) => get<Quarantine>("/api/quarantine", {}, signal) });

export const quarantineRowsOptions = (group: string) =>
  infiniteQueryOptions({
    queryKey: [...dataKeys.quarantine, "rows", group],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => get<QuarantinePage>("/api/quarantine/rows", { group, ...(pageParam ? { cursor: pageParam } : {}) }, signal),
    getNextPageParam: (last: QuarantinePage) => last.next,
  });

export const qualityOptions = () => queryOptions({ queryKey: dataKeys.quality, queryFn: ({ signal }) => get<Qualities>("/api/quality", {}, signal) });

export const balanceOptions = (ask: BalanceAsk) =>
  queryOptions({ queryKey: [...dataKeys.balance, ask], queryFn: ({ signal }) => get<Balance>("/api/intake/balance", ask, signal) });

export const createSource = (body: NewSource) => post<{ source: string }>("/api/sources", body);
export const setRunning = (source: string, running: boolean) =>
  need<unknown>(loose.PUT(`/api/sources/${encodeURIComponent(source)}/running`, { body: { running } }));
export const createKey = (body: { source: string; name: string; kind: KeyKind }) => post<{ key: WriteKey; secret: string }>("/api/keys", body);
export const revokeKey = (id: string) => need<unknown>(loose.DELETE(`/api/keys/${encodeURIComponent(id)}`));
export const inferPlan = (body: { source?: string; days: number }) => post<Inferred>("/api/plan/infer", body);
export const freezePlan = (body: { body: Record<string, unknown>; reason: string }) => post<Versioned>("/api/plan/freeze", body);
export const setModes = (body: { modes: Modes; reason: string; source?: string }) => need<Versioned>(loose.PUT("/api/plan/modes", { body }));
export const tryFix = (group: string, fix: Fix) => post<Tried>("/api/quarantine/try", { group, fix });
export const replayGroup = (group: string, fix: Fix) => post<Replayed>("/api/quarantine/replay", { group, fix });
export const discardGroup = (group: string, note: string) => post<Discarded>("/api/quarantine/discard", { group, note });
