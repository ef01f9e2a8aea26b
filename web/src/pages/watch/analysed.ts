/** An analysis that a monitor watches in the place of a metric: a step of a funnel, or a series of a trend. */

import type { Definition } from "@/api/monitors";

export type Analysed = { kind: "funnel" | "trend"; definition: Record<string, unknown>; step?: string; figure?: string; saved?: string };

const LETTERS = "ABCDEFGHIJ";
const COUNTED = new Set(["events", "people"]);
/** Steps that an analysis is asked by. */
export const EVERY_ANALYSED = ["1h", "1d"];

/** Read one; null where it is none. */
export function analysedOf(given: unknown): Analysed | null {
  if (typeof given !== "object" || given === null) return null;
  const { kind, definition } = given as Partial<Analysed>;
  if ((kind !== "funnel" && kind !== "trend") || typeof definition !== "object" || definition === null) return null;
  const { step, figure, saved } = given as Record<string, unknown>;
  return {
    kind,
    definition,
    ...(step === undefined ? {} : { step: String(step) }),
    ...(figure === undefined ? {} : { figure: String(figure) }),
    ...(typeof saved === "string" ? { saved } : {}),
  };
}

/** How the definition is called. */
export function nameOfAnalysed(one: Analysed): string {
  const name = one.definition.name ?? one.definition[one.kind];
  return typeof name === "string" ? name : "";
}

function called(part: unknown): string {
  if (typeof part === "string") return part;
  if (Array.isArray(part)) return part.join(", ");
  const { name, event } = (part ?? {}) as { name?: unknown; event?: unknown };
  return typeof name === "string" ? name : called(event ?? "");
}

/** What of it can be watched, by its value in the definition: of a funnel each step but the last, of a trend each series and the formula. */
export function partsOf(one: Analysed, say: (event: string) => string): { value: string; label: string }[] {
  if (one.kind === "funnel") {
    const steps = ((one.definition.steps as unknown[] | undefined) ?? []).map(called);
    return steps.slice(0, -1).map((step, index) => ({ value: String(index + 1), label: `${say(step)} \u2192 ${say(steps[index + 1] ?? "")}` }));
  }
  const series = ((one.definition.series as unknown[] | undefined) ?? []).map(called);
  const formula = one.definition.formula;
  return [
    ...series.map((name, index) => ({ value: LETTERS[index] ?? "", label: `${LETTERS[index]}: ${say(name)}` })),
    ...(typeof formula === "string" ? [{ value: "formula", label: formula }] : []),
  ];
}

/** The part as it was written, as one of those that can be chosen. */
export function partOf(one: Analysed): string {
  const written = one.kind === "funnel" ? (one.step ?? "1") : (one.figure ?? "A");
  if (one.kind === "trend" || /^\d+$/.test(written)) return written;
  const at = ((one.definition.steps as unknown[] | undefined) ?? []).findIndex((step) => called(step) === written);
  return String(at < 0 ? 1 : at + 1);
}

/** With another part. */
export function withPart(one: Analysed, part: string): Analysed {
  const { step: _, figure: __, ...rest } = one;
  return one.kind === "funnel" ? { ...rest, step: part } : { ...rest, figure: part };
}

/** The unit of what is watched. */
export function unitOf(one: Analysed): string {
  if (one.kind === "funnel") return "ratio";
  const series = (one.definition.series as unknown[] | undefined)?.[LETTERS.indexOf(partOf(one))] as { measure?: string } | string | undefined;
  const measure = typeof series === "object" ? (series.measure ?? "events") : "events";
  return partOf(one) !== "formula" && COUNTED.has(measure) ? "count" : "number";
}

/** The unit of a monitor's analysis; null where it watches a metric. */
export function unitOfAnalysed(definition: Definition): string | null {
  const one = analysedOf(definition.analysis);
  return one ? unitOf(one) : null;
}
