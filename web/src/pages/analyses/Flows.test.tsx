import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import * as fixtures from "../../../dev/fixtures";
import { attribution, distribution, interval, paths } from "../../../dev/flows";

type Call = { method: string; path: string; body: unknown };
const bodies = (calls: Call[], path: string) => calls.filter((call) => call.path === path).map((call) => call.body as Record<string, unknown>);
const at = (path: string, definition: unknown, more = "") => `${path}?def=${encodeURIComponent(JSON.stringify(definition))}${more}`;
const withoutPeople = () => {
  const user = { ...fixtures.session.user, permissions: ["session.own", "metrics.read"] };
  return { ...whole(), "GET /api/session": ok({ ...fixtures.session, user }) };
};
const PERIOD = { last: 7, unit: "day" };

fourStates("Paths", {
  path: "/analyse/paths",
  question: { en: "Which ways do people go?", zh: "用户是怎么走的？" },
  request: "POST /api/analyses/paths",
  data: "The numbers of each step",
  empty: { body: { ...paths, total: { paths: 0, people: 0, still_open: 0 }, nodes: [], links: [] }, text: "There are no such paths" },
});
fourStates("Attribution", {
  path: "/analyse/attribution",
  question: { en: "Who earned the conversions?", zh: "转化是谁带来的？" },
  request: "POST /api/analyses/attribution",
  data: "The numbers of each model",
  empty: { body: { ...attribution, conversions: 0, people: 0, rows: [] }, text: "There are no conversions" },
});
fourStates("Interval", {
  path: "/analyse/interval",
  question: { en: "How long does it take?", zh: "从一步到另一步要多久？" },
  request: "POST /api/analyses/interval",
  data: "How long it took",
  empty: { body: { ...interval, total: { ...interval.total, intervals: 0 } }, text: "There are no such intervals" },
});
fourStates("Distribution", {
  path: "/analyse/distribution",
  question: { en: "How much does each person do?", zh: "每个用户做了多少？" },
  request: "POST /api/analyses/distribution",
  data: "People by number of times",
  empty: { body: { ...distribution, total: { ...distribution.total, people: 0 } }, text: "Nobody did it" },
});

describe("Paths", () => {
  it("say the way that most go and where most end", async () => {
    visit("/analyse/paths", whole());
    expect(
      await screen.findByText(/1,000 paths of 800 people\. Step by step, most go Searched → Detail viewed \(60.0.%\) → the end \(75.0.%\)\./),
    ).toBeVisible();
    expect(screen.getByText(/Most end at step 2, Detail viewed: 45.0.% of all paths\. 5 may still go on\./)).toBeVisible();
  });
  it("open the paths behind an end, and which step each event is", async () => {
    const { user, calls, path } = visit("/analyse/paths", whole());
    await user.click(await screen.findByRole("button", { name: "Ended at step 2, Detail viewed: 450" }));
    const pane = await screen.findByTestId("paths-people");
    expect(await within(pane).findByText("Searched → Detail viewed")).toBeVisible();
    expect(bodies(calls, "/api/analyses/paths/people")[0]).toMatchObject({
      step: 2,
      node: { name: "detail_view", value: null },
      onto: null,
      exits: true,
      asked_ms: paths.asked_ms,
    });
    await user.click(within(pane).getByText("login 10***55"));
    expect(await within(pane).findByText(/no step of its own/)).toBeVisible();
    expect(bodies(calls, "/api/analyses/paths/explain")[0]).toMatchObject({ person: 12, asked_ms: paths.asked_ms });
    expect(path()).toMatch(/person=(%22)?12/);
  });
  it("ask what the address says, and change it", async () => {
    const { user, calls } = visit(at("/analyse/paths", { events: "*", end: "payment_succeeded", steps: 3, period: PERIOD }), whole());
    await waitFor(() =>
      expect(bodies(calls, "/api/analyses/paths")[0]?.definition).toMatchObject({ events: "*", end: { event: "payment_succeeded" } }),
    );
    const steps = await screen.findByRole("spinbutton", { name: "Steps shown" });
    await user.clear(steps);
    await user.type(steps, "4");
    await waitFor(() => expect(bodies(calls, "/api/analyses/paths").at(-1)?.definition).toMatchObject({ steps: 4, events: "*" }));
  });
  it("have nothing to click for who may not see people", async () => {
    visit("/analyse/paths?rows=%7B%22step%22%3A1%7D", withoutPeople());
    expect(await screen.findByText("The numbers of each step")).toBeVisible();
    expect(screen.queryByRole("button", { name: /^step 1/ })).toBeNull();
    expect(screen.queryByTestId("paths-people")).toBeNull();
  });
});

describe("Attribution", () => {
  it("says where models differ, what has no touch, and what no model says", async () => {
    visit("/analyse/attribution", whole());
    expect(
      await screen.findByText(
        /Models differ in who gets most: First touch .*web.* \(50.0.%\), Markov .*app.* \(40.5.%\)\. Touches without a value get 9.50.% to 10.0.%\. 10.0.% had no touch before\./i,
      ),
    ).toBeVisible();
    expect(screen.getByText(/none proves a cause/)).toBeVisible();
    expect(screen.getByText(/Another ¥50\.00 went to channels without any touch\./)).toBeVisible();
  });
  it("shows cost per conversion, and keeps it in the address", async () => {
    const { user, path } = visit("/analyse/attribution", whole());
    await user.click(await screen.findByText("CPA"));
    await waitFor(() => expect(path()).toContain("view=cpa"));
    const table = screen.getByRole("table", { name: "The numbers of each model" });
    expect(within(table).getByText("¥12.50")).toBeVisible();
    expect(within(table).getAllByText("¥8.00")).toHaveLength(2);
  });
  it("has no cost where another field is credited, and says so", async () => {
    const server = { ...whole(), "POST /api/analyses/attribution": ok({ ...attribution, by: "device", cost: null }) };
    visit("/analyse/attribution", server);
    expect(await screen.findByText(/by device there is no CPA and no ROAS/)).toBeVisible();
    expect(screen.queryByText("CPA")).toBeNull();
  });
  it("opens the conversions of a row, and what each touch was credited with", async () => {
    const { user, calls } = visit("/analyse/attribution", whole());
    await user.click(await screen.findByRole("button", { name: /Show the conversions, .*web.*: 60/i }));
    const pane = await screen.findByTestId("attribution-people");
    expect(await within(pane).findByText(/app.* → .*web/i)).toBeVisible();
    expect(bodies(calls, "/api/analyses/attribution/people")[0]).toMatchObject({ kind: "value", value: "web", asked_ms: attribution.asked_ms });
    await user.click(within(pane).getByText("login 10***55"));
    expect(await within(pane).findByText(/not credited, app/)).toBeVisible();
  });
});

describe("Interval", () => {
  it("says how long half of them take", async () => {
    visit("/analyse/interval", whole());
    expect(
      await screen.findByText(
        /200 intervals of 150 people from Searched to Payment succeeded\. Half take 3 min or less, three quarters 2 h or less\. 7 may still be under way\./,
      ),
    ).toBeVisible();
  });
  it("opens the intervals of a value, none of a masked one, and the pairs of a person", async () => {
    const { user, calls } = visit("/analyse/interval", whole());
    await user.click(await screen.findByRole("button", { name: /Show the intervals, .*android.*: 150/i }));
    const pane = await screen.findByTestId("interval-people");
    expect(await within(pane).findByText("3 min 5 s")).toBeVisible();
    expect(bodies(calls, "/api/analyses/interval/people")[0]).toMatchObject({ bin: null, cell: "value", value: "android" });
    await user.click(within(pane).getByText("login 10***55"));
    expect(await within(pane).findByText(/window 7 days/)).toBeVisible();
    expect(screen.queryByRole("button", { name: /Show the intervals, a\*\*\*/ })).toBeNull();
  });
  it("opens a bin of the table", async () => {
    const { user, calls } = visit("/analyse/interval", whole());
    await user.click(await screen.findByRole("button", { name: "Show 5 min–1 h: 60" }));
    await waitFor(() => expect(bodies(calls, "/api/analyses/interval/people")[0]).toMatchObject({ bin: 3, cell: "total" }));
  });
  it("opens a bin by its address", async () => {
    visit("/analyse/interval?rows=2", whole());
    expect(await screen.findByText("Intervals of 1–5 min")).toBeVisible();
  });
});

describe("Distribution", () => {
  it("says how often half of them do it", async () => {
    visit("/analyse/distribution", whole());
    expect(
      await screen.findByText(/1,000 people did Searched\. Half of them 2 times or less, 3\.1 times on average, 57 times at most\./),
    ).toBeVisible();
  });
  it("opens a bin by its address, and what each event added", async () => {
    const { user, calls } = visit("/analyse/distribution?rows=3", whole());
    const pane = await screen.findByTestId("distribution-people");
    expect(await within(pane).findByText("People with 3–10")).toBeVisible();
    expect(bodies(calls, "/api/analyses/distribution/people")[0]).toMatchObject({ bin: 3, bucket: null });
    await user.click(await within(pane).findByText("login 10***55"));
    expect(await within(pane).findByText("Figure 1: bin 1")).toBeVisible();
  });
  it("starts again where an address can't be read", async () => {
    const { user } = visit(at("/analyse/distribution", { event: 5 }), whole());
    await user.click(await screen.findByRole("button", { name: "Start again" }));
    expect(await screen.findByText("People by number of times")).toBeVisible();
  });
});
