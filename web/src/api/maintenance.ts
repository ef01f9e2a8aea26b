/** Maintenance windows: times in which nothing is told. */

import { queryOptions } from "@tanstack/react-query";
import { alertKeys } from "./alerts";
import { api, need } from "./client";
import type { components } from "./schema.gen";

export type MaintenanceList = components["schemas"]["MaintenanceList"];

export const maintenanceOptions = () =>
  queryOptions({
    queryKey: [...alertKeys.all, "maintenance"],
    queryFn: ({ signal }) => need<MaintenanceList>(api.GET("/api/maintenance", { signal })),
  });

/** Tell nothing from now on for so long, of all monitors. */
export const beginMaintenance = (hours: number, reason: string) =>
  need(api.POST("/api/maintenance", { body: { monitors: [], until_ms: Date.now() + hours * 3_600_000, reason } }));

export const endMaintenance = (maintenance: string) => need(api.DELETE("/api/maintenance/{maintenance}", { params: { path: { maintenance } } }));
