/** Every address of the page. What a page is asked for (period, filters, the open thing) lives in its search parameters. */

import { createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { analysePages } from "./analysePages";
import { audiencePages } from "./audiencePages";
import { desk, root } from "./desk";
import { text } from "./search";
import { watchPages } from "./watchPages";

const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  component: lazyRouteComponent(() => import("@/pages/governance/Welcome"), "Welcome"),
});
const signin = createRoute({
  getParentRoute: () => root,
  path: "/signin",
  validateSearch: (search): { back?: string } => text(search, ["back"]),
  component: lazyRouteComponent(() => import("@/pages/governance/SignIn"), "SignIn"),
});
/** `pane`: data, or promise[:red line]; `step`: of presenting, by its name. */
export type TodaySearch = { date?: string; rows?: string; pane?: string; step?: string };
const today = createRoute({
  getParentRoute: () => desk,
  path: "/",
  validateSearch: (search): TodaySearch => text(search, ["date", "rows", "pane", "step"]),
  component: lazyRouteComponent(() => import("@/pages/metrics/Today"), "TodayPage"),
});

export type TreeSearch = {
  start?: string;
  end?: string;
  vs?: string;
  vs_start?: string;
  vs_end?: string;
  clock?: string;
  node?: string;
  by?: string;
  where?: string;
  rows?: string;
  view?: string;
  method?: string;
  open?: string;
};
const tree = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/tree",
  validateSearch: (search): TreeSearch =>
    text(search, ["start", "end", "vs", "vs_start", "vs_end", "clock", "node", "by", "where", "rows", "view", "method", "open"]),
  component: lazyRouteComponent(() => import("@/pages/metrics/Tree"), "TreePage"),
});

export type DecomposeSearch = {
  metric?: string;
  start?: string;
  end?: string;
  vs?: string;
  vs_start?: string;
  vs_end?: string;
  by?: string;
  where?: string;
};
const decompose = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/decompose",
  validateSearch: (search): DecomposeSearch => text(search, ["metric", "start", "end", "vs", "vs_start", "vs_end", "by", "where"]),
  component: lazyRouteComponent(() => import("@/pages/metrics/Decompose"), "DecomposePage"),
});

export type ChannelsSearch = { start?: string; end?: string; compare?: string; rows?: string; channel?: string; who?: string; trial?: string };
const channels = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/channels",
  validateSearch: (search): ChannelsSearch => text(search, ["start", "end", "compare", "rows", "channel", "who", "trial"]),
  component: lazyRouteComponent(() => import("@/pages/metrics/Channels"), "ChannelsPage"),
});

export type ReconciliationSearch = {
  start?: string | undefined;
  end?: string | undefined;
  by?: string | undefined;
  clock?: string | undefined;
  channel?: string | undefined;
  provider?: string | undefined;
  reason?: string | undefined;
};
const reconciliation = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/reconciliation",
  validateSearch: (search): ReconciliationSearch => text(search, ["start", "end", "by", "clock", "channel", "provider", "reason"]),
  component: lazyRouteComponent(() => import("@/pages/orders/Reconciliation"), "ReconciliationPage"),
});

export type RestatementsSearch = {
  start?: string | undefined;
  end?: string | undefined;
  metrics?: string | undefined;
  metric?: string | undefined;
  day?: string | undefined;
  rows?: string | undefined;
};
const restatements = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/restatements",
  validateSearch: (search): RestatementsSearch => text(search, ["start", "end", "metrics", "metric", "day", "rows"]),
  component: lazyRouteComponent(() => import("@/pages/metrics/Restatements"), "RestatementsPage"),
});

const matrix = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/matrix",
  validateSearch: (search): { cell?: string } => text(search, ["cell"]),
  component: lazyRouteComponent(() => import("@/pages/metrics/Matrix"), "MatrixPage"),
});

export type CatalogueSearch = {
  class?: string | undefined;
  scope?: string | undefined;
  use?: string | undefined;
  state?: string | undefined;
  monitor?: string | undefined;
  q?: string | undefined;
  metric?: string | undefined;
  /** Whose definition is being written: a name, or "+" for a new one. */
  edit?: string | undefined;
  /** What a new definition begins with, where another page has read it. */
  draft?: unknown;
  rows?: string | undefined;
};
const catalogue = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/catalogue",
  validateSearch: (search): CatalogueSearch => ({
    ...text(search, ["class", "scope", "use", "state", "monitor", "q", "metric", "edit", "rows"]),
    ...(search.draft === undefined ? {} : { draft: search.draft }),
  }),
  component: lazyRouteComponent(() => import("@/pages/metrics/Catalogue"), "CataloguePage"),
});

const dashboards = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/dashboards",
  validateSearch: (search): { q?: string } => text(search, ["q"]),
  component: lazyRouteComponent(() => import("@/pages/metrics/Dashboards"), "DashboardsPage"),
});

export type BoardSearch = {
  start?: string | undefined;
  end?: string | undefined;
  compare?: string | undefined;
  where?: string | undefined;
  edit?: string | undefined;
  panel?: string | undefined;
  notes?: string | undefined;
  full?: string | undefined;
  rows?: string | undefined;
};
const dashboard = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/dashboards/$id",
  validateSearch: (search): BoardSearch => text(search, ["start", "end", "compare", "where", "edit", "panel", "notes", "full", "rows"]),
  component: lazyRouteComponent(() => import("@/pages/metrics/Dashboard"), "DashboardPage"),
});

export type ReportsSearch = { report?: string; dashboard?: string; tab?: string };
const reports = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/reports",
  validateSearch: (search): ReportsSearch => text(search, ["report", "dashboard", "tab"]),
  component: lazyRouteComponent(() => import("@/pages/metrics/Reports"), "ReportsPage"),
});

export type TargetsSearch = { period?: string; owner?: string; target?: string; pane?: string; rows?: string };
const targets = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/targets",
  validateSearch: (search): TargetsSearch => text(search, ["period", "owner", "target", "pane", "rows"]),
  component: lazyRouteComponent(() => import("@/pages/metrics/Targets"), "TargetsPage"),
});

export type AssessmentSearch = { period?: string };
const assessment = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/assessment",
  validateSearch: (search): AssessmentSearch => text(search, ["period"]),
  component: lazyRouteComponent(() => import("@/pages/metrics/Assessment"), "AssessmentPage"),
});

export type SourcesSearch = { new?: string };
const sources = createRoute({
  getParentRoute: () => desk,
  path: "/data/sources",
  validateSearch: (search): SourcesSearch => text(search, ["new"]),
  component: lazyRouteComponent(() => import("@/pages/tracking/Sources"), "SourcesPage"),
});

export type SourceSearch = { tab?: string; state?: string; event?: string; key?: string };
const source = createRoute({
  getParentRoute: () => desk,
  path: "/data/sources/$source",
  validateSearch: (search): SourceSearch => text(search, ["tab", "state", "event", "key"]),
  component: lazyRouteComponent(() => import("@/pages/tracking/SourceView"), "SourcePage"),
});

export type PlanSearch = { q?: string; who?: string; state?: string; event?: string; view?: string };
const plan = createRoute({
  getParentRoute: () => desk,
  path: "/data/plan",
  validateSearch: (search): PlanSearch => text(search, ["q", "who", "state", "event", "view"]),
  component: lazyRouteComponent(() => import("@/pages/tracking/Plan"), "PlanPage"),
});

export type QuarantineSearch = { source?: string; reason?: string; group?: string };
const quarantine = createRoute({
  getParentRoute: () => desk,
  path: "/data/quarantine",
  validateSearch: (search): QuarantineSearch => text(search, ["source", "reason", "group"]),
  component: lazyRouteComponent(() => import("@/pages/tracking/Quarantine"), "QuarantinePage"),
});

export type QualitySearch = { source?: string; start?: string; end?: string; open?: string };
const quality = createRoute({
  getParentRoute: () => desk,
  path: "/data/quality",
  validateSearch: (search): QualitySearch => text(search, ["source", "start", "end", "open"]),
  component: lazyRouteComponent(() => import("@/pages/tracking/Quality"), "QualityPage"),
});

export type ImportsSearch = { kind?: string; batch?: string; step?: string; upload?: string; tab?: string };
const imports = createRoute({
  getParentRoute: () => desk,
  path: "/data/imports",
  validateSearch: (search): ImportsSearch => text(search, ["kind", "batch", "step", "upload", "tab"]),
  component: lazyRouteComponent(() => import("@/pages/imports/Imports"), "ImportsPage"),
});

export type PeopleSearch = { q?: string };
const people = createRoute({
  getParentRoute: () => desk,
  path: "/people",
  validateSearch: (search): PeopleSearch => text(search, ["q"]),
  component: lazyRouteComponent(() => import("@/pages/identity/People"), "PeoplePage"),
});

export type PersonSearch = { as_of?: string; tab?: string; order?: string };
const person = createRoute({
  getParentRoute: () => desk,
  path: "/people/$did",
  validateSearch: (search): PersonSearch => text(search, ["as_of", "tab", "order"]),
  component: lazyRouteComponent(() => import("@/pages/identity/Person"), "PersonPage"),
});

export type ReviewSearch = { state?: string; pair?: string; tab?: string };
const review = createRoute({
  getParentRoute: () => desk,
  path: "/people/review",
  validateSearch: (search): ReviewSearch => text(search, ["state", "pair", "tab"]),
  component: lazyRouteComponent(() => import("@/pages/identity/Review"), "ReviewPage"),
});

const policy = createRoute({
  getParentRoute: () => desk,
  path: "/people/policy",
  component: lazyRouteComponent(() => import("@/pages/identity/Policy"), "PolicyPage"),
});

const members = createRoute({
  getParentRoute: () => desk,
  path: "/admin/members",
  validateSearch: (search): { q?: string; member?: string } => text(search, ["q", "member"]),
  component: lazyRouteComponent(() => import("@/pages/governance/Members"), "MembersPage"),
});
const access = createRoute({
  getParentRoute: () => desk,
  path: "/admin/access",
  validateSearch: (search): { tab?: string; role?: string } => text(search, ["tab", "role"]),
  component: lazyRouteComponent(() => import("@/pages/governance/Access"), "AccessPage"),
});

const routeTree = root.addChildren([
  welcome,
  signin,
  desk.addChildren([
    today,
    targets,
    assessment,
    tree,
    catalogue,
    decompose,
    channels,
    reconciliation,
    restatements,
    matrix,
    dashboards,
    dashboard,
    reports,
    ...analysePages,
    ...watchPages,
    ...audiencePages,
    sources,
    source,
    plan,
    quarantine,
    quality,
    imports,
    people,
    person,
    review,
    policy,
    members,
    access,
  ]),
]);

/** Make the router; tests make their own with another history. */
export function makeRouter(options: Partial<Parameters<typeof createRouter>[0]> = {}) {
  return createRouter({ routeTree, defaultPreload: "intent", scrollRestoration: true, ...(options as object) });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
