/** The server as somebody with other rights finds it. */

import type { session as fixture } from "../../dev/fixtures";
import { ok, type Server } from "./page";

/** Give the signed-in user these permissions and no others. */
export function withRights(server: Server, permissions: string[]): Server {
  const session = server["GET /api/session"];
  if (!session || session === "never") return server;
  const body = session.body as typeof fixture;
  return { ...server, "GET /api/session": ok({ ...body, user: { ...body.user, permissions } }) };
}

const ALL =
  "session.own metrics.read targets.write promises.write alerts.read alerts.handle incidents.read incidents.work incidents.manage audiences.read audiences.write people.tag orders.read people.see people.unmask people.merge people.erase sources.read sources.manage events.see sql.run quarantine.manage dashboards.write reports.manage destinations.manage export import.write jobs.read jobs.cancel definitions.read definitions.write definitions.approve members.manage tokens.manage audit.read system.read system.manage";

/** Give the signed-in user every permission. */
export const asAdmin = (server: Server): Server => withRights(server, ALL.split(" "));
