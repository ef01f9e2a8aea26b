/** Where buyers stand: what the page reads of each answer, as it is described, and how each is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type Standing = Described["BuyersStanding"];
export type StandingMonth = Described["StandingMonth"];
export type StandingPerson = Described["StandingPerson"];
export type StandingPeople = Described["StandingPeople"];
export type Stage = Described["StageTotal"]["stage"];
/** Of whom a list is: a class, a stage, and the stage that they came from. */
export type StandingPlace = { rfm?: string | undefined; stage?: Stage | undefined; before?: Stage | undefined };

export const STAGES: readonly Stage[] = ["new", "growing", "mature", "dozing", "at_risk", "lost"];

export const standingOptions = () =>
  queryOptions({ queryKey: ["standing"], queryFn: ({ signal }) => need<Standing>(api.GET("/api/standing", { signal })), staleTime: 300_000 });

export const fetchStandingPeople = (month: string, place: StandingPlace, cursor: string | null, signal: AbortSignal) =>
  need<StandingPeople>(
    api.GET("/api/standing/{month}/people", {
      params: { path: { month }, query: { ...place, limit: 100, ...(cursor === null ? {} : { cursor: Number(cursor) }) } },
      signal,
    }),
  );
