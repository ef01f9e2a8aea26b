/** Reconciliation: what its page reads of each answer, as it is described, and how each is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components, operations } from "./schema.gen";

type Described = components["schemas"];

export type Reconciliation = Described["ReconciliationShape"];
export type Sums = Described["ReconciledSums"];
export type Item = Described["ReconciledItem"];
export type Items = Described["ReconciledItems"];
export type Ask = operations["show_reconciliation"]["parameters"]["query"];
export type ItemsAsk = operations["list_reconciled"]["parameters"]["query"];

export const reconciliationOptions = (query: Ask) =>
  queryOptions({
    queryKey: ["reconciliation", query],
    queryFn: ({ signal }) => need<Reconciliation>(api.GET("/api/reconciliation", { params: { query }, signal })),
  });

export const fetchItems = (query: ItemsAsk, signal: AbortSignal) => need<Items>(api.GET("/api/reconciliation/items", { params: { query }, signal }));

export const fetchItemsFile = (query: ItemsAsk) => need<Blob>(api.GET("/api/reconciliation/items.csv", { params: { query }, parseAs: "blob" }));
