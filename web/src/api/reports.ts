/** Reports' and destinations' questions to the server. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type Report = Described["ReportItem"];
export type ReportList = Described["ReportList"];
export type ReportBody = Described["ReportBody"];
export type Cadence = ReportBody["timetable"]["cadence"];
export const CADENCES: Cadence[] = ["daily", "weekly", "monthly"];
export type Preview = Described["PreviewShape"];
export type Destination = Described["DestinationItem"];
export type DestinationBody = Described["DestinationBody"];

export const reportKeys = { all: ["reports"] as const, places: ["destinations"] as const };

export const reportsOptions = () =>
  queryOptions({ queryKey: reportKeys.all, queryFn: ({ signal }) => need<ReportList>(api.GET("/api/reports", { signal })) });

export const destinationsOptions = () =>
  queryOptions({
    queryKey: reportKeys.places,
    queryFn: ({ signal }) => need<Described["DestinationList"]>(api.GET("/api/destinations", { signal })),
  });

export const saveReport = (body: ReportBody, old: Report | null) =>
  old
    ? need<Report>(api.PUT("/api/reports/{report}", { params: { path: { report: old.id } }, body: { ...body, base_version: old.version } }))
    : need<Report>(api.POST("/api/reports", { body }));

export const dropReport = (report: string) => need<void>(api.DELETE("/api/reports/{report}", { params: { path: { report } } }));

export const previewReport = (body: ReportBody) => need<Preview>(api.POST("/api/reports/preview", { body }));

export const saveDestination = (name: string, body: DestinationBody) =>
  need<Destination>(api.PUT("/api/destinations/{name}", { params: { path: { name } }, body }));

export const dropDestination = (name: string) => need<void>(api.DELETE("/api/destinations/{name}", { params: { path: { name } } }));

export const testDestination = (name: string, recipients: string[]) =>
  need<void>(api.POST("/api/destinations/{name}/test", { params: { path: { name } }, body: { recipients } }));
