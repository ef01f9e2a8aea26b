/** Rules of matching: which column becomes which field, what is still missing. */

import type { Field, Mapping } from "@/api/imports";

/** The mapping with a column matched anew; a field is filled by one column only. */
export function matched(mapping: Mapping, column: string, field: string | null): Mapping {
  const columns = Object.fromEntries(Object.entries(mapping.columns ?? {}).filter(([name, target]) => name !== column && target !== field));
  const constants = Object.fromEntries(Object.entries(mapping.constants ?? {}).filter(([name]) => name !== field));
  return { ...mapping, use: "", columns: field ? { ...columns, [column]: field } : columns, constants };
}

/** The mapping with a field that is the same in every row; empty text takes it away. */
export function withConstant(mapping: Mapping, field: string, text: string): Mapping {
  const { [field]: _, ...others } = mapping.constants ?? {};
  return { ...mapping, use: "", constants: text ? { ...others, [field]: text } : others };
}

/** The required fields that nothing fills yet; a mapping used by name knows its own. */
export function missing(mapping: Mapping, fields: Field[]): Field[] {
  if (mapping.use) return [];
  const filled = new Set([
    ...Object.values(mapping.columns ?? {}),
    ...Object.keys(mapping.constants ?? {}),
    ...Object.keys(mapping.expressions ?? {}),
  ]);
  return fields.filter((field) => field.required && !filled.has(field.field));
}
