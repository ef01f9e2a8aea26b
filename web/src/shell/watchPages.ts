/** The addresses of Watch: alerts, monitors, incidents, known events, playbooks. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { desk } from "./desk";
import { text } from "./search";

/** `alert`: the open one; `do`: what its link asks for, confirmed by one click. */
export type AlertsSearch = {
  state?: string | undefined;
  owner?: string | undefined;
  monitor?: string | undefined;
  alert?: string | undefined;
  do?: string | undefined;
};
const alerts = createRoute({
  getParentRoute: () => desk,
  path: "/watch/alerts",
  validateSearch: (search): AlertsSearch => text(search, ["state", "owner", "monitor", "alert", "do"]),
  component: lazyRouteComponent(() => import("@/pages/watch/Alerts"), "AlertsPage"),
});

export const watchPages = [alerts] as const;
