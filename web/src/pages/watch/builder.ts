/** A monitor's definition from the fields of its form, and back; what the form does not show stays as it was. */

import type { Definition } from "@/api/monitors";
import { type Analysed, analysedOf, nameOfAnalysed, partOf, withPart } from "./analysed";

export const RULE_KINDS = ["ratio", "band", "anomaly", "change", "threshold", "no_data"] as const;
export type RuleKind = (typeof RULE_KINDS)[number];
export const EVERY = ["1m", "5m", "10m", "15m", "30m", "1h", "1d"] as const;
export const LONGEST = ["1h", "2h", "4h", "6h", "12h", "1d"] as const;
export const LONGEST_DAYS = ["1d", "2d", "4d", "7d"] as const;
export const SEVERITIES = ["low", "normal", "high", "critical"] as const;

export type Fields = {
  title: string;
  metric: string;
  /** Of an analysis: its step or series. */
  part?: string;
  by: string[];
  every: string;
  over?: string | undefined;
  kind: RuleKind;
  below?: number | null;
  above?: number | null;
  drop?: number | null;
  rise?: number | null;
  against?: string;
  toward?: string;
  dial?: number | null;
  sure?: number | null;
  at_least?: number | null;
  longest?: string | undefined;
  minimum?: number | null;
  pending?: number | null;
  recover?: number | null;
  severity?: string;
  owner: string;
};

/** The fields of a rule by its kind; shares are asked for in per cent. */
export const RULE_FIELDS: Record<RuleKind, (keyof Fields)[]> = {
  threshold: ["below", "above"],
  change: ["against", "drop", "rise"],
  band: ["toward", "dial", "at_least"],
  anomaly: ["toward", "dial", "at_least", "longest"],
  ratio: ["toward", "sure", "at_least"],
  no_data: [],
};
const SHARES = new Set<keyof Fields>(["drop", "rise", "at_least"]);
const FRESH: Fields = {
  title: "",
  metric: "",
  by: [],
  every: "1h",
  kind: "band",
  toward: "down",
  dial: 1,
  pending: 1,
  recover: 2,
  severity: "normal",
  owner: "",
};

/** A name from a title: its letters and digits, else one by the metric. */
export function nameOf(title: string, metric: string): string {
  const plain = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[^a-z]+|_+$/g, "");
  return (plain || `${metric}_watched`).slice(0, 80);
}

/** Read a definition into the form. */
export function fieldsOf(definition: Definition | null, language: "en" | "zh", metric: string | null, analysis: Analysed | null = null): Fields {
  if (!definition && analysis) {
    const ratio = analysis.kind === "funnel" ? { kind: "ratio" as const, sure: 6, at_least: 5 } : {};
    return { ...FRESH, ...ratio, every: "1d", title: nameOfAnalysed(analysis), part: partOf(analysis) };
  }
  if (!definition) return { ...FRESH, metric: metric ?? "" };
  const kept = analysedOf(definition.analysis);
  const rule = (definition.rule ?? {}) as Record<string, unknown>;
  const title = (definition.title ?? {}) as { en?: string; zh?: string };
  const shown = Object.fromEntries(
    Object.entries(rule)
      .filter(([name]) => name !== "kind" && name !== "recover")
      .map(([name, value]) => [name, SHARES.has(name as keyof Fields) ? Number(((value as number) * 100).toPrecision(12)) : value]),
  );
  return {
    ...FRESH,
    ...shown,
    title: title[language] ?? "",
    metric: String(definition.metric ?? ""),
    ...(kept ? { part: partOf(kept) } : {}),
    by: (definition.by as string[] | undefined) ?? [],
    every: String(definition.every ?? "1h"),
    over: definition.over as string | undefined,
    kind: (rule.kind as RuleKind | undefined) ?? "band",
    minimum: (definition.minimum as number | undefined) ?? null,
    pending: (definition.pending as number | undefined) ?? 1,
    recover: (definition.recover as number | undefined) ?? 2,
    severity: (definition.severity as string | undefined) ?? "normal",
    owner: String(definition.owner ?? ""),
  };
}

/** Write the form as a definition; null while it names nothing to watch, no rule or no owner. */
export function definitionOf(fields: Fields, base: Definition | null, language: "en" | "zh", fresh: Analysed | null = null): Definition | null {
  const analysis = analysedOf(base?.analysis) ?? fresh;
  if ((!fields.metric && !analysis) || !fields.owner.trim() || !fields.title.trim()) return null;
  const before = (base?.rule ?? {}) as Record<string, unknown>;
  const rule: Record<string, unknown> = before.kind === fields.kind ? { ...before } : { kind: fields.kind };
  for (const name of RULE_FIELDS[fields.kind]) {
    const value = fields[name];
    if (value === null || value === undefined || value === "") delete rule[name];
    else rule[name] = SHARES.has(name) ? Number((Number(value) / 100).toPrecision(12)) : value;
  }
  const title = fields.title.trim();
  const other = language === "en" ? "zh" : "en";
  const old = (base?.title ?? {}) as { en?: string; zh?: string };
  const definition: Definition = {
    ...base,
    name: base?.name ?? nameOf(title, analysis?.kind ?? fields.metric),
    title: { [language]: title, [other]: old[other] ?? title },
    ...(analysis ? { analysis: withPart(analysis, fields.part ?? partOf(analysis)) } : { metric: fields.metric, by: fields.by }),
    every: fields.every,
    rule,
    pending: fields.pending ?? 1,
    recover: fields.recover ?? 2,
    severity: fields.severity ?? "normal",
    owner: fields.owner.trim(),
  };
  if (fields.over && !analysis) definition.over = fields.over;
  else delete definition.over;
  if (fields.minimum) definition.minimum = fields.minimum;
  else delete definition.minimum;
  return definition;
}
