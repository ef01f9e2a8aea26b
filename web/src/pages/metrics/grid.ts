/** Where panels stand on twelve columns: moved and resized by pointer or by key, never over each other, nothing in the air. */

import type { At } from "@/api/boards";

export const COLUMNS = 12;
export const LEAST = { w: 2, h: 2 };
export const MOST_HIGH = 24;
export type Placed = { id: string; at: At };

/** Whether two places share any column. */
function beside(a: At, b: At): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w;
}

/** Whether two places cover each other. */
export function overlaps(a: At, b: At): boolean {
  return beside(a, b) && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** Keep a place inside the grid. */
export function clamp(at: At): At {
  const w = Math.min(COLUMNS, Math.max(LEAST.w, Math.round(at.w)));
  const h = Math.min(MOST_HIGH, Math.max(LEAST.h, Math.round(at.h)));
  return { x: Math.min(COLUMNS - w, Math.max(0, Math.round(at.x))), y: Math.max(0, Math.round(at.y)), w, h };
}

/** Let everything rise as far as it goes, in reading order; `first` goes before what starts on the same row. */
export function compact<T extends Placed>(items: readonly T[], first?: string): T[] {
  const order = [...items].sort((a, b) => a.at.y - b.at.y || Number(b.id === first) - Number(a.id === first) || a.at.x - b.at.x);
  const placed: T[] = [];
  for (const item of order) {
    const under = placed.filter((other) => beside(other.at, item.at)).map((other) => other.at.y + other.at.h);
    placed.push({ ...item, at: { ...item.at, y: Math.max(0, ...under) } });
  }
  return placed;
}

/** Put a panel at a place; the others make way. */
export function move<T extends Placed>(items: readonly T[], id: string, at: At): T[] {
  return compact(
    items.map((item) => (item.id === id ? { ...item, at: clamp(at) } : item)),
    id,
  );
}

export type Step = "left" | "right" | "up" | "down" | "narrower" | "wider" | "lower" | "higher";

/** One step by key: sideways a column, up and down past the neighbour, or a column or row of size. */
export function step<T extends Placed>(items: readonly T[], id: string, way: Step): T[] {
  const own = items.find((item) => item.id === id)?.at;
  if (!own) return [...items];
  const change: Record<Step, () => At> = {
    left: () => ({ ...own, x: own.x - 1 }),
    right: () => ({ ...own, x: own.x + 1 }),
    up: () => ({ ...own, y: Math.max(...items.filter((one) => beside(one.at, own) && one.at.y < own.y).map((one) => one.at.y), 0) }),
    down: () => {
      const below = items.filter((one) => beside(one.at, own) && one.at.y > own.y).map((one) => one.at.y);
      return { ...own, y: below.length ? Math.min(...below) + 1 : own.y };
    },
    narrower: () => ({ ...own, w: own.w - 1 }),
    wider: () => ({ ...own, w: own.w + 1, x: Math.min(own.x, COLUMNS - own.w - 1) }),
    lower: () => ({ ...own, h: own.h + 1 }),
    higher: () => ({ ...own, h: own.h - 1 }),
  };
  return move(items, id, change[way]());
}

/** The place for a new panel: under everything. */
export function room(items: readonly Placed[], w: number, h: number): At {
  return { x: 0, y: Math.max(0, ...items.map((item) => item.at.y + item.at.h)), w, h };
}
