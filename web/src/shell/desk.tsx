/** What all addresses stand on: the application, and the desk with its rail inside it. */

import { createRootRoute, createRoute, Outlet } from "@tanstack/react-router";
import { ErrorPage, NotFound } from "./ErrorPage";
import { Layout } from "./Layout";

export const root = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: ({ error }) => <ErrorPage error={error as Error} />,
});

export const desk = createRoute({ getParentRoute: () => root, id: "desk", component: Layout });
