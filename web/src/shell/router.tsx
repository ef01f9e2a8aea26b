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
const today = createRoute({
  getParentRoute: () => desk,
  path: "/",
  validateSearch: (search): { date?: string; rows?: string } => text(search, ["date", "rows"]),
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
};
const tree = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/tree",
  validateSearch: (search): TreeSearch => text(search, ["start", "end", "vs", "vs_start", "vs_end", "clock", "node", "by", "where", "rows"]),
  component: lazyRouteComponent(() => import("@/pages/metrics/Tree"), "TreePage"),
});

export type CatalogueSearch = { class?: string; scope?: string; use?: string; q?: string; metric?: string; rows?: string };
const catalogue = createRoute({
  getParentRoute: () => desk,
  path: "/metrics/catalogue",
  validateSearch: (search): CatalogueSearch => text(search, ["class", "scope", "use", "q", "metric", "rows"]),
  component: lazyRouteComponent(() => import("@/pages/metrics/Catalogue"), "CataloguePage"),
});

const routeTree = root.addChildren([welcome, signin, desk.addChildren([today, tree, catalogue])]);

/** Make the router; tests make their own with another history. */
export function makeRouter(options: Partial<Parameters<typeof createRouter>[0]> = {}) {
  return createRouter({ routeTree, defaultPreload: "intent", scrollRestoration: true, ...(options as object) });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
