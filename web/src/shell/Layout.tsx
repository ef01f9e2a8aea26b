/** The frame of every signed-in page: rail, top bar, content; it sends away who is not signed in. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, keepCsrf } from "@/api/client";
import { keys, valueNamesOptions } from "@/api/keys";
import { ErrorPanel } from "@/kit/states";
import { usePreferences } from "./preferences";
import { Rail } from "./Rail";
import { SessionProvider, useSessionQuery } from "./session";
import { TopBar } from "./TopBar";

/** Show the frame once the session is known. */
export function Layout() {
  const { t } = useTranslation();
  const query = useSessionQuery();
  const client = useQueryClient();
  const navigate = useNavigate();
  const location = useLocation();
  const { adopt } = usePreferences();
  const error = query.error;
  const signedOut = error instanceof ApiError && error.status === 401;
  const body = query.data;
  // Asked for with the first page, so that no page shows a code before its name.
  useQuery({ ...valueNamesOptions(), enabled: body?.user.permissions.includes("metrics.read") ?? false });

  useEffect(() => {
    if (!signedOut || location.pathname === "/signin") return;
    keepCsrf(null);
    client.removeQueries({ queryKey: keys.session });
    const back = location.href === "/" ? undefined : location.href;
    void navigate({ to: "/signin", search: back ? { back } : {}, replace: true });
  }, [signedOut, client, navigate, location.href, location.pathname]);

  useEffect(() => {
    if (!body) return;
    const { user, workspace } = body;
    adopt({
      ...(user.language ? { language: user.language } : {}),
      ...(user.theme === "light" || user.theme === "dark" ? { theme: user.theme } : {}),
      ...((user.good_colour ?? workspace.good_colour) ? { goodColour: user.good_colour ?? workspace.good_colour } : {}),
    });
  }, [body, adopt]);

  if (error && !signedOut) {
    return (
      <main className="alone">
        <ErrorPanel error={error} what={t("app.name")} retry={() => void query.refetch()} />
      </main>
    );
  }
  if (!body) return <div className="alone" role="status" aria-label={t("app.loading")} />;
  return (
    <SessionProvider value={body}>
      <a className="skip" href="#content">
        {t("app.skip")}
      </a>
      <div className="frame">
        <Rail />
        <TopBar />
        <main id="content" className="content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </SessionProvider>
  );
}
