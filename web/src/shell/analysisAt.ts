/** On which page an analysis of a kind opens; a kind without a page opens nowhere. */

import type { AnalysisSearch } from "./analysePages";

const PAGES = {
  aarrr: "/analyse/growth",
  trend: "/analyse/trend",
  funnel: "/analyse/funnel",
  retention: "/analyse/retention",
  stickiness: "/analyse/activity",
  lifecycle: "/analyse/activity",
  paths: "/analyse/paths",
  interval: "/analyse/interval",
  distribution: "/analyse/distribution",
  attribution: "/analyse/attribution",
  revenue: "/analyse/lifetime-value",
  rfm: "/analyse/rfm",
  basket: "/analyse/basket",
  correlation: "/analyse/correlation",
  drivers: "/analyse/drivers",
  seasons: "/analyse/seasons",
} as const;
export type AnalysisAt = { to: (typeof PAGES)[keyof typeof PAGES]; search: AnalysisSearch };

/** Where a definition opens: its page, with the definition in the address. */
export function analysisAt(kind: string, definition: unknown, saved?: string | null): AnalysisAt | null {
  const to = PAGES[kind as keyof typeof PAGES];
  if (!to) return null;
  return { to, search: { def: definition, ...(saved ? { saved } : {}), ...(kind === "lifecycle" ? { view: "lifecycle" } : {}) } };
}
