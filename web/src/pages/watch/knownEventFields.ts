/** The form of a known event and the entry itself: each written as the other. */

import type { EventBody, EventFinding, EventWindow } from "@/api/knownEvents";
import type { Words } from "@/api/types";

export const DIRECTIONS = ["down", "up"] as const;
export const BESIDE = ["release", "campaign", "fare_sale", "holiday", "weather", "competitor", "schedule_change", "supplier", "maintenance"] as const;
export const COURSES = ["sudden", "slow"] as const;
export const ACTIONS = [
  "notify",
  "assign",
  "open_task",
  "call_webhook",
  "mute",
  "mark_late",
  "pause_campaign",
  "switch_slot",
  "change_rank_rule",
  "issue_vouchers",
  "propose_price",
] as const;

export type Move = { metric?: string | undefined; direction: "up" | "down"; lead?: boolean | undefined };
export type SignatureFields = {
  moves: Move[];
  steady: string[];
  named: string[];
  values: { dimension?: string | undefined; values: string[] }[];
  beside: string[];
  from: number | null;
  to: number | null;
  course: string | null;
  least: number | null;
  most: number | null;
};
export type WindowFields = {
  name: string;
  expect: boolean;
  moved: Move[];
  quiet: string[];
  /** Combinations of dimension values; undefined: not looked for; empty: everywhere. */
  where?: Record<string, string>[] | undefined;
  beside?: string[] | undefined;
  hour: number | null;
  course: string | null;
  minutes: number | null;
};
export type EventFields = {
  known_event: string;
  title: Words;
  about: Words;
  owner: string;
  signature: SignatureFields;
  sources: string[];
  checks: { title: Words; metric?: string | undefined; by?: string[] | undefined }[];
  causes: Words[];
  playbook: EventBody["playbook"];
  tests: WindowFields[];
};

const NOTHING: Words = { en: "", zh: "" };

/** An entry that says nothing yet. */
export const blankEvent = (): EventBody => ({
  known_event: "",
  title: { ...NOTHING },
  about: { ...NOTHING },
  owner: "",
  signature: { moves: [{ metric: "", direction: "down", lead: true }] },
  causes: [{ ...NOTHING }],
  playbook: [{ action: "notify", mode: "manual", title: { ...NOTHING } }],
});

/** A copy under no name yet. The history stays with the original: one window can't be two events. */
export const copyOf = (body: EventBody): EventBody => ({ ...body, known_event: "", tests: [] });

/** An entry that begins with what an incident showed: what moved is its signature, the incident its first window of history. */
export const shownBy = (name: string, finding: EventFinding, expect: boolean): EventBody => ({
  ...blankEvent(),
  signature: { moves: Object.entries(finding.moved).map(([metric, direction]) => ({ metric, direction, lead: true })) },
  tests: [{ name, finding, expect }],
});

/** A window of history with nothing in it. */
export const blankWindow = (): WindowFields => ({
  name: "",
  expect: true,
  moved: [{ direction: "down" }],
  quiet: [],
  hour: null,
  course: null,
  minutes: null,
});

const windowFields = (one: EventWindow): WindowFields => ({
  name: one.name,
  expect: one.expect !== false,
  moved: Object.entries(one.finding.moved ?? {}).map(([metric, direction]) => ({ metric, direction })),
  quiet: one.finding.quiet ?? [],
  where: one.finding.where,
  beside: one.finding.beside,
  hour: one.finding.hour ?? null,
  course: one.finding.course ?? null,
  minutes: one.finding.minutes ?? null,
});

/** An entry as its form shows it. */
export function fieldsOfEvent(body: EventBody): EventFields {
  const { signature } = body;
  return {
    known_event: body.known_event,
    title: body.title,
    about: body.about,
    owner: body.owner,
    signature: {
      moves: signature.moves.map((one) => ({ metric: one.metric || undefined, direction: one.direction, lead: one.lead === true })),
      steady: signature.steady ?? [],
      named: signature.named ?? [],
      values: Object.entries(signature.values ?? {}).map(([dimension, values]) => ({ dimension, values })),
      beside: signature.beside ?? [],
      from: signature.hours?.[0] ?? null,
      to: signature.hours?.[1] ?? null,
      course: signature.course ?? null,
      least: signature.lasts_min?.[0] ?? null,
      most: signature.lasts_min?.[1] ?? null,
    },
    sources: body.sources ?? [],
    checks: body.checks ?? [],
    causes: body.causes,
    playbook: body.playbook,
    tests: (body.tests ?? []).map(windowFields),
  };
}

const pair = (one: number | null, other: number | null): [number, number] | undefined => (one === null || other === null ? undefined : [one, other]);

/** Without the keys that say nothing. */
function told<T extends object>(given: T): T {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)),
  ) as T;
}

function findingOf(one: WindowFields): EventFinding {
  const { where, beside } = one;
  const moved = Object.fromEntries(one.moved.flatMap((move) => (move.metric ? [[move.metric, move.direction]] : [])));
  const found = told({ moved, quiet: one.quiet, hour: one.hour, course: one.course, minutes: one.minutes }) as EventFinding;
  // Empty is something else than not looked for, here and of what was going on.
  return { ...found, ...(where ? { where: where.filter((place) => Object.keys(place).length > 0) } : {}), ...(beside ? { beside } : {}) };
}

/** A step without what was left out: that is asked for when it is run. */
function stepOf(step: EventBody["playbook"][number]): EventBody["playbook"][number] {
  const { with: given, ...rest } = step;
  const said = Object.entries(given ?? {}).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return said.length ? { ...rest, with: Object.fromEntries(said) } : rest;
}

/** The entry that a form says. */
export function eventOf(fields: EventFields): EventBody {
  const { signature } = fields;
  return {
    known_event: fields.known_event.trim(),
    title: fields.title,
    about: fields.about,
    owner: fields.owner,
    signature: told({
      moves: signature.moves.map((one) => ({ metric: one.metric ?? "", direction: one.direction, ...(one.lead ? { lead: true } : {}) })),
      steady: signature.steady,
      named: signature.named,
      values: signature.values.length ? Object.fromEntries(signature.values.map((one) => [one.dimension ?? "", one.values])) : undefined,
      beside: signature.beside,
      hours: pair(signature.from, signature.to),
      course: signature.course ?? undefined,
      lasts_min: pair(signature.least, signature.most),
    }) as EventBody["signature"],
    sources: fields.sources,
    checks: fields.checks.map((one) => told({ title: one.title, metric: one.metric, by: one.metric ? one.by : undefined })),
    causes: fields.causes,
    playbook: fields.playbook.map(stepOf),
    tests: fields.tests.map((one) => ({ name: one.name.trim(), finding: findingOf(one), expect: one.expect })),
  };
}

/** Where the server found something wrong (`signature.moves[1].metric`), as the place of a field. */
export function placeOf(where: string): (string | number)[] {
  const [first] = where.split(" / ");
  return (first ?? "").split(".").flatMap((part) => {
    const [, name, number] = /^(.*?)(?:\[(\d+)\])?$/.exec(part) ?? [];
    return number ? [name ?? "", Number(number) - 1] : [name ?? ""];
  });
}
