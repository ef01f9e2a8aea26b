/** People: search, one person from all sides, what is suggested, and the policy that people are made by. */

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";

export type ShownId = { did: number; namespace: string; namespace_zh: string; namespace_en: string; shown: string };
export type FoundPerson = {
  did: number;
  pid: number;
  name: string | null;
  ids: ShownId[];
  orders: number;
  last_seen: string | null;
  value: string;
  currency: string | null;
};
export type PeoplePage = { items: FoundPerson[]; next: string | null };

export type TraitSaid = { value: string | null; source: string; at: string };
export type Trait = TraitSaid & { name: string; trust: string | null; others: TraitSaid[] };
export type PersonRole = "booker" | "traveller" | "payer" | "member";
export type ChannelShown = { channel: string; events: number; orders: number; last_seen: string };
export type Summary = {
  first_seen: string | null;
  last_seen: string | null;
  events: number;
  sessions: number;
  orders: number;
  amount: string;
  currency: string | null;
  channels: ChannelShown[];
};
export type MergedFrom = { did: number; shown: string; since: string; by: string };
export type GraphNode = { did: number; namespace: string; shown: string; pid: number; mine: boolean };
export type GraphEdge = {
  edge_id: number;
  a: number;
  b: number;
  kind: string;
  kind_zh: string;
  kind_en: string;
  evidence: string;
  last: string;
  source: string;
  applied: boolean;
  why: string;
  why_zh: string;
  why_en: string;
  decided_by: string | null;
};
export type Graph = { nodes: GraphNode[]; edges: GraphEdge[]; complete: boolean };
export type Person = {
  did: number;
  pid: number;
  name: string | null;
  as_of: string | null;
  ids: ShownId[];
  traits: Trait[];
  roles: { role: PersonRole; orders: number }[];
  summary: Summary;
  merged_from: MergedFrom[];
  graph: Graph;
};
export type MomentKind = "event" | "order" | "state" | "payment" | "identity";
export type Moment = {
  at: string;
  kind: MomentKind;
  title_zh: string;
  title_en: string;
  channel: string | null;
  source: string | null;
  detail: Record<string, unknown>;
  order_key: number | null;
};
export type TimelinePage = { items: Moment[]; next: string | null };
export type Amended = { changed: number; pids: number[] };

export type KindRule = { priority: number; joins: boolean };
export type PolicyBody = {
  limits: Record<string, number>;
  ids_max: number;
  shared_after: number;
  naming: string[];
  kinds: Record<string, KindRule>;
  blocked: Record<string, string[]>;
  blocked_mailboxes: string[];
  blocked_domains: string[];
};
export type Policy = { version: number; pending: number | null; body: PolicyBody; persons: number; merged_ids: number; shared_ids: number };
export type PolicyPreview = {
  persons_before: number;
  persons_after: number;
  join: number;
  split: number;
  largest: { pid: number; ids: number; before: number; shown: string[] }[];
  samples: { pids: number[]; ids: string[]; what: "join" | "split" }[];
};

export type SuggestionState = "open" | "accepted" | "rejected";
export type Side = { did: number; pid: number; name: string | null; ids: string[]; traits: Record<string, string> };
export type Reason = { field: string; agreement_zh: string; agreement_en: string; weight: number };
export type Suggestion = {
  id: string;
  probability: number;
  model: string;
  a: Side;
  b: Side;
  reasons: Reason[];
  state: SuggestionState;
  decided_by: string | null;
  decided: string | null;
  note: string;
};
export type SuggestionsPage = { items: Suggestion[]; counts: Partial<Record<SuggestionState, number>>; next: string | null };

type Loose = (path: string, init?: object) => ReturnType<typeof api.GET>;
const loose = api as unknown as Record<"GET" | "POST", Loose>;
const get = <T>(path: string, query: object, signal: AbortSignal) => need<T>(loose.GET(path, { params: { query }, signal }));
const post = <T>(path: string, body: object) => need<T>(loose.POST(path, { body }));
const paged = (cursor: string | null) => (cursor ? { cursor } : {});
const upTo = (asOf: string | undefined) => (asOf ? { as_of: asOf } : {});

/** Cache names: whoever joins or parts people makes all of them stale. */
export const peopleKeys = { all: ["people"] as const, suggestions: ["people", "suggestions"] as const, policy: ["people", "policy"] as const };

export const peopleOptions = (q: string) =>
  infiniteQueryOptions({
    queryKey: [...peopleKeys.all, "found", q],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => get<PeoplePage>("/api/people", { ...(q ? { q } : {}), ...paged(pageParam) }, signal),
    getNextPageParam: (last: PeoplePage) => last.next,
  });
export const personOptions = (did: string, asOf?: string) =>
  queryOptions({
    queryKey: [...peopleKeys.all, "one", did, asOf ?? null],
    queryFn: ({ signal }) => get<Person>(`/api/people/${encodeURIComponent(did)}`, upTo(asOf), signal),
  });
export const timelineOptions = (did: string, asOf?: string) =>
  infiniteQueryOptions({
    queryKey: [...peopleKeys.all, "timeline", did, asOf ?? null],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      get<TimelinePage>(`/api/people/${encodeURIComponent(did)}/timeline`, { ...paged(pageParam), ...upTo(asOf) }, signal),
    getNextPageParam: (last: TimelinePage) => last.next,
  });
export const merge = (a: number, b: number, reason: string) => post<Amended>("/api/people/merge", { did_a: a, did_b: b, reason });
export const handOver = (did: number) => post<{ tables: Record<string, unknown[]> }>(`/api/people/${did}/export`, {});
export const erase = (did: number, reason: string) => post<{ job: string }>(`/api/people/${did}/erase`, { reason });
export const split = (edge: number, reason: string) => post<Amended>("/api/people/split", { edge_id: edge, reason });

export const suggestionsOptions = (state: SuggestionState) =>
  infiniteQueryOptions({
    queryKey: [...peopleKeys.suggestions, state],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => get<SuggestionsPage>("/api/identity/suggestions", { state, ...paged(pageParam) }, signal),
    getNextPageParam: (last: SuggestionsPage) => last.next,
  });
export const decide = (id: string, decision: "accept" | "reject", reason: string) =>
  post<Amended>(`/api/identity/suggestions/${encodeURIComponent(id)}`, { decision, reason });

export const policyOptions = () =>
  queryOptions({ queryKey: peopleKeys.policy, queryFn: ({ signal }) => get<Policy>("/api/identity/policy", {}, signal) });
export const tryPolicy = (body: PolicyBody) => post<PolicyPreview>("/api/identity/policy/preview", { body });
export const switchPolicy = (body: PolicyBody, reason: string) => post<{ version: number; job: string }>("/api/identity/policy", { body, reason });
