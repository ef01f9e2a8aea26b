/** Every address of the page. What a page is asked for (period, filters, the open thing) lives in its search parameters. */

import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from "@tanstack/react-router";
import { ErrorPage, NotFound } from "./ErrorPage";
import { Layout } from "./Layout";
import { text } from "./search";

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: ({ error }) => <ErrorPage error={error as Error} /> });

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
const desk = createRoute({ getParentRoute: () => root, id: "desk", component: Layout });
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

/** `def`: the definition itself, so that a link is the analysis; `rows`: whose list is open; `person`: whose proof, `start`: of which attempt; `saved`: which one it came from; `view`: how it is shown; `pick`: what of it is looked at closer. */
export type AnalysisSearch = {
  def?: unknown;
  rows?: string | undefined;
  person?: string | undefined;
  start?: string | undefined;
  saved?: string | undefined;
  more?: string | undefined;
  view?: string | undefined;
  pick?: string | undefined;
};
const analysisSearch = (search: Record<string, unknown>): AnalysisSearch => ({
  ...text(search, ["rows", "person", "start", "saved", "more", "view", "pick"]),
  ...(search.def === undefined ? {} : { def: search.def }),
});
const growth = createRoute({
  getParentRoute: () => desk,
  path: "/analyse/growth",
  validateSearch: analysisSearch,
  component: lazyRouteComponent(() => import("@/pages/analyses/Growth"), "GrowthPage"),
});
const trend = createRoute({
  getParentRoute: () => desk,
  path: "/analyse/trend",
  validateSearch: analysisSearch,
  component: lazyRouteComponent(() => import("@/pages/analyses/Trend"), "TrendPage"),
});
const funnel = createRoute({
  getParentRoute: () => desk,
  path: "/analyse/funnel",
  validateSearch: analysisSearch,
  component: lazyRouteComponent(() => import("@/pages/analyses/Funnel"), "FunnelPage"),
});
const retention = createRoute({
  getParentRoute: () => desk,
  path: "/analyse/retention",
  validateSearch: analysisSearch,
  component: lazyRouteComponent(() => import("@/pages/analyses/Retention"), "RetentionPage"),
});
const activity = createRoute({
  getParentRoute: () => desk,
  path: "/analyse/activity",
  validateSearch: analysisSearch,
  component: lazyRouteComponent(() => import("@/pages/analyses/Activity"), "ActivityPage"),
});

const paths = createRoute({
  getParentRoute: () => desk,
  path: "/analyse/paths",
  validateSearch: analysisSearch,
  component: lazyRouteComponent(() => import("@/pages/analyses/Paths"), "PathsPage"),
});

const attribution = createRoute({
  getParentRoute: () => desk,
  path: "/analyse/attribution",
  validateSearch: analysisSearch,
  component: lazyRouteComponent(() => import("@/pages/analyses/Attribution"), "AttributionPage"),
});

const interval = createRoute({
  getParentRoute: () => desk,
  path: "/analyse/interval",
  validateSearch: analysisSearch,
  component: lazyRouteComponent(() => import("@/pages/analyses/Interval"), "IntervalPage"),
});
const distribution = createRoute({
  getParentRoute: () => desk,
  path: "/analyse/distribution",
  validateSearch: analysisSearch,
  component: lazyRouteComponent(() => import("@/pages/analyses/Distribution"), "DistributionPage"),
});

/** `sql`: the statement that is run; `show`: rows or chart; `x`, `y`, `by`: columns of the chart; `form`: line or bars. */
export type SqlSearch = {
  sql?: string | undefined;
  show?: string | undefined;
  x?: string | undefined;
  y?: string | undefined;
  by?: string | undefined;
  form?: string | undefined;
};
const SQL_LONGEST = 10_000;
const sql = createRoute({
  getParentRoute: () => desk,
  path: "/analyse/sql",
  validateSearch: (search): SqlSearch => ({ ...text(search, ["show", "x", "y", "by", "form"]), ...text(search, ["sql"], SQL_LONGEST) }),
  component: lazyRouteComponent(() => import("@/pages/analyses/Sql"), "SqlPage"),
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
    growth,
    trend,
    funnel,
    retention,
    activity,
    paths,
    interval,
    distribution,
    attribution,
    sql,
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
