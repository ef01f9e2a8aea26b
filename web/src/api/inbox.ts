/** The inbox's questions to the server: the signed-in member's own messages. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

export type InboxList = components["schemas"]["InboxList"];
export type InboxItem = components["schemas"]["InboxItem"];

export const inboxKeys = { all: ["inbox"] as const };
const EVERY_MS = 60_000;

/** How many are unread, asked again every minute while somebody looks. */
export const unreadOptions = () =>
  queryOptions({
    queryKey: [...inboxKeys.all, "unread"],
    queryFn: ({ signal }) => need<{ unread: number }>(api.GET("/api/inbox/unread", { signal })),
    refetchInterval: EVERY_MS,
    retry: false,
  });

export const inboxOptions = () =>
  queryOptions({
    queryKey: [...inboxKeys.all, "list"],
    queryFn: ({ signal }) => need<InboxList>(api.GET("/api/inbox", { params: { query: { limit: 50 } }, signal })),
  });

/** Note that these were read; null for all. */
export const markRead = (ids: string[] | null) => need<{ unread: number }>(api.POST("/api/inbox/read", { body: { ids } }));
