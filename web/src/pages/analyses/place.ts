/** Whose list is open, as the address carries it: "2", "2-" (who dropped out after step 2), "2:value:[...]", "1-:bucket:2026-10-01". */

import type { Place } from "@/api/analyses";

const WRITTEN = /^(\d{1,2})(-?)(?::(value|none|bucket)(?::(.*))?)?$/s;

export function readPlace(text: string | undefined): Place | null {
  const match = WRITTEN.exec(text ?? "");
  if (!match) return null;
  const cell = (match[3] ?? "total") as Place["cell"];
  return { step: Number(match[1]), dropped: match[2] === "-", cell, value: cell === "value" || cell === "bucket" ? (match[4] ?? "") : null };
}

export function writePlace({ step, dropped, cell, value }: Place): string {
  return `${step}${dropped ? "-" : ""}${cell === "total" ? "" : `:${cell}${value === null ? "" : `:${value}`}`}`;
}
