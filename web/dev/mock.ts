/** A server of made-up answers for drawing pages: `WINDSOCK_DEV_MOCK=1 npm run dev`. Never part of a build. */

import type { Plugin } from "vite";
import { activityAnswers } from "./activity.ts";
import { alertAnswers } from "./alerts.ts";
import { analysisAnswers } from "./analyses.ts";
import { boardAnswers } from "./boards.ts";
import { dataAnswers } from "./data.ts";
import * as fixtures from "./fixtures.ts";
import { flowAnswers } from "./flows.ts";
import { incidentAnswers } from "./incidents.ts";
import { kindAnswers } from "./kinds.ts";
import { knownDayAnswers } from "./knownDays.ts";
import { knownEventAnswers } from "./knownEvents.ts";
import { launchAnswers } from "./launches.ts";
import { modelAnswers } from "./models.ts";
import { monitorAnswers } from "./monitors.ts";
import { peopleAnswers } from "./people.ts";
import { playbookAnswers } from "./playbooks.ts";
import { recipeAnswers } from "./recipes.ts";
import { retentionAnswers } from "./retention.ts";
import { rootCauseAnswers } from "./rootCause.ts";
import { segmentAnswers } from "./segments.ts";
import { separatesAnswers } from "./separates.ts";
import { standingAnswers } from "./standing.ts";
import { wayAnswers } from "./ways.ts";

const GET: [RegExp, unknown][] = [
  [/^\/api\/state/, fixtures.state],
  [/^\/api\/session/, { ...fixtures.session, user: { ...fixtures.session.user, language: undefined } }],
  [/^\/api\/metrics\/today/, fixtures.today],
  [
    /^\/api\/metrics\/catalogue\/(.+)/,
    { ...fixtures.catalogue.metrics[0], sql: "SELECT sum(amount) AS revenue\nFROM posting\nWHERE at_ms >= $p0 AND at_ms < $p1" },
  ],
  [/^\/api\/metrics\/catalogue/, fixtures.catalogue],
  [/^\/api\/metrics\/values/, fixtures.values],
  [/^\/api\/orders\//, fixtures.order],
];
const NAMED: Record<string, unknown> = {
  ...activityAnswers,
  ...alertAnswers,
  ...analysisAnswers,
  ...boardAnswers,
  ...dataAnswers,
  ...flowAnswers,
  ...incidentAnswers,
  ...kindAnswers,
  ...knownDayAnswers,
  ...knownEventAnswers,
  ...monitorAnswers,
  ...peopleAnswers,
  ...recipeAnswers,
  ...retentionAnswers,
  ...playbookAnswers,
  ...launchAnswers,
  ...standingAnswers,
  ...modelAnswers,
  ...wayAnswers,
  ...rootCauseAnswers,
  ...segmentAnswers,
  ...separatesAnswers,
};
const POST: Record<string, unknown> = {
  "/api/session": fixtures.session,
  "/api/setup": fixtures.session,
  "/api/metrics/query": fixtures.answer,
  "/api/metrics/rows": fixtures.rows,
  "/api/metrics/tree": fixtures.tree,
  "/api/metrics/decompose": fixtures.decomposition,
};

/** Answer `/api` from the fixtures. */
export function mockServer(): Plugin {
  return {
    name: "windsock-mock",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? "").split("?")[0] ?? "";
        if (!path.startsWith("/api/")) return next();
        const named = NAMED[`${request.method} ${path}`];
        const body =
          named !== undefined
            ? named
            : request.method === "GET"
              ? GET.find(([pattern]) => pattern.test(path))?.[1]
              : (POST[path] ?? fixtures.session);
        response.statusCode = body === undefined ? 404 : 200;
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(body ?? { error: { code: "not_found", message: path } }));
      });
    },
  };
}
