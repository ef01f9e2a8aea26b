/** A fix as it is being written, and the fix that it says; null while something is missing. */

import type { Fix, FixKind, QuarantineRow } from "@/api/data";

export type FixDraft = { do: FixKind; field: string; value: string; pairs: string };
export const CASTS = ["text", "integer", "decimal", "date", "boolean"] as const;
const NEEDS_FIELD = new Set<FixKind>(["set", "map_value", "drop_property", "cast"]);
const ARROW = /\s*(?:=>|->|=|\u2192)\s*/;

/** Read "old = new", one a line. */
export function pairsOf(text: string): Record<string, string> {
  const found: [string, string][] = [];
  for (const line of text.split("\n")) {
    const at = ARROW.exec(line);
    if (!at || at.index === 0) continue;
    found.push([line.slice(0, at.index).trim(), line.slice(at.index + at[0].length).trim()]);
  }
  return Object.fromEntries(found);
}

/** The fix, or null while it isn't whole. */
export function fixOf(draft: FixDraft): Fix | null {
  const field = draft.field.trim();
  const value = draft.value.trim();
  if (NEEDS_FIELD.has(draft.do) && !field) return null;
  if (draft.do === "set") return { do: "set", field, value: draft.value };
  if (draft.do === "rename_event") return value ? { do: "rename_event", value } : null;
  if (draft.do === "drop_property") return { do: "drop_property", field };
  if (draft.do === "cast") return value ? { do: "cast", field, value } : null;
  if (draft.do === "map_value") {
    const values = pairsOf(draft.pairs);
    return Object.keys(values).length ? { do: "map_value", field, values } : null;
  }
  return { do: "none" };
}

/** The fields that the sample has: columns first, then properties. */
export function fieldsOf(rows: QuarantineRow[]): string[] {
  const columns = new Set<string>();
  const inside = new Set<string>();
  for (const { raw } of rows) {
    for (const [name, value] of Object.entries(raw)) {
      if (name === "properties" && value && typeof value === "object") for (const key of Object.keys(value)) inside.add(`properties.${key}`);
      else columns.add(name);
    }
  }
  return [...inside, ...columns].slice(0, 200);
}

/** Two records as the lines that differ: what went, what came. */
export function changes(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): { name: string; before: string | null; after: string | null }[] {
  const flat = (record: Record<string, unknown>, at = ""): [string, string][] =>
    Object.entries(record).flatMap(([key, value]) =>
      value && typeof value === "object" && !Array.isArray(value)
        ? flat(value as Record<string, unknown>, `${at}${key}.`)
        : [[at + key, typeof value === "string" ? value : JSON.stringify(value)] as [string, string]],
    );
  const old = new Map(flat(before));
  const now = new Map(flat(after));
  const names = [...new Set([...old.keys(), ...now.keys()])].filter((name) => old.get(name) !== now.get(name));
  return names.map((name) => ({ name, before: old.get(name) ?? null, after: now.get(name) ?? null }));
}
