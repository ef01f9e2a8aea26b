/** The addresses of Analyse: nearly all are pages on one frame, whose address is the analysis. */

import { createRoute, lazyRouteComponent, type RouteComponent } from "@tanstack/react-router";
import { desk } from "./desk";
import { text } from "./search";

/** `def`: the definition itself, so that a link is the analysis; `rows`: whose list is open; `person`: whose proof, `start`: of which attempt; `saved`: which one it came from; `view`: how it is shown; `pick`: what of it is looked at closer; `compare`: beside which earlier period. */
export type AnalysisSearch = {
  def?: unknown;
  rows?: string | undefined;
  person?: string | undefined;
  start?: string | undefined;
  saved?: string | undefined;
  more?: string | undefined;
  view?: string | undefined;
  pick?: string | undefined;
  compare?: string | undefined;
};
const analysisSearch = (search: Record<string, unknown>): AnalysisSearch => ({
  ...text(search, ["rows", "person", "start", "saved", "more", "view", "pick", "compare"]),
  ...(search.def === undefined ? {} : { def: search.def }),
});
/** A page on the frame of analyses. */
const analysis = <Path extends string>(path: Path, component: RouteComponent) =>
  createRoute({ getParentRoute: () => desk, path, validateSearch: analysisSearch, component });
const growth = analysis(
  "/analyse/growth",
  lazyRouteComponent(() => import("@/pages/analyses/Growth"), "GrowthPage"),
);
const trend = analysis(
  "/analyse/trend",
  lazyRouteComponent(() => import("@/pages/analyses/Trend"), "TrendPage"),
);
const funnel = analysis(
  "/analyse/funnel",
  lazyRouteComponent(() => import("@/pages/analyses/Funnel"), "FunnelPage"),
);
const retention = analysis(
  "/analyse/retention",
  lazyRouteComponent(() => import("@/pages/analyses/Retention"), "RetentionPage"),
);
const activity = analysis(
  "/analyse/activity",
  lazyRouteComponent(() => import("@/pages/analyses/Activity"), "ActivityPage"),
);
const paths = analysis(
  "/analyse/paths",
  lazyRouteComponent(() => import("@/pages/analyses/Paths"), "PathsPage"),
);
const attribution = analysis(
  "/analyse/attribution",
  lazyRouteComponent(() => import("@/pages/analyses/Attribution"), "AttributionPage"),
);
const interval = analysis(
  "/analyse/interval",
  lazyRouteComponent(() => import("@/pages/analyses/Interval"), "IntervalPage"),
);
const revenue = analysis(
  "/analyse/lifetime-value",
  lazyRouteComponent(() => import("@/pages/analyses/Revenue"), "RevenuePage"),
);
const rfm = analysis(
  "/analyse/rfm",
  lazyRouteComponent(() => import("@/pages/analyses/Rfm"), "RfmPage"),
);
const basket = analysis(
  "/analyse/basket",
  lazyRouteComponent(() => import("@/pages/analyses/Basket"), "BasketPage"),
);
const distribution = analysis(
  "/analyse/distribution",
  lazyRouteComponent(() => import("@/pages/analyses/Distribution"), "DistributionPage"),
);
const correlation = analysis(
  "/analyse/correlation",
  lazyRouteComponent(() => import("@/pages/analyses/Correlation"), "CorrelationPage"),
);
const drivers = analysis(
  "/analyse/drivers",
  lazyRouteComponent(() => import("@/pages/analyses/Drivers"), "DriversPage"),
);
const seasons = analysis(
  "/analyse/seasons",
  lazyRouteComponent(() => import("@/pages/analyses/Seasons"), "SeasonsPage"),
);
const sessions = analysis(
  "/analyse/sessions",
  lazyRouteComponent(() => import("@/pages/analyses/Sessions"), "SessionsPage"),
);
const clusters = analysis(
  "/analyse/clusters",
  lazyRouteComponent(() => import("@/pages/analyses/Clusters"), "ClustersPage"),
);

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

/** `start`, `end`: the days that a recipe is run for; `run`: it runs, or has run; `edit`: 1, or copy. */
export type RecipeSearch = { start?: string | undefined; end?: string | undefined; run?: string | undefined; edit?: string | undefined };
const recipes = createRoute({
  getParentRoute: () => desk,
  path: "/analyse/recipes",
  component: lazyRouteComponent(() => import("@/pages/analyses/Recipes"), "RecipesPage"),
});
const recipe = createRoute({
  getParentRoute: () => desk,
  path: "/analyse/recipes/$name",
  validateSearch: (search): RecipeSearch => text(search, ["start", "end", "run", "edit"]),
  component: lazyRouteComponent(() => import("@/pages/analyses/Recipe"), "RecipePage"),
});

/** All of them, in no order. */
export const analysePages = [
  growth,
  trend,
  funnel,
  retention,
  activity,
  paths,
  attribution,
  interval,
  distribution,
  revenue,
  rfm,
  basket,
  correlation,
  drivers,
  seasons,
  sql,
  recipes,
  recipe,
  sessions,
  clusters,
] as const;
