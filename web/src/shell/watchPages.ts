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

/** `kind`: of record; `which`: all, else those that are left; `severity`: this and worse; `owner`: who works on it; `pane`: rota, hand-over or new. */
export type IncidentsSearch = {
  kind?: string | undefined;
  which?: string | undefined;
  severity?: string | undefined;
  owner?: string | undefined;
  pane?: string | undefined;
};
const incidents = createRoute({
  getParentRoute: () => desk,
  path: "/watch/incidents",
  validateSearch: (search): IncidentsSearch => text(search, ["kind", "which", "severity", "owner", "pane"]),
  component: lazyRouteComponent(() => import("@/pages/watch/Incidents"), "IncidentsPage"),
});
const incident = createRoute({
  getParentRoute: () => desk,
  path: "/watch/incidents/$record",
  component: lazyRouteComponent(() => import("@/pages/watch/Incident"), "IncidentPage"),
});

/** `monitor`: the open one; `make`: the builder is open (`other`: for another rule beside its own), with `metric` or `analysis` (its kind and definition) to begin with; `q` and `stand`: which are listed. */
export type MonitorsSearch = {
  q?: string | undefined;
  stand?: string | undefined;
  monitor?: string | undefined;
  make?: string | undefined;
  metric?: string | undefined;
  analysis?: unknown;
};
const monitors = createRoute({
  getParentRoute: () => desk,
  path: "/watch/monitors",
  validateSearch: (search): MonitorsSearch => ({
    ...text(search, ["q", "stand", "monitor", "make", "metric"]),
    ...(search.analysis === undefined ? {} : { analysis: search.analysis }),
  }),
  component: lazyRouteComponent(() => import("@/pages/watch/Monitors"), "MonitorsPage"),
});

/** `name`: the open one; `edit`: its form is open; `make`: a new one, begun as a `copy` of another or from an incident (`record`); `q`: which are listed. */
export type KnownEventsSearch = {
  q?: string | undefined;
  name?: string | undefined;
  edit?: string | undefined;
  make?: string | undefined;
  copy?: string | undefined;
  record?: string | undefined;
};
const knownEvents = createRoute({
  getParentRoute: () => desk,
  path: "/watch/known-events",
  validateSearch: (search): KnownEventsSearch => text(search, ["q", "name", "edit", "make", "copy", "record"]),
  component: lazyRouteComponent(() => import("@/pages/watch/KnownEvents"), "KnownEventsPage"),
});

/** `state`: runs that are so. */
export type PlaybooksSearch = { state?: string | undefined };
const playbooks = createRoute({
  getParentRoute: () => desk,
  path: "/watch/playbooks",
  validateSearch: (search): PlaybooksSearch => text(search, ["state"]),
  component: lazyRouteComponent(() => import("@/pages/watch/Playbooks"), "PlaybooksPage"),
});

/** `launch`: the open one; `make`: its form is open. */
export type LaunchesSearch = { launch?: string | undefined; make?: string | undefined };
const launches = createRoute({
  getParentRoute: () => desk,
  path: "/watch/launches",
  validateSearch: (search): LaunchesSearch => text(search, ["launch", "make"]),
  component: lazyRouteComponent(() => import("@/pages/watch/Launches"), "LaunchesPage"),
});

const calendar = createRoute({
  getParentRoute: () => desk,
  path: "/watch/calendar",
  validateSearch: (search): { year?: string } => text(search, ["year"]),
  component: lazyRouteComponent(() => import("@/pages/watch/Calendar"), "CalendarPage"),
});

/** `metric`, the window's days, and `by`: dimensions that are looked at first. */
export type RootCauseSearch = { metric?: string | undefined; start?: string | undefined; end?: string | undefined; by?: string | undefined };
const rootCause = createRoute({
  getParentRoute: () => desk,
  path: "/watch/root-cause",
  validateSearch: (search): RootCauseSearch => text(search, ["metric", "start", "end", "by"]),
  component: lazyRouteComponent(() => import("@/pages/watch/RootCause"), "RootCausePage"),
});

/** `place`: the open one; `make`: a new one; `state` and `to`: which deliveries are listed. */
export type WaysSearch = { place?: string | undefined; make?: string | undefined; state?: string | undefined; to?: string | undefined };
const ways = createRoute({
  getParentRoute: () => desk,
  path: "/watch/destinations",
  validateSearch: (search): WaysSearch => text(search, ["place", "make", "state", "to"]),
  component: lazyRouteComponent(() => import("@/pages/watch/WaysOut"), "WaysOutPage"),
});

export const watchPages = [alerts, incidents, incident, monitors, rootCause, knownEvents, playbooks, launches, calendar, ways] as const;
