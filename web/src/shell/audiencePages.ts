/** The addresses of audiences: where buyers stand. */

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

export const audiencePages = [standing] as const;
