import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, visit, whole } from "@/test/page";
import { clusters, sessions } from "../../../dev/kinds";
import { readClusters, wholeClusters, withMeasure } from "./clustersDefinition";
import { readSessions, readSessionsPlace, writeSessionsPlace } from "./sessionsDefinition";

type Call = { method: string; path: string; body: unknown };
const bodies = (calls: Call[], path: string) => calls.filter((call) => call.path === path).map((call) => call.body as Record<string, unknown>);
const at = (path: string, definition: unknown) => `${path}?def=${encodeURIComponent(JSON.stringify(definition))}`;

fourStates("Sessions", {
  path: "/analyse/sessions",
  question: { en: "How do visits go?", zh: "每次来访是怎样的？" },
  request: "POST /api/analyses/sessions",
  data: "How long they last",
  empty: { body: { ...sessions, total: { ...sessions.total, sessions: 0 } }, text: "There are no sessions" },
});
fourStates("Clusters", {
  path: "/analyse/clusters",
  question: { en: "Which kinds of people are there?", zh: "有哪几类用户？" },
  request: "POST /api/analyses/clusters",
  data: "What sets each apart",
  empty: { body: { ...clusters, people: 0, clusters: [] }, text: "There is nobody to compare" },
});

describe("Sessions", () => {
  it("says how many, how long, and how many bounce", async () => {
    visit("/analyse/sessions", whole());
    expect(
      await screen.findByText(/300 sessions of 180 people, 1\.67 each\. Half of them last 1 min 35 s or less; 30(\.0)?\s?% have one event only\./),
    ).toBeVisible();
    expect(screen.getByText("2 sessions may still go on.")).toBeVisible();
  });
  it("opens the sessions of an entry, and why each of a person begins", async () => {
    const { user, calls } = visit("/analyse/sessions", whole());
    const list = await screen.findByRole("list", { name: "Where they begin" });
    await user.click(within(list).getByRole("button", { name: /Searched/ }));
    const pane = await screen.findByTestId("sessions-people");
    expect(await within(pane).findByText("3 min 5 s")).toBeVisible();
    expect(bodies(calls, "/api/analyses/sessions/people")[0]).toMatchObject({ cell: "total", entry: { name: "search", value: null }, exit: null });
    await user.click(within(pane).getByText("login 10***55"));
    expect(await within(pane).findByText(/31 minutes after the event before it/)).toBeVisible();
  });
  it("opens no value that is masked, and all events unless some are named", async () => {
    const { calls } = visit("/analyse/sessions", whole());
    expect(await screen.findByRole("button", { name: /Show the sessions, .*android.*: 200/i })).toBeVisible();
    expect(screen.queryByRole("button", { name: /Show the sessions, a\*\*\*/ })).toBeNull();
    expect(bodies(calls, "/api/analyses/sessions")[0]).toMatchObject({ definition: { events: "*", gap: "30 minutes" } });
  });
  it("asks for midnight where it is chosen", async () => {
    const { user, calls } = visit("/analyse/sessions", whole());
    await user.click(await screen.findByRole("checkbox", { name: "at local midnight" }));
    await screen.findByText(/300 sessions/);
    expect(bodies(calls, "/api/analyses/sessions").at(-1)).toMatchObject({ definition: { midnight: true } });
  });
  it("keeps a place in the address", () => {
    const place = { cell: "value" as const, value: "app", entry: null, exit: { name: "pay", value: null }, bin: 3, only: "open" as const };
    expect(readSessionsPlace(writeSessionsPlace(place))).toEqual(place);
    expect(readSessionsPlace("{")).toBeNull();
    expect(readSessions({ events: "search" })).toBeNull();
  });
});

describe("Clusters", () => {
  it("says how many, which is the largest, and that they hold", async () => {
    visit("/analyse/clusters", whole());
    expect(
      await screen.findByText(/1,000 people in 2 groups\. The largest has 70(\.0)?\s?%: searched often, no orders\. Other chance and half/),
    ).toBeVisible();
    expect(screen.getByText("Stable")).toBeVisible();
  });
  it("tells money in its currency, in the profile and in lists", async () => {
    const [first, second] = clusters.features;
    const bought = {
      ...clusters,
      currency: "EUR",
      features: [first, { ...second, name: "money", title: { en: "money", zh: "金额" }, measure: "money" }],
    };
    const { user } = visit("/analyse/clusters", { ...whole(), "POST /api/analyses/clusters": { status: 200, body: bought } });
    const profile = await screen.findByRole("table", { name: "What sets each apart" });
    expect(within(profile).getByText(/^€3\.00 \(\+2\.1\)$/)).toBeVisible();
    expect(within(profile).getByText(/^€0 \(/)).toBeVisible();
    await user.click(within(profile).getByText(/^€3\.00 /));
    expect(await within(await screen.findByTestId("clusters-people")).findByText("€3.00")).toBeVisible();
  });
  it("warns where they do not hold", async () => {
    const stability = { ...clusters.stability, stable: false, halves: "0.4" };
    visit("/analyse/clusters", { ...whole(), "POST /api/analyses/clusters": { status: 200, body: { ...clusters, stability } } });
    expect(await screen.findByText(/These groups are not stable: do not build on them\./)).toBeVisible();
  });
  it("opens the people of a group, and why one is in it", async () => {
    const { user, calls } = visit("/analyse/clusters", whole());
    const list = await screen.findByRole("list", { name: "How large each group is" });
    await user.click(within(list).getByRole("button", { name: /2\. many orders/ }));
    const pane = await screen.findByTestId("clusters-people");
    await user.click(await within(pane).findByText("login 10***55"));
    expect(await within(pane).findByText(/distance 0\.120, the nearest/)).toBeVisible();
    expect(bodies(calls, "/api/analyses/clusters/people")[0]).toMatchObject({ cluster: 2, asked_ms: clusters.asked_ms });
  });
  it("waits while a feature has no event", async () => {
    const definition = { features: [{ measure: "times", event: "" }, { measure: "orders" }], period: { last: 7, unit: "day" } };
    visit(at("/analyse/clusters", definition), whole());
    expect(await screen.findByText(/At least two different features/)).toBeVisible();
  });
  it("changes a feature's measure with what belongs to it", () => {
    expect(withMeasure({ measure: "times", event: "search" }, "orders")).toEqual({ measure: "orders" });
    expect(withMeasure({ measure: "orders" }, "sum")).toEqual({ measure: "sum", event: "*", of: "price" });
    expect(readClusters({ features: [{ measure: "many" }] })).toBeNull();
    const twice = readClusters({ features: [{ measure: "orders" }, { measure: "orders" }] });
    expect(twice && wholeClusters(twice)).toBe(false);
  });
});
