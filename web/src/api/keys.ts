/** Names of what the page keeps in its cache, and how each is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, keepCsrf, need } from "./client";
import type {
  Answer,
  Catalogue,
  DecomposeAsk,
  Decomposition,
  Metric,
  OrderDetail,
  Query,
  RowsAsk,
  RowsPage,
  SessionBody,
  State,
  Today,
  Tree,
  TreeAsk,
  ValueNames,
} from "./types";

export const keys = {
  state: ["state"] as const,
  session: ["session"] as const,
  catalogue: ["catalogue"] as const,
};

export const stateOptions = () => queryOptions({ queryKey: keys.state, queryFn: ({ signal }) => need<State>(api.GET("/api/state", { signal })) });

export const sessionOptions = () =>
  queryOptions({
    queryKey: keys.session,
    queryFn: async ({ signal }) => {
      const session = await need<SessionBody>(api.GET("/api/session", { signal }));
      // Kept before anything else is shown, so that the first question of a page carries it.
      keepCsrf(session.csrf);
      return session;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

export const catalogueOptions = () =>
  queryOptions({
    queryKey: keys.catalogue,
    queryFn: ({ signal }) => need<Catalogue>(api.GET("/api/metrics/catalogue", { signal })),
    staleTime: 300_000,
  });

/** What values of dimensions are called; the server's sentences take the same words. */
export const valueNamesOptions = () =>
  queryOptions({
    queryKey: ["values"],
    queryFn: ({ signal }) => need<ValueNames>(api.GET("/api/metrics/values", { signal })),
    staleTime: 600_000,
  });

export const metricOptions = (name: string) =>
  queryOptions({
    queryKey: [...keys.catalogue, name],
    queryFn: ({ signal }) => need<Metric>(api.GET("/api/metrics/catalogue/{name}", { params: { path: { name } }, signal })),
  });

export const todayOptions = (date?: string) =>
  queryOptions({
    queryKey: ["today", date ?? null],
    queryFn: ({ signal }) => need<Today>(api.GET("/api/metrics/today", { params: { query: date ? { date } : {} }, signal })),
    staleTime: 60_000,
  });

export const treeOptions = (ask: TreeAsk) =>
  queryOptions({ queryKey: ["tree", ask], queryFn: ({ signal }) => need<Tree>(api.POST("/api/metrics/tree", { body: ask, signal })) });

export const decomposeOptions = (ask: DecomposeAsk) =>
  queryOptions({
    queryKey: ["decompose", ask],
    queryFn: ({ signal }) => need<Decomposition>(api.POST("/api/metrics/decompose", { body: ask, signal })),
  });

export const answerOptions = (ask: Query) =>
  queryOptions({ queryKey: ["answer", ask], queryFn: ({ signal }) => need<Answer>(api.POST("/api/metrics/query", { body: ask, signal })) });

export const fetchRows = (ask: RowsAsk, signal?: AbortSignal) => need<RowsPage>(api.POST("/api/metrics/rows", { body: ask, signal: signal ?? null }));

export const orderOptions = (orderKey: string) =>
  queryOptions({
    queryKey: ["order", orderKey],
    queryFn: ({ signal }) => need<OrderDetail>(api.GET("/api/orders/{order_key}", { params: { path: { order_key: Number(orderKey) } }, signal })),
  });
