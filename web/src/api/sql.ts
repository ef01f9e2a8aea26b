/** SQL: what can be read, a statement's rows, its file, and the metric that it may begin. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];
export type SqlBook = Described["SqlBook"];
export type SqlView = Described["SqlView"];
export type SqlAnswer = Described["SqlAnswer"];
export type SqlDraft = Described["SqlDraft"];
export type Cell = string | number | boolean | null;

export const sqlBookOptions = () =>
  queryOptions({
    queryKey: ["sql", "views"],
    queryFn: ({ signal }) => need<SqlBook>(api.GET("/api/sql/views", { signal })),
    staleTime: 300_000,
  });

/** A statement is run once for each time that somebody says so: `turn` counts them. Giving it up makes the server stop it. */
export const sqlRunOptions = (sql: string, turn: number) =>
  queryOptions({
    queryKey: ["sql", "run", sql, turn],
    queryFn: ({ signal }) => need<SqlAnswer>(api.POST("/api/sql/run", { body: { sql }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 300_000,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export const fetchSqlFile = (sql: string) => need<Blob>(api.POST("/api/sql/export", { body: { sql }, parseAs: "blob" }));

export const fetchSqlDraft = (sql: string) => need<SqlDraft>(api.POST("/api/sql/draft", { body: { sql } }));
