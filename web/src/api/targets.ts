/** Targets, assessments and the promises of the stand-up: what the pages read, and how each is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type Standing = Described["StandingAnswer"];
export type Standings = Described["StandingsAnswer"];
export type TargetBody = Described["TargetBody"];
export type Assessment = Described["AssessmentAnswer"];
export type OwnerReport = Described["AssessedOwnerAnswer"];
export type Sheet = Described["TargetsSheetAnswer"];
export type PromiseItem = Described["PromiseShape"];
export type Promises = Described["PromisesShape"];
export type NewPromise = Described["NewPromise"];
export type PromiseState = Described["PromiseState"]["state"];
export type Red = Described["RedShape"];
export type Flag = Described["DayFlagShape"];

const LISTED = 200;

export const targetKeys = { targets: ["targets"] as const, assessment: ["assessment"] as const, promises: ["promises"] as const };

/** The targets of a period (2026-11), or of all periods that hold today. */
export const targetsOptions = (period?: string, owner?: string) =>
  queryOptions({
    queryKey: [...targetKeys.targets, period ?? null, owner ?? null],
    queryFn: ({ signal }) =>
      need<Standings>(
        api.GET("/api/targets", {
          params: { query: { limit: LISTED, ...(period ? { period } : {}), ...(owner ? { owner } : {}) } },
          signal,
        }),
      ),
  });

export const assessmentOptions = (period?: string) =>
  queryOptions({
    queryKey: [...targetKeys.assessment, period ?? null],
    queryFn: ({ signal }) => need<Assessment>(api.GET("/api/assessment", { params: { query: period ? { period } : {} }, signal })),
  });

export const promisesOptions = () =>
  queryOptions({
    queryKey: targetKeys.promises,
    queryFn: ({ signal }) => need<Promises>(api.GET("/api/promises", { params: { query: { limit: LISTED } }, signal })),
  });

export const putTarget = (body: TargetBody) => need<unknown>(api.PUT("/api/targets", { body }));
export const removeTarget = (target: string) => need<unknown>(api.DELETE("/api/targets/{target}", { params: { path: { target } } }));
export const importTargets = (text: string, dryRun: boolean) => need<Sheet>(api.POST("/api/targets/import", { body: { text, dry_run: dryRun } }));
export const exportTargets = () => need<Blob>(api.GET("/api/targets/export", { parseAs: "blob" }));
export const makePromise = (body: NewPromise) => need<PromiseItem>(api.POST("/api/promises", { body }));
export const setPromise = (promise: PromiseItem, state: PromiseState) =>
  need<PromiseItem>(
    api.POST("/api/promises/{promise}/state", {
      params: { path: { promise: promise.id } },
      body: { state, outcome: promise.outcome, revision: promise.revision },
    }),
  );
