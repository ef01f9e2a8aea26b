import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { funnel, known, savedAnalysis } from "../../../dev/analyses";
import * as fixtures from "../../../dev/fixtures";

const zero = { ...funnel, total: { ...funnel.total, steps: funnel.total.steps.map((step) => ({ ...step, count: 0, dropped: 0 })) } };
const DEF = { funnel: "Mine", steps: ["search", "detail_view", "payment_succeeded"], window: "2 hours", period: { last: 7, unit: "day" } };
const at = (definition: unknown, more = "") => `/analyse/funnel?def=${encodeURIComponent(JSON.stringify(definition))}${more}`;
const asked = (calls: { method: string; path: string; body: unknown }[], path = "/api/analyses/funnel") =>
  calls
    .filter((call) => call.path === path && call.method === "POST")
    .map((call) => call.body as Record<string, unknown> & { definition: typeof DEF });

fourStates("Funnel", {
  path: "/analyse/funnel",
  question: { en: "Where do people drop out?", zh: "用户在哪一步流失？" },
  request: "POST /api/analyses/funnel",
  data: "How many reached each step",
  empty: { body: zero, text: "Nobody started this funnel" },
});

describe("Funnel", () => {
  it("says how many convert, where most are lost, and what was never stored", async () => {
    visit("/analyse/funnel", whole());
    expect(await screen.findByText(/Of 1,000 people, 60 \(6\.00.%\) reached Payment succeeded\./)).toBeVisible();
    expect(screen.getByText(/Most are lost after Detail viewed: 540 people \(90\.0.%\)\./)).toBeVisible();
    expect(screen.getByText("No event called 'pay' was ever stored.")).toBeVisible();
  });
  it("asks what its address says", async () => {
    const { calls } = visit(at(DEF), whole());
    await waitFor(() => expect(asked(calls)[0]?.definition).toEqual({ ...DEF, steps: DEF.steps.map((event) => ({ event })) }));
  });
  it("opens who dropped out, and why one of them did", async () => {
    const { user, calls, path } = visit(at(DEF), whole());
    await user.click(await screen.findByRole("button", { name: "Show who was lost after Detail viewed: 540" }));
    const pane = await screen.findByTestId("funnel-people");
    expect(await within(pane).findByText("2 of 540 shown")).toBeVisible();
    expect(asked(calls, "/api/analyses/funnel/people")[0]).toMatchObject({ step: 2, dropped: true, cell: "total", asked_ms: funnel.asked_ms });
    await user.click(within(pane).getByText("login 10***55"));
    expect(await within(pane).findByText(/^not counted: 31 minutes after step 1/)).toBeVisible();
    expect(asked(calls, "/api/analyses/funnel/explain")[0]).toMatchObject({ person: 12, start_ms: 1_795_053_600_123 });
    expect(within(pane).getByRole("link", { name: "Open the profile" })).toHaveAttribute("href", "/people/12");
    expect(path()).toContain("rows=2-");
    expect(path()).toMatch(/person=(%22)?12/);
  });
  it("opens the people of a cell by the value that the answer has", async () => {
    const { user, calls } = visit(at(DEF), whole());
    await user.click(await screen.findByRole("button", { name: /wechat_pay.*: Show who reached Payment succeeded: 20/i }));
    await waitFor(() =>
      expect(asked(calls, "/api/analyses/funnel/people")[0]).toMatchObject({ step: 3, cell: "value", value: '["android","wechat_pay"]' }),
    );
  });
  it("has nothing to click for who may not see people", async () => {
    const user = { ...fixtures.session.user, permissions: ["session.own", "metrics.read"] };
    visit(at(DEF, "&rows=1"), { ...whole(), "GET /api/session": ok({ ...fixtures.session, user }) });
    expect(await screen.findByText("540 lost")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Show who/ })).toBeNull();
    expect(screen.queryByTestId("funnel-people")).toBeNull();
    expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
  });
  it("moves a step, and waits with asking until a new one has an event", async () => {
    const { user, calls } = visit(at(DEF), whole());
    await user.click(await screen.findByRole("button", { name: "Move step 3 up" }));
    await waitFor(() =>
      expect(asked(calls).at(-1)?.definition.steps).toEqual([{ event: "search" }, { event: "payment_succeeded" }, { event: "detail_view" }]),
    );
    const before = asked(calls).length;
    await user.click(screen.getByRole("button", { name: "Add a step" }));
    expect(await screen.findByText("Finish the steps first")).toBeVisible();
    expect(asked(calls)).toHaveLength(before);
  });
  it("shows the limit of a step and where an exclusion holds, and keeps both when steps move", async () => {
    const held = {
      ...DEF,
      steps: ["search", { event: "detail_view", within: "90 seconds" }, { event: "payment_succeeded", within: "2 hours" }],
      each_within: "1 days",
      without: [{ event: "refund", after: "detail_view", where: [{ field: "device", op: "=", value: "ios" }] }],
    };
    const { user, calls } = visit(at(held, "&more=1"), whole());
    expect(await screen.findByRole("spinbutton", { name: "Longest time from the step before to step 3" })).toHaveValue("2");
    expect(screen.getByText("90 seconds")).toBeVisible();
    expect(screen.getByRole("spinbutton", { name: "From each step to the next at most" })).toHaveValue("1");
    const last = () => asked(calls).at(-1)?.definition as unknown as typeof held;
    await user.click(screen.getByRole("button", { name: "Add a step" }));
    await user.click(screen.getByRole("button", { name: "Remove step 4" }));
    await waitFor(() => expect(last()).toMatchObject({ without: held.without, each_within: "1 days" }));
    expect(last().steps.slice(1)).toEqual(held.steps.slice(1));
    await user.click(screen.getByRole("button", { name: "Move step 2 up" }));
    await waitFor(() => expect(last().without).toEqual([{ event: "refund", where: held.without[0]?.where }]));
    await user.click(screen.getByRole("combobox", { name: "Exclusion 1 holds after" }));
    await user.click(await screen.findByTitle("2. Searched"));
    await waitFor(() => expect(last().without).toMatchObject([{ event: "refund", after: "search" }]));
    await user.click(screen.getByRole("button", { name: "Limit the time to step 2" }));
    await waitFor(() => expect(last().steps[1]).toEqual({ event: "search", within: "1 days" }));
  }, 60_000);
  it("is saved under a name, and changes what it came from", async () => {
    const user_ = { ...fixtures.session.user, permissions: [...fixtures.session.user.permissions, "dashboards.write"] };
    const server = { ...whole(), "GET /api/session": ok({ ...fixtures.session, user: user_ }) };
    const { user, calls } = visit("/analyse/funnel", server);
    await user.click(await screen.findByRole("button", { name: "Saved analyses" }));
    await user.click(await screen.findByRole("button", { name: /^Search to payment/ }));
    await waitFor(() => expect(asked(calls).at(-1)?.definition.window).toBe("2 days"));
    await user.click(screen.getByRole("button", { name: "Save" }));
    await user.click(await screen.findByRole("button", { name: "Save changes" }));
    await waitFor(() =>
      expect(calls.find((call) => call.method === "PUT")?.body).toMatchObject({
        base_version: savedAnalysis.version,
        definition: { funnel: "Search to payment", window: "2 days" },
      }),
    );
  });
  it("says that nothing was stored, and that an address can't be read", async () => {
    visit("/analyse/funnel", { ...whole(), "GET /api/analyses/known": ok({ ...known, events: [] }) });
    expect(await screen.findByText("No events were stored yet")).toBeVisible();
  });
  it("stops a question that takes long, and asks it again", async () => {
    const server = { ...whole(), "POST /api/analyses/funnel": "never" as const };
    const { user } = visit(at(DEF), server);
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(await screen.findByText("The question was stopped")).toBeVisible();
    Object.assign(server, { "POST /api/analyses/funnel": ok(funnel) });
    await user.click(screen.getByRole("button", { name: "Ask again" }));
    expect(await screen.findByText("How many reached each step")).toBeVisible();
  });
  it("starts again where an address was cut off", async () => {
    const { user } = visit("/analyse/funnel?def=%7B%22steps", whole());
    await user.click(await screen.findByRole("button", { name: "Start again" }));
    expect(await screen.findByText("How many reached each step")).toBeVisible();
  });
});
