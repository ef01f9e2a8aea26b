/** Which address takes and gives what; the shape is that of openapi-typescript, so the typed client reads it as it is. */

import type * as t from "./types";

type Failure = { default: { headers: Record<string, unknown>; content: { "application/json": t.ErrorBody } } };
type Ok<R> = { 200: { headers: Record<string, unknown>; content: { "application/json": R } } } & Failure;
type Params = { query?: never; header?: never; path?: never; cookie?: never };
type Get<R, Q = undefined> = {
  parameters: Q extends undefined ? Params : Omit<Params, "query"> & { query?: Q };
  requestBody?: never;
  responses: Ok<R>;
};
type GetPath<R, P> = { parameters: Omit<Params, "path"> & { path: P }; requestBody?: never; responses: Ok<R> };
type Send<B, R> = { parameters: Params; requestBody: { content: { "application/json": B } }; responses: Ok<R> };

export interface paths {
  "/api/state": { get: Get<t.State> };
  "/api/setup": { post: Send<t.Setup, t.SessionBody> };
  "/api/session": {
    get: Get<t.SessionBody>;
    post: Send<t.SignIn, t.SessionBody>;
    patch: Send<t.SessionPatch, t.SessionBody>;
    delete: Get<unknown>;
  };
  "/api/metrics/catalogue": { get: Get<t.Catalogue, { class?: string; use?: string }> };
  "/api/metrics/catalogue/{name}": { get: GetPath<t.Metric, { name: string }> };
  "/api/metrics/query": { post: Send<t.Query, t.Answer> };
  "/api/metrics/rows": { post: Send<t.RowsAsk, t.RowsPage> };
  "/api/metrics/tree": { post: Send<t.TreeAsk, t.Tree> };
  "/api/metrics/decompose": { post: Send<t.DecomposeAsk, t.Decomposition> };
  "/api/metrics/export": { post: Send<t.Query & { format: string }, Blob> };
  "/api/metrics/today": { get: Get<t.Today, { date?: string }> };
  "/api/orders/{order_key}": { get: GetPath<t.OrderDetail, { order_key: string }> };
}
