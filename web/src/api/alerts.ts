/** Alerts: what the pages read of each answer, as it is described, and how each is fetched and acted on. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components, operations } from "./schema.gen";

type Described = components["schemas"];

export type Alert = Described["AlertShownAnswer"];
export type Alerts = Described["AlertsAnswer"];
export type AlertDetail = Described["AlertDetailAnswer"];
export type AlertCourse = Described["AlertCourseAnswer"];
export type AlertWhy = Described["AlertWhy"];
export type CauseElement = Described["CauseElement"];
export type Noise = Described["NoiseAnswer"];
export type NoiseLine = Described["NoiseLine"];
export type Silences = Described["SilencesAnswer"];
export type AlertLabel = NonNullable<Alert["label"]>;
export type AlertsAsk = NonNullable<operations["list_alerts"]["parameters"]["query"]>;

export const LABELS: readonly AlertLabel[] = ["true", "false", "expected", "data_fault"];
/** So often an open page looks again, in ms. */
const AGAIN = 30_000;

export const alertKeys = { all: ["alerts"] as const };

export const alertsOptions = (query: AlertsAsk) =>
  queryOptions({
    queryKey: [...alertKeys.all, "list", query],
    queryFn: ({ signal }) => need<Alerts>(api.GET("/api/alerts", { params: { query: { limit: 200, ...query } }, signal })),
    refetchInterval: AGAIN,
  });

export const alertOptions = (alert: string) =>
  queryOptions({
    queryKey: [...alertKeys.all, "one", alert],
    queryFn: ({ signal }) => need<AlertDetail>(api.GET("/api/alerts/{alert}", { params: { path: { alert } }, signal })),
  });

export const alertCourseOptions = (alert: string) =>
  queryOptions({
    queryKey: [...alertKeys.all, "course", alert],
    queryFn: ({ signal }) => need<AlertCourse>(api.GET("/api/alerts/{alert}/course", { params: { path: { alert } }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const alertWhyOptions = (alert: string) =>
  queryOptions({
    queryKey: [...alertKeys.all, "why", alert],
    queryFn: ({ signal }) => need<AlertWhy>(api.GET("/api/alerts/{alert}/why", { params: { path: { alert } }, signal })),
    retry: false,
  });

export const noiseOptions = (days: number) =>
  queryOptions({
    queryKey: [...alertKeys.all, "noise", days],
    queryFn: ({ signal }) => need<Noise>(api.GET("/api/alerts/noise", { params: { query: { days } }, signal })),
  });

export const silencesOptions = () =>
  queryOptions({ queryKey: [...alertKeys.all, "silences"], queryFn: ({ signal }) => need<Silences>(api.GET("/api/silences", { signal })) });

export type Warnings = Described["WarningsAnswer"];
export type Warned = Warnings["items"][number];
/** Asked again every five minutes, as the day goes on. */
export const warningsOptions = () =>
  queryOptions({
    queryKey: ["warnings"],
    queryFn: ({ signal }) => need<Warnings>(api.GET("/api/warnings", { signal })),
    staleTime: WARNINGS_MS,
    refetchInterval: WARNINGS_MS,
  });
const WARNINGS_MS = 300_000;
export type KeptWarnings = Described["KeptWarningsAnswer"];
export type KeptWarning = KeptWarnings["items"][number];
/** What is likely to come, as it was kept: the likely ones that are not decided. */
export const keptWarningsOptions = () =>
  queryOptions({
    queryKey: ["warnings", "kept"],
    queryFn: ({ signal }) => need<KeptWarnings>(api.GET("/api/warnings/kept", { params: { query: { state: "open", limit: 200 } }, signal })),
    staleTime: WARNINGS_MS,
    refetchInterval: WARNINGS_MS,
  });
export const dismissWarning = (warning: string, reason: string) =>
  need(api.POST("/api/warnings/{warning}/dismiss", { params: { path: { warning } }, body: { reason } }));

export const ackAlert = (alert: string, reason: string) =>
  need(api.POST("/api/alerts/{alert}/ack", { params: { path: { alert } }, body: { reason } }));
export const closeAlert = (alert: string, label: AlertLabel, reason: string) =>
  need(api.POST("/api/alerts/{alert}/close", { params: { path: { alert } }, body: { label, reason } }));
export const labelAlert = (alert: string, label: AlertLabel, reason: string) =>
  need(api.POST("/api/alerts/{alert}/label", { params: { path: { alert } }, body: { label, reason } }));
export const explainAlert = (alert: string) => need<AlertWhy>(api.POST("/api/alerts/{alert}/explain", { params: { path: { alert } } }));
export const silence = (body: Described["SilenceBody"]) => need(api.POST("/api/silences", { body }));
export const endSilence = (silence: string) => need(api.DELETE("/api/silences/{silence}", { params: { path: { silence } } }));
