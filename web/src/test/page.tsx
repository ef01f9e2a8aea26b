/** Show the whole page at an address with a server of chosen answers; and check the four states that each page owes. */

import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App as AntApp, ConfigProvider } from "antd";
import { describe, expect, it, vi } from "vitest";
import type { ErrorBody, Language } from "@/api/types";
import { makeQueryClient } from "@/shell/App";
import { PreferencesProvider } from "@/shell/preferences";
import { makeRouter } from "@/shell/router";
import { activityAnswers } from "../../dev/activity";
import { alertAnswers } from "../../dev/alerts";
import { analysisAnswers } from "../../dev/analyses";
import { boardAnswers } from "../../dev/boards";
import { channelAnswers } from "../../dev/channels";
import { dataAnswers } from "../../dev/data";
import * as fixtures from "../../dev/fixtures";
import { flowAnswers } from "../../dev/flows";
import { incidentAnswers } from "../../dev/incidents";
import { kindAnswers } from "../../dev/kinds";
import { knownDayAnswers } from "../../dev/knownDays";
import { knownEventAnswers } from "../../dev/knownEvents";
import { launchAnswers } from "../../dev/launches";
import { modelAnswers } from "../../dev/models";
import { monitorAnswers } from "../../dev/monitors";
import { peopleAnswers } from "../../dev/people";
import { playbookAnswers } from "../../dev/playbooks";
import { recipeAnswers } from "../../dev/recipes";
import { reconciliationAnswers } from "../../dev/reconciliation";
import { restatementAnswers } from "../../dev/restatements";
import { retentionAnswers } from "../../dev/retention";
import { rootCauseAnswers } from "../../dev/rootCause";
import { segmentAnswers } from "../../dev/segments";
import { separatesAnswers } from "../../dev/separates";
import { sqlAnswers } from "../../dev/sql";
import { standingAnswers } from "../../dev/standing";
import { targetAnswers } from "../../dev/targets";
import { wayAnswers } from "../../dev/ways";

type Reply = { status: number; body: unknown } | "never";
export type Server = Record<string, Reply>;

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const refused = (status: number, error: Partial<ErrorBody["error"]> = {}): Reply => ({
  status,
  body: {
    error: { code: "broken", message: "The engine is out of memory.", where: "metrics.query", fix: "Ask for less.", request_id: "req_42", ...error },
  },
});

/** A server that has everything. */
export function whole(): Server {
  return {
    "GET /api/state": ok(fixtures.state),
    "GET /api/session": ok(fixtures.session),
    "GET /api/metrics/today": ok(fixtures.today),
    "GET /api/metrics/catalogue": ok(fixtures.catalogue),
    "GET /api/metrics/values": ok(fixtures.values),
    "GET /api/metrics/catalogue/revenue": ok({ ...fixtures.catalogue.metrics[0], sql: "SELECT sum(amount) AS revenue" }),
    "GET /api/orders/1": ok(fixtures.order),
    "POST /api/metrics/query": ok(fixtures.answer),
    "POST /api/metrics/rows": ok(fixtures.rows),
    "POST /api/metrics/tree": ok(fixtures.tree),
    "POST /api/metrics/decompose": ok(fixtures.decomposition),
    "POST /api/session": ok(fixtures.session),
    "POST /api/setup": ok(fixtures.session),
    "PATCH /api/session": ok(fixtures.session),
    "DELETE /api/session": { status: 200, body: {} },
    ...Object.fromEntries(
      Object.entries({
        ...activityAnswers,
        ...alertAnswers,
        ...analysisAnswers,
        ...boardAnswers,
        ...channelAnswers,
        ...dataAnswers,
        ...fixtures.authoringAnswers,
        ...flowAnswers,
        ...incidentAnswers,
        ...kindAnswers,
        ...knownDayAnswers,
        ...knownEventAnswers,
        ...monitorAnswers,
        ...peopleAnswers,
        ...recipeAnswers,
        ...reconciliationAnswers,
        ...restatementAnswers,
        ...retentionAnswers,
        ...playbookAnswers,
        ...launchAnswers,
        ...standingAnswers,
        ...modelAnswers,
        ...wayAnswers,
        ...rootCauseAnswers,
        ...segmentAnswers,
        ...separatesAnswers,
        ...sqlAnswers,
        ...targetAnswers,
      }).map(([name, body]) => [name, ok(body)]),
    ),
  };
}

export type Call = { method: string; path: string; search: string; body: unknown; headers: Headers };

/** Choose an option of a row of choices: the input itself takes no pointer, only its label does. */
export function choose(choice: HTMLElement): void {
  fireEvent.click(choice);
}

/** Show the page at `path` in a language with a server; returns what was asked of it. */
export function visit(
  path: string,
  server: Server,
  language: Language = "en",
): { calls: Call[]; user: ReturnType<typeof userEvent.setup>; path: () => string } {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const url = new URL(request.url);
    const name = `${request.method} ${url.pathname}`;
    calls.push({
      method: request.method,
      path: url.pathname,
      search: url.search,
      body:
        request.method === "GET"
          ? null
          : await request
              .clone()
              .json()
              .catch(() => null),
      headers: request.headers,
    });
    const reply = server[name];
    if (reply === "never") return new Promise<Response>(() => {});
    const { status, body } = reply ?? { status: 404, body: { error: { code: "not_found", message: name } } };
    return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  });
  const session = server["GET /api/session"];
  if (session && session !== "never" && session.status === 200) {
    const body = session.body as typeof fixtures.session;
    server["GET /api/session"] = ok({ ...body, user: { ...body.user, language } });
  }
  localStorage.setItem("windsock.look", JSON.stringify({ language, theme: "light", goodColour: "green" }));
  const client = makeQueryClient();
  client.setDefaultOptions({ queries: { ...client.getDefaultOptions().queries, retry: false } });
  const history = createMemoryHistory({ initialEntries: [path] });
  const router = makeRouter({ history, defaultPreload: false });
  render(
    <QueryClientProvider client={client}>
      <PreferencesProvider>
        <ConfigProvider theme={{ token: { motion: false } }}>
          <AntApp component={false}>
            <RouterProvider router={router} />
          </AntApp>
        </ConfigProvider>
      </PreferencesProvider>
    </QueryClientProvider>,
  );
  return { calls, user: userEvent.setup(), path: () => history.location.href };
}

type Owed = {
  path: string;
  question: { en: string; zh: string };
  /** The request that the page lives on. */
  request: string;
  /** A text that is there only with data. */
  data: string;
  empty?: { body: unknown; text: string };
  /** The permission that is named to who lacks it. */
  permission?: string;
};

/** Check that a page loads, fails, is refused, is empty and shows its data as every page does. */
export function fourStates(name: string, owed: Owed): void {
  describe(`${name} in each state`, () => {
    it("asks its question in both languages", async () => {
      visit(owed.path, whole(), "en");
      expect(await screen.findByRole("heading", { level: 1, name: owed.question.en })).toBeVisible();
    });
    it("asks its question in Chinese", async () => {
      visit(owed.path, whole(), "zh");
      expect(await screen.findByRole("heading", { level: 1, name: owed.question.zh })).toBeVisible();
      expect(document.documentElement.lang).toBe("zh-CN");
    });
    it("loads with a skeleton", async () => {
      visit(owed.path, { ...whole(), [owed.request]: "never" });
      await waitFor(() => expect(document.querySelector('[data-state="loading"]')).not.toBeNull());
      expect(screen.queryByText(owed.data)).toBeNull();
    });
    it("says what failed, what to do and the request id, and tries again", async () => {
      const server = { ...whole(), [owed.request]: refused(500) };
      const { user } = visit(owed.path, server);
      const alerts = await screen.findAllByRole("alert");
      expect(alerts[0]).toHaveTextContent("The engine is out of memory.");
      expect(alerts[0]).toHaveTextContent("Ask for less.");
      expect(alerts[0]).toHaveTextContent("req_42");
      Object.assign(server, { [owed.request]: whole()[owed.request] });
      await user.click(screen.getAllByRole("button", { name: "Try again" })[0] as HTMLElement);
      expect((await screen.findAllByText(owed.data)).length).toBeGreaterThan(0);
    });
    it("says who can grant what is missing", async () => {
      visit(owed.path, { ...whole(), [owed.request]: refused(403, { code: "forbidden", message: "No." }) });
      await waitFor(() => expect(document.querySelector('[data-state="forbidden"]')).not.toBeNull());
      expect(document.querySelector('[data-state="forbidden"]')).toHaveTextContent(owed.permission ?? "metrics.read");
    });
    it("shows its data", async () => {
      visit(owed.path, whole());
      expect((await screen.findAllByText(owed.data)).length).toBeGreaterThan(0);
    });
    const empty = owed.empty;
    if (empty)
      it("says why it is empty and what to do", async () => {
        visit(owed.path, { ...whole(), [owed.request]: ok(empty.body) });
        expect(await screen.findByText(empty.text)).toBeVisible();
      });
  });
}
