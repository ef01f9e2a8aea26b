/** Stickiness and the life cycle as data: what the address carries, how the builder changes it, and whose list is open. */

import type { ActivityKind, LifecycleBucket, Stage, StagePlace, StickyPlace } from "@/api/activity";
import type { Known } from "@/api/analyses";
import { isDay } from "@/kit/period";
import { type Asked, type Events, eventsOf, readEvents, readObject, readPeriod, share, usualPeriod, wholeTests } from "./given";
import { wholeWho } from "./who";

export const KINDS = ["stickiness", "lifecycle"] as const;
export const BUCKETS = ["day", "week", "month"] as const;
export type Bucket = (typeof BUCKETS)[number];
export const STAGES = ["new", "returning", "resurrected", "dormant"] as const;
/** Days of a window that ends with a day: the day, a week, a month. */
export const WINDOWS = [1, 7, 30] as const;
export type Activity = Asked & { event: Events; by: Bucket };

const isBucket = (value: unknown): value is Bucket => (BUCKETS as readonly unknown[]).includes(value);

/** The buckets that a kind can be asked by. */
export const bucketsOf = (kind: ActivityKind): readonly Bucket[] => (kind === "lifecycle" ? BUCKETS : BUCKETS.slice(1));

export const readKind = (view: string | undefined): ActivityKind => (view === "lifecycle" ? "lifecycle" : "stickiness");

/** A definition of the address in the form that the builder edits; null where the page can't show it. */
export function readActivity(value: unknown): Activity | null {
  const found = readObject(value);
  const event = found ? readEvents(found.event) : null;
  const by = found?.by ?? "week";
  return found && event && isBucket(by) ? ({ ...found, event, by, period: readPeriod(found.period) } as Activity) : null;
}

/** What the page asks where its address says nothing: any event, by week. */
export const usualActivity = (known: Known): Activity => ({ event: { event: "*" }, by: "week", period: usualPeriod(known) });

/** Whether it says enough to be asked. */
export const isWholeActivity = (definition: Activity): boolean =>
  eventsOf(definition.event).length > 0 && wholeTests(definition.event.where) && wholeTests(definition.where) && wholeWho(definition.who);

/** The same question of another kind: the name was of the other one, and stickiness has no days as buckets. */
export function asKind(definition: Activity, kind: ActivityKind): Activity {
  const { name: _, stickiness: __, lifecycle: ___, ...rest } = definition as Activity & Record<string, unknown>;
  return { ...(rest as Activity), by: bucketsOf(kind).includes(definition.by) ? definition.by : "week" };
}

const BUCKET = /^b:(\d{4}-\d{2}-\d{2})(?::(\d{1,2})(\+?))?$/;
const DAY = /^d:(\d{4}-\d{2}-\d{2}):(1|7|30)$/;

/** Whose list is open, as the address carries it: "b:2026-10-05", "b:2026-10-05:3" (on 3 days), "b:2026-10-05:3+" (or more), "d:2026-10-05:7". */
export function readStickyPlace(text: string | undefined): StickyPlace | null {
  const bucket = BUCKET.exec(text ?? "");
  if (bucket) return { bucket: bucket[1] as string, days: bucket[2] ? Number(bucket[2]) : null, at_least: bucket[3] === "+", day: null, window: 1 };
  const day = DAY.exec(text ?? "");
  return day ? { bucket: null, days: null, at_least: false, day: day[1] as string, window: Number(day[2]) as StickyPlace["window"] } : null;
}

export function writeStickyPlace({ bucket, days, at_least, day, window }: StickyPlace): string {
  return bucket === null ? `d:${day}:${window}` : `b:${bucket}${days === null ? "" : `:${days}${at_least ? "+" : ""}`}`;
}

/** Which people of a bucket are listed: "2026-10-05:dormant". */
export function readStagePlace(text: string | undefined): StagePlace | null {
  const [bucket, state] = (text ?? "").split(":");
  return isDay(bucket) && ["active", ...STAGES].includes(state ?? "") ? { bucket, state: state as Stage } : null;
}

export const writeStagePlace = ({ bucket, state }: StagePlace): string => `${bucket}:${state}`;

/** The bucket that is looked at: the named one, else the last that is over, else the last. */
export function lookedAt<B extends { bucket: string; over: boolean }>(buckets: readonly B[], named: string | undefined): B | undefined {
  return buckets.find((one) => one.bucket === named) ?? buckets.findLast((one) => one.over) ?? buckets.at(-1);
}

/** Of those active in the bucket before, the share that is active again; null while it is not over. */
export const keptShare = ({ returning, dormant }: LifecycleBucket): number | null =>
  dormant === null ? null : share(returning, returning + dormant);

/** New and resurrected for each who stays away; null where nobody does, or while the bucket is not over. */
export const gainOverLoss = (one: LifecycleBucket): number | null => (one.dormant === null ? null : share(one.new + one.resurrected, one.dormant));
