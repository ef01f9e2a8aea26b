/** What a page of an analysis asks, made of its address: the definition and its answer, and the ways in which a page changes both. */

import { keepPreviousData, type UseQueryOptions, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Known } from "@/api/analyses";
import type { AnalysisSearch } from "@/shell/analysePages";
import { useMay } from "@/shell/session";
import { type Compare, type Days, earlier, readCompare } from "./earlier";
import { type Period, usualPeriod } from "./given";
import type { Kind } from "./Saved";

/** How the definitions of one analysis are read and asked. */
export type Way<D, A> = {
  kind: Kind;
  /** What is asked where the address says nothing. */
  usual: (known: Known) => D;
  /** A definition of the address; null where the page can't show it. */
  read: (value: unknown) => D | null;
  /** Whether it says enough to be asked. */
  whole: (definition: D) => boolean;
  // biome-ignore lint/suspicious/noExplicitAny: each analysis has a key of its own, and a key is used in both directions.
  options: (written: any) => UseQueryOptions<A, Error, A, any>;
  /** The last days that have data, where an analysis asks other ones than usual. */
  period?: (known: Known) => Period;
  /** The definition as the server takes it, where the builder's own differs. */
  written?: (definition: D) => Record<string, unknown>;
  /** Whether its answers can stand beside those of an earlier period. */
  compares?: boolean;
};

/** The same question about an earlier period: which comparison is chosen, its days once they are known, and whether the period itself is over. */
export type BesideAsking<A> = { compare: Compare; days: Days | null; over: boolean; query: UseQueryResult<A> };

/** What builders are given. */
export type Building<D> = { definition: D; known: Known; change: (definition: D) => void; opened: boolean; open: (more: boolean) => void };

export type Asking<D, A> = {
  kind: Kind;
  definition: D;
  written: Record<string, unknown>;
  readable: boolean;
  ready: boolean;
  query: UseQueryResult<A>;
  search: AnalysisSearch;
  go: (patch: AnalysisSearch) => void;
  /** Ask something else; lists and what was looked at closer belong to what was asked before. */
  change: (definition: D) => void;
  /** Show another definition; `undefined` for the usual one. */
  show: (definition: unknown, saved: string | undefined) => void;
  /** Ask about the last days that have data. */
  recent: () => void;
  building: Building<D>;
  mayPeople: boolean;
  /** The answer of an earlier period, where one is compared. */
  beside: BesideAsking<A> | null;
  /** How the people of a place are listed, from how the place is written in the address; nothing for who may not see people. */
  lister: <P>(write: (place: P) => string) => ((place: P) => void) | undefined;
  /** Of the open list: whose proof is shown, how to open one (of several, by where it starts), how to close all. */
  pane: { person: number | null; open: (person: number | null, start?: number | string | null) => void; close: () => void };
};

const NO_LIST = { rows: undefined, person: undefined, start: undefined };
/** No list is open, nothing looked at closer. */
export const NOTHING_PICKED = { ...NO_LIST, pick: undefined };

/** A whole number of the address; null where it is none. */
export const wholeNumber = (text: string | undefined): number | null => (text && /^\d{1,15}$/.test(text) ? Number(text) : null);

const inAddress = (value: number | string | null | undefined) => (value === null || value === undefined ? undefined : String(value));

/** The address of a page of analyses, and how it changes. */
export function useAddress(): { search: AnalysisSearch; go: (patch: AnalysisSearch) => void } {
  const search: AnalysisSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const go = useCallback((patch: AnalysisSearch) => void navigate({ to: ".", search: (now: AnalysisSearch) => ({ ...now, ...patch }) }), [navigate]);
  return { search, go };
}

type Asked<A> = { search: AnalysisSearch; written: Record<string, unknown>; ready: boolean; query: UseQueryResult<A> };

/** Ask the same about an earlier period, as soon as it is known of which days the answer is; its cuts are left out, as only the whole is told. */
function useBeside<D, A>(known: Known, way: Way<D, A>, { search, written, ready, query }: Asked<A>): BesideAsking<A> | null {
  const compare = way.compares ? readCompare(search.compare) : null;
  const period = query.isPlaceholderData ? undefined : (query.data as { period?: Days } | undefined)?.period;
  const days = compare && period ? earlier(period, compare) : null;
  const { breakdown: _, trend: __, ...whole } = written;
  const asked = useQuery({ ...way.options(days ? { ...whole, period: days } : written), enabled: ready && days !== null });
  return compare ? { compare, days, over: period !== undefined && period.to < known.today, query: asked } : null;
}

/** Ask what the address says. */
export function useAsking<D extends { period?: unknown }, A>(known: Known, way: Way<D, A>): Asking<D, A> {
  const { search, go } = useAddress();
  const mayPeople = useMay("people.see");
  const read = search.def === undefined ? way.usual(known) : way.read(search.def);
  const definition = read ?? way.usual(known);
  const ready = read !== null && way.whole(definition);
  const write = (one: D): Record<string, unknown> => way.written?.(one) ?? (one as Record<string, unknown>);
  const written = write(definition);
  const query = useQuery({ ...way.options(written), enabled: ready, placeholderData: keepPreviousData });
  const beside = useBeside(known, way, { search, written, ready, query });
  const change = (next: D) => go({ def: write(next), ...NOTHING_PICKED });
  return {
    kind: way.kind,
    definition,
    written,
    readable: read !== null,
    ready,
    query,
    search,
    go,
    change,
    show: (def, saved) => go({ def, saved, ...NOTHING_PICKED }),
    recent: () => change({ ...definition, period: (way.period ?? usualPeriod)(known) }),
    building: { definition, known, change, opened: search.more === "1", open: (more) => go({ more: more ? "1" : undefined }) },
    mayPeople,
    beside,
    lister: (write) => (mayPeople ? (place) => go({ ...NO_LIST, rows: write(place) }) : undefined),
    pane: {
      person: wholeNumber(search.person),
      open: (person, start) => go({ person: inAddress(person), start: inAddress(start) }),
      close: () => go(NO_LIST),
    },
  };
}
