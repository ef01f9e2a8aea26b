/** Everything around the pages: queries, look, Ant Design in the right language, and the router. */

import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App as AntApp, ConfigProvider } from "antd";
import enGB from "antd/locale/en_GB";
import zhCN from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/en-gb";
import "dayjs/locale/zh-cn";
import { useCallback, useMemo, useState } from "react";
import { ApiError, api } from "@/api/client";
import { keys } from "@/api/keys";
import type { SessionBody, SessionPatch } from "@/api/types";
import { PreferencesProvider, usePreferences } from "./preferences";
import { makeRouter } from "./router";
import { antdTheme } from "./theme";

/** The nonce that the server put into the page; styles made at run time must carry it. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

/** A refused question is not asked again; a failed one is, twice. A lost session is noticed from any answer. */
export function makeQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        const lost = error instanceof ApiError && error.status === 401 && query.queryKey[0] !== keys.session[0];
        if (lost) void client.invalidateQueries({ queryKey: keys.session });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
        retryDelay: (count) => 400 * 2 ** count,
      },
    },
  });
  return client;
}

function Themed({ router }: { router: ReturnType<typeof makeRouter> }) {
  const { language, theme } = usePreferences();
  dayjs.locale(language === "zh" ? "zh-cn" : "en-gb");
  const config = useMemo(() => antdTheme(theme), [theme]);
  return (
    <ConfigProvider locale={language === "zh" ? zhCN : enGB} theme={config} csp={{ nonce }} button={{ autoInsertSpace: false }}>
      <AntApp component={false}>
        <RouterProvider router={router} />
      </AntApp>
    </ConfigProvider>
  );
}

/** The whole page. */
export function App() {
  const [client] = useState(makeQueryClient);
  const [router] = useState(makeRouter);
  const save = useCallback(
    (patch: SessionPatch) => {
      const before = client.getQueryData<SessionBody>(keys.session);
      if (!before) return;
      client.setQueryData<SessionBody>(keys.session, { ...before, user: { ...before.user, ...patch } });
      void api.PATCH("/api/session", { body: patch }).catch(() => undefined);
    },
    [client],
  );
  return (
    <QueryClientProvider client={client}>
      <PreferencesProvider save={save}>
        <Themed router={router} />
      </PreferencesProvider>
    </QueryClientProvider>
  );
}
