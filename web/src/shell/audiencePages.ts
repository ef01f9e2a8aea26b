/** The addresses of audiences: segments, and where buyers stand. */

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { desk } from "./desk";
import { text } from "./search";

/** `month`: the one that is looked at; `rfm`, `stage`, `before`: whose list is open. */
export type StandingSearch = { month?: string | undefined; rfm?: string | undefined; stage?: string | undefined; before?: string | undefined };
const standing = createRoute({
  getParentRoute: () => desk,
  path: "/people/standing",
  validateSearch: (search): StandingSearch => text(search, ["month", "rfm", "stage", "before"]),
  component: lazyRouteComponent(() => import("@/pages/audiences/Standing"), "StandingPage"),
});

/** `make`: the builder is open. */
export type SegmentsSearch = { make?: string | undefined };
const segments = createRoute({
  getParentRoute: () => desk,
  path: "/people/segments",
  validateSearch: (search): SegmentsSearch => text(search, ["make"]),
  component: lazyRouteComponent(() => import("@/pages/audiences/Segments"), "SegmentsPage"),
});

/** `edit`: the builder is open; `person`: who is explained; `with`: the segments laid over it, with commas; `after`: where the page of members begins. */
export type SegmentSearch = { edit?: string | undefined; person?: string | undefined; with?: string | undefined; after?: string | undefined };
const segment = createRoute({
  getParentRoute: () => desk,
  path: "/people/segments/$segment",
  validateSearch: (search): SegmentSearch => text(search, ["edit", "person", "with", "after"]),
  component: lazyRouteComponent(() => import("@/pages/audiences/Segment"), "SegmentPage"),
});

/** `model`: whose card is open. */
export type ModelsSearch = { model?: string | undefined };
const models = createRoute({
  getParentRoute: () => desk,
  path: "/people/models",
  validateSearch: (search): ModelsSearch => text(search, ["model"]),
  component: lazyRouteComponent(() => import("@/pages/audiences/Models"), "ModelsPage"),
});

export const audiencePages = [segments, segment, standing, models] as const;
