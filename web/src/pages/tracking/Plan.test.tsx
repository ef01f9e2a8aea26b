import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { asAdmin } from "@/test/admin";
import { choose, fourStates, ok, visit, whole } from "@/test/page";
import { inferred, internal, plan } from "../../../dev/data";
import { session } from "../../../dev/fixtures";
import { shownSide } from "./InferPane";
import { bodyOf } from "./InternalPane";
import { chosen, looksOf } from "./Plan";

fourStates("Tracking plan", {
  path: "/data/plan",
  question: { en: "What should arrive, and does it?", zh: "该采集什么，采到的对吗？" },
  request: "GET /api/plan",
  data: "Checkout begun",
  empty: { body: { ...plan, events: [] }, text: "No event fits" },
  permission: "sources.read",
});

describe("Tracking plan", () => {
  it("answers first: what is agreed, what is not, what broke it", async () => {
    visit("/data/plan", whole());
    expect(await screen.findByText(/Agreed: 6 events\. Coming though nobody agreed on them: 1\. .* Broke the plan: 1,258\./)).toBeVisible();
    expect(screen.getByText("Version 7 in force")).toBeVisible();
  });
  it("says that the newest version is still a draft", async () => {
    visit("/data/plan", { ...whole(), "GET /api/plan": ok({ ...plan, latest: 8 }) });
    expect(await screen.findByText("Version 8 is a draft and waits for approval.")).toBeVisible();
  });
  it("filters by the address and by what is typed, aliases too", async () => {
    const { user, path } = visit("/data/plan?state=unseen", whole());
    expect(await screen.findByText("seat_changed")).toBeVisible();
    expect(screen.queryByText("checkout")).toBeNull();
    choose(screen.getAllByRole("radio", { name: "All" })[0] as HTMLElement);
    await user.type(screen.getByRole("textbox"), "products");
    await waitFor(() => expect(path()).toBe("/data/plan?q=products"));
    expect(screen.getByText("Searched")).toBeVisible();
    expect(screen.queryByText("Checkout begun")).toBeNull();
  });
  it("opens an event to its properties as agreed and as they came", async () => {
    const { user, path } = visit("/data/plan", whole());
    await user.click(await screen.findByText("Searched"));
    const pane = within(await screen.findByTestId("plan-event"));
    expect(path()).toContain("event=search");
    expect(pane.getByText("integer, text")).toHaveClass("is-over");
    expect(pane.getByText("integer ≠ text 21.0%")).toBeVisible();
    expect(pane.getByText("personal")).toBeVisible();
  });
  it("learns from data and freezes what was found with a reason", async () => {
    const { user, calls } = visit("/data/plan?view=learn", whole());
    const pane = within(await screen.findByTestId("learn"));
    await user.click(pane.getByRole("button", { name: "Compare" }));
    expect(await pane.findByText(/Events read: 571,600/)).toBeVisible();
    expect(pane.getByText("search.pax")).toBeVisible();
    expect(pane.getByRole("button", { name: "Freeze as a new version" })).toBeDisabled();
    await user.type(pane.getByRole("textbox"), "Lounge pages went live");
    await user.click(pane.getByRole("button", { name: "Freeze as a new version" }));
    expect(await screen.findByText("Version 8 is in force")).toBeInTheDocument();
    expect(calls.find((call) => call.path.endsWith("/freeze"))?.body).toEqual({ body: inferred.proposal, reason: "Lounge pages went live" });
  });
  it("changes what follows a breach, only what was changed, with a reason", async () => {
    const { user, calls } = visit("/data/plan?view=rules", whole());
    const pane = within(await screen.findByTestId("rules"));
    const rule = within(pane.getByRole("radiogroup", { name: "Wrong type" }));
    choose(rule.getByRole("radio", { name: "keep apart" }));
    await user.type(pane.getByRole("textbox"), "Prices as text broke a report");
    await user.click(pane.getByRole("button", { name: "Put these rules in force" }));
    await waitFor(() =>
      expect(calls.find((call) => call.method === "PUT")?.body).toEqual({
        modes: { wrong_type: "quarantine" },
        reason: "Prices as text broke a report",
      }),
    );
  });
  it("changes nothing for who may not", async () => {
    const may = { ...session, user: { ...session.user, permissions: ["sources.read"] } };
    visit("/data/plan?view=rules", { ...whole(), "GET /api/session": ok(may) });
    const pane = within(await screen.findByTestId("rules"));
    expect(await pane.findByText(/"definitions.write"/)).toBeVisible();
    expect(pane.queryByRole("button", { name: "Put these rules in force" })).toBeNull();
  });
});

describe("internal traffic", () => {
  it("says what is left out, tries rules, puts them in force and brings them to what is stored", async () => {
    const { user, calls } = visit("/data/plan?view=internal", asAdmin(whole()));
    const pane = within(await screen.findByTestId("internal"));
    expect(await pane.findByText(/5,000 of 571,600 events are left out \(0\.87\s%\): 3,800 by rules, 1,200 because/)).toBeVisible();
    expect(pane.getByText("3,750 events")).toBeVisible();
    expect(pane.getByText("known on arrival only")).toBeVisible();
    expect(pane.getByText(/^Compared on arrival only: addresses are not kept/)).toBeVisible();
    expect(pane.getByText(/stored events bear no address/)).toBeVisible();
    await user.click(pane.getByRole("button", { name: /Add a rule/ }));
    expect(pane.getByRole("button", { name: "Preview" })).toBeDisabled();
    await user.click(pane.getAllByRole("button", { name: /^Remove the rule/ })[3] as HTMLElement);
    await user.click(pane.getByRole("button", { name: "Preview" }));
    expect(await pane.findByText("These rules mark 5,210 of 571,600 events of the last 7 days.")).toBeVisible();
    await user.type(pane.getByRole("textbox", { name: "Reason" }), "Tests are no visitors");
    await user.click(pane.getByRole("button", { name: "Put these rules in force" }));
    await waitFor(() =>
      expect(calls.find((call) => call.method === "PUT")?.body).toEqual({ body: bodyOf(internal.rules), reason: "Tests are no visitors" }),
    );
    await user.click(pane.getByRole("button", { name: "Take all marks back" }));
    await waitFor(() => expect(calls.find((call) => call.path.endsWith("/apply"))?.body).toEqual({ days: 90, undo: true }));
  });
});

describe("what is worth a look", () => {
  const of = (name: string) => plan.events.find((event) => event.event === name) as (typeof plan.events)[0];
  it("is told from plan and data", () => {
    expect(looksOf(of("page_view"))).toEqual([]);
    expect(looksOf(of("search"))).toEqual(["broken", "drift"]);
    expect(looksOf(of("lounge_view"))).toEqual(["unplanned"]);
    expect(looksOf(of("seat_changed"))).toEqual(["unseen"]);
  });
  it("comes busiest first", () => {
    expect(chosen(plan.events, {}).map((event) => event.event)[0]).toBe("page_view");
    expect(chosen(plan.events, { who: "server" }).map((event) => event.event)).toEqual(["payment_succeeded"]);
  });
  it("is worded whatever shape it has", () => {
    expect([null, ["a", 1], { a: 1 }, 3, "x"].map(shownSide)).toEqual(["—", "a, 1", '{"a":1}', "3", "x"]);
  });
});
