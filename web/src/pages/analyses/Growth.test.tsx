import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import * as fixtures from "../../../dev/fixtures";
import { growth } from "../../../dev/growth";

const zero = { ...growth, total: { ...growth.total, stages: growth.total.stages.map((stage) => ({ ...stage, people: 0 })) } };

fourStates("Growth", {
  path: "/analyse/growth",
  question: { en: "How do we grow?", zh: "我们增长得怎么样？" },
  request: "POST /api/analyses/aarrr",
  data: "People: new and returning",
  empty: { body: zero, text: "Nobody came in this time" },
});

describe("Growth", () => {
  it("says how many came, were activated and bought", async () => {
    visit("/analyse/growth", whole());
    expect(await screen.findByText(/1,000 new, 40\.0.% of them activated; 50 people bought for .54.* \(paid less refunds\)\./)).toBeVisible();
    expect(within(screen.getByTestId("stage-retention")).getByText("7 may still come back")).toBeVisible();
  });
  it("opens who did not go on, and why one of them did not", async () => {
    const { user, calls } = visit("/analyse/growth", whole());
    await user.click(await screen.findByRole("button", { name: /40\.0.% of them are in the next\. Show who is not in Activation: 600/ }));
    const pane = await screen.findByTestId("growth-people");
    expect(await within(pane).findByText("1 of 600 shown")).toBeVisible();
    const asked = calls.find((call) => call.path === "/api/analyses/aarrr/people")?.body;
    expect(asked).toMatchObject({ stage: "acquisition", lost: true, row: "total", asked_ms: growth.asked_ms });
    await user.click(within(pane).getByText("login 10***55"));
    expect(await within(pane).findByText("Activation: no such event in the period")).toBeVisible();
  });
  it("opens the people of a value; a masked one has no list", async () => {
    const { user, calls } = visit("/analyse/growth", whole());
    await user.click(await screen.findByRole("button", { name: /ios.*: Show the people of Revenue: 30/i }));
    const asked = () => calls.find((call) => call.path === "/api/analyses/aarrr/people")?.body;
    await waitFor(() => expect(asked()).toMatchObject({ stage: "revenue", row: "value", value: "ios" }));
    expect(screen.queryByRole("button", { name: /a\*\*\*m/ })).toBeNull();
  });
  it("has nothing to click for who may not see people", async () => {
    const user = { ...fixtures.session.user, permissions: ["session.own", "metrics.read"] };
    visit("/analyse/growth", { ...whole(), "GET /api/session": ok({ ...fixtures.session, user }) });
    expect(await screen.findByTestId("stage-revenue")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Show/ })).toBeNull();
  });
});
