import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { ticksOf } from "@/charts/Forest";
import { fourStates, ok, visit, whole } from "@/test/page";
import * as fixtures from "../../../dev/fixtures";
import { correlation } from "../../../dev/separates";
import * as c from "./correlationDefinition";

type Call = { path: string; body: unknown };
const asked = (calls: Call[], path = "/api/analyses/correlation") =>
  calls.filter((call) => call.path === path).map((call) => call.body as Record<string, unknown> & { definition: c.CorrelationDefinition });
const DEF = {
  funnel: { steps: ["search", "detail_view", "payment_succeeded"], window: "2 hours", period: { last: 7, unit: "day" } },
  at: ["device"],
};
const at = (definition: unknown, more = "") => `/analyse/correlation?def=${encodeURIComponent(JSON.stringify(definition))}${more}`;

fourStates("Correlation", {
  path: "/analyse/correlation",
  question: { en: "What separates those who go on?", zh: "走下去的人和流失的人有什么不同？" },
  request: "POST /api/analyses/correlation",
  data: "How much each fact separates",
  empty: { body: { ...correlation, attempts: 0, converted: 0, more: [], less: [] }, text: "Nobody reached that step" },
});

describe("Correlation", () => {
  it("says what goes most with not going on, and how sure each difference is", async () => {
    visit(at(DEF), whole());
    expect(await screen.findByText(/Of 367 people at Detail viewed, 259 \(70\.6.%\) reached Payment succeeded\./)).toBeVisible();
    expect(screen.getByText(/is payment provider = wechat_pay × device = android: 41\.0.% go on with it, 92\.4.% without\./)).toBeVisible();
    const forest = screen.getByRole("region", { name: "Goes with not reaching Payment succeeded" });
    expect(within(forest).getByText("−51.4 (−59.3 to −42.4)")).toBeVisible();
    expect(within(forest).getByText("beyond chance")).toBeVisible();
    expect(within(forest).getByText("alone yes, among so many no")).toBeVisible();
    expect(screen.getAllByText("may be chance")[0]).toBeVisible();
    expect(screen.getByText(/need not cause it/)).toBeVisible();
  });
  it("opens who was lost with a fact, then those who went on, and what was true of one of them", async () => {
    const { user, calls, path } = visit(at(DEF), whole());
    await user.click(await screen.findByRole("button", { name: "With payment provider = wechat_pay × device = android, Lost: 92" }));
    const pane = await screen.findByTestId("correlation-people");
    expect(await within(pane).findByText("1 of 92 shown")).toBeVisible();
    const people = "/api/analyses/correlation/people";
    expect(asked(calls, people)[0]).toMatchObject({
      kind: 2,
      value: '["wechat_pay","android"]',
      without: false,
      only: "dropped",
      asked_ms: correlation.asked_ms,
    });
    await user.click(within(pane).getByText("Went on"));
    await waitFor(() => expect(asked(calls, people).at(-1)).toMatchObject({ kind: 2, only: "converted" }));
    await user.click(await within(pane).findByText("login 10***55"));
    expect(await within(pane).findByText("at the step, 10:00: device = android")).toBeVisible();
    expect(path()).toMatch(/person=(%22)?12/);
  });
  it("lists nobody of a masked fact", async () => {
    visit(at(DEF), whole());
    expect((await screen.findAllByText(/e-?mail = a\*\*\*@e/i))[0]).toBeVisible();
    expect(screen.queryByRole("button", { name: /e-?mail = a/i })).toBeNull();
  });
  it("shows one kind of facts, as the address says", async () => {
    const { path, user } = visit(at(DEF, "&view=1"), whole());
    expect((await screen.findAllByText("device = ios"))[0]).toBeVisible();
    expect(screen.queryByText("payment provider = wechat_pay × device = android")).toBeNull();
    await user.click(screen.getByRole("combobox", { name: "Kind of fact" }));
    await user.click(await screen.findByTitle("All facts"));
    await waitFor(() => expect(path()).not.toContain("view="));
  });
  it("asks for other days in the funnel inside", async () => {
    const server = { ...whole(), "POST /api/analyses/correlation": ok({ ...correlation, attempts: 0, converted: 0, more: [], less: [] }) };
    const { user, calls } = visit(at(DEF), server);
    await user.click(await screen.findByRole("button", { name: "Show the last 28 days with data" }));
    await waitFor(() => expect(asked(calls).at(-1)?.definition.funnel.period).toEqual({ last: 28, unit: "day" }));
    expect(asked(calls).at(-1)?.definition).not.toHaveProperty("period");
  });
  it("waits until there is something that may separate", async () => {
    visit(at({ funnel: DEF.funnel }), whole());
    expect(await screen.findByText("Finish the definition first")).toBeVisible();
  });
  it("has nothing to click for who may not see people", async () => {
    const user = { ...fixtures.session.user, permissions: ["session.own", "metrics.read"] };
    visit(at(DEF, `&rows=${encodeURIComponent('[1,"ios",0,"all"]')}`), { ...whole(), "GET /api/session": ok({ ...fixtures.session, user }) });
    expect((await screen.findAllByText("device = ios"))[0]).toBeVisible();
    expect(screen.queryByRole("button", { name: /With device/ })).toBeNull();
    expect(screen.queryByTestId("correlation-people")).toBeNull();
  });
  it("is opened by the funnel where most are lost", async () => {
    visit(`/analyse/funnel?def=${encodeURIComponent(JSON.stringify(DEF.funnel))}`, whole());
    const link = await screen.findByRole("link", { name: "What separates them?" });
    const found = new URL(link.getAttribute("href") ?? "", "http://x").searchParams.get("def") ?? "";
    expect(JSON.parse(found)).toMatchObject({ funnel: { window: "2 hours" }, from: 2, to: 3, at: ["device", "provider"] });
  });
});

describe("a correlation of the address", () => {
  const base = c.readCorrelation(DEF) as c.CorrelationDefinition;
  it("is refused where its funnel is none, or has no order", () => {
    for (const wrong of [null, {}, { funnel: {} }, { ...DEF, at: [1] }, { ...DEF, funnel: { ...DEF.funnel, order: "unordered" } }])
      expect(c.readCorrelation(wrong)).toBeNull();
    expect(c.readCorrelation({ ...DEF, between: "*" })?.between).toEqual({ event: "*" });
  });
  it("has the ends that the server takes, and forgets those that are gone", () => {
    expect([c.endsOf(base), c.endsOf({ ...base, from: "search" }), c.endsOf({ ...base, from: 1, to: 2 })]).toEqual([
      [1, 2],
      [0, 2],
      [0, 1],
    ]);
    const two = { ...base.funnel, steps: base.funnel.steps.slice(0, 2) };
    expect(c.withFunnel({ ...base, from: 2, to: 3 }, two)).not.toHaveProperty("from");
    expect(c.withFunnel({ ...base, from: 1, to: 2 }, two)).toMatchObject({ from: 1, to: 2 });
  });
  it("knows the least of a difference, and whose list is open", () => {
    expect([c.least({ low: "-0.4", high: "-0.1" }), c.least({ low: "-0.1", high: "0.2" }), c.least(null)]).toEqual([0.1, 0, 0]);
    const place = { kind: 2, value: '["a","b"]', without: true, only: "dropped" } as const;
    expect(c.readCell(c.writeCell(place))).toEqual(place);
    for (const wrong of [undefined, "x", "[1]", '[1,"a",0,"some"]']) expect(c.readCell(wrong)).toBeNull();
  });
  it("has round ticks that hold all", () => {
    expect(ticksOf(-0.59, 0.3)).toEqual([-0.6, -0.4, -0.2, 0, 0.2, 0.4]);
    expect(ticksOf(1, 1)).toEqual([1]);
  });
});
