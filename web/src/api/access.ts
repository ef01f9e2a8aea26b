/** Members, roles, API tokens and write keys: what the pages of administration ask of the server. */

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import { dataKeys, type WriteKey } from "./data";
import type { components } from "./schema.gen";

type Described = components["schemas"];
export type Role = "admin" | "lead" | "analyst" | "viewer";
export const ROLES: readonly Role[] = ["admin", "lead", "analyst", "viewer"];

export type Member = Described["MemberAnswer"];
export type MembersPage = Described["MembersAnswer"];
export type NewMember = Described["NewMemberBody"];
export type MemberChange = Described["MemberChangeBody"];
export type Token = Described["TokenAnswer"];
export type TokensPage = Described["TokensAnswer"];
export type MadeToken = Described["MadeTokenAnswer"];
export type Roles = Described["RolesAnswer"];
export type AuditPage = Described["AuditPageAnswer"];

const PAGE = 200;

export const membersOptions = () =>
  infiniteQueryOptions({
    queryKey: ["members"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      need<MembersPage>(api.GET("/api/members", { params: { query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
    getNextPageParam: (last: MembersPage) => last.next_cursor,
  });
export const addMember = (body: NewMember) => need<Member>(api.POST("/api/members", { body }));
export const changeMember = (id: string, body: MemberChange) =>
  need<Member>(api.PATCH("/api/members/{member_id}", { params: { path: { member_id: id } }, body }));
export const resetPassword = (id: string, password: string) =>
  need<unknown>(api.POST("/api/members/{member_id}/password", { params: { path: { member_id: id } }, body: { password } }));

/** What somebody did of late, the newest first. */
export const trailOptions = (who: string) =>
  queryOptions({
    queryKey: ["audit", who],
    queryFn: ({ signal }) => need<AuditPage>(api.GET("/api/audit", { params: { query: { actor_id: who, limit: 12 } }, signal })),
  });

export const rolesOptions = () =>
  queryOptions({ queryKey: ["roles"], queryFn: ({ signal }) => need<Roles>(api.GET("/api/roles", { signal })), staleTime: 600_000 });

export const tokensOptions = () =>
  infiniteQueryOptions({
    queryKey: ["tokens"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      need<TokensPage>(api.GET("/api/tokens", { params: { query: { limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } }, signal })),
    getNextPageParam: (last: TokensPage) => last.next,
  });
export const makeToken = (body: { name: string; role: Role; expires_days: number | null }) => need<MadeToken>(api.POST("/api/tokens", { body }));
export const revokeToken = (id: string) => need<unknown>(api.DELETE("/api/tokens/{token_id}", { params: { path: { token_id: id } } }));

type Loose = (path: string, init?: object) => ReturnType<typeof api.GET>;
const loose = api as unknown as Record<"GET", Loose>;

/** The write keys of every source. */
export const allKeysOptions = () =>
  queryOptions({
    queryKey: [...dataKeys.keys, "all"],
    queryFn: ({ signal }) => need<{ items: WriteKey[] }>(loose.GET("/api/keys", { signal })),
  });
