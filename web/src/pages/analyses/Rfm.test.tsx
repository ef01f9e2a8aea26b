import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import * as fixtures from "../../../dev/fixtures";
import { rfm } from "../../../dev/money";

const at = (definition: unknown, more = "") => `/analyse/rfm?def=${encodeURIComponent(JSON.stringify(definition))}${more}`;
type Body = { definition: Record<string, unknown> } & Record<string, unknown>;
const asked = (calls: { method: string; path: string; body: unknown }[], path = "/api/analyses/rfm") =>
  calls.filter((call) => call.path === path && call.method === "POST").map((call) => call.body as Body);

fourStates("RFM", {
  path: "/analyse/rfm",
  question: { en: "Who are our best customers?", zh: "谁是我们最值得花力气的客户？" },
  request: "POST /api/analyses/rfm",
  data: "The eight groups",
  empty: { body: { ...rfm, total: { ...rfm.total, people: 0 } }, text: "Nobody bought in this time" },
});

describe("RFM", () => {
  it("says who brings the money, who is to be won back, and what groups are cut at", async () => {
    visit("/analyse/rfm", whole());
    expect(
      await screen.findByText(
        /1,000 people bought for .2\.00M \(paid less refunds\)\. Champions: 100 people, 10\.0.% of buyers and 50\.0.% of the money\./,
      ),
    ).toBeVisible();
    expect(screen.getByText(/Valuable, to win back: 150 people who have not bought for 180 days on average\./)).toBeVisible();
    expect(
      screen.getByText(
        /Cut at the means of all buyers: recent is a last purchase within 90\.5 days, often is more than 2\.4 orders, much is more than .1,200 an order\./,
      ),
    ).toBeVisible();
    expect(screen.getByRole("rowheader", { name: "R5 0–39 days" })).toBeVisible();
  });
  it("calls the groups as the trade does", async () => {
    visit("/analyse/rfm", whole(), "zh");
    const card = await screen.findByTestId("rfm-001");
    expect(within(card).getByRole("heading")).toHaveTextContent("重要挽留客户");
    expect(within(card).getByText("180 天前")).toBeVisible();
  });
  it("opens the people of a group, and why one of them is in it", async () => {
    const { user, calls, path } = visit("/analyse/rfm", whole());
    await user.click(await screen.findByRole("button", { name: "Show who is in Valuable, to win back: 150" }));
    const pane = await screen.findByTestId("rfm-people");
    expect(await within(pane).findByText("1 of 150 shown")).toBeVisible();
    expect(asked(calls, "/api/analyses/rfm/people")[0]).toMatchObject({ group: "001", recency: null, asked_ms: rfm.asked_ms });
    expect(path()).toContain("rows=g001");
    await user.click(within(pane).getByText("login 10***55"));
    expect(await within(pane).findByText(/185 days before the end; cut at 90\.5 days; recency scores 1/)).toBeVisible();
    const sides = within(within(pane).getByRole("list", { name: "What puts them there" })).getAllByRole("listitem");
    expect(sides.map((line) => line.getAttribute("data-why"))).toEqual(["not", "not", "counted"]);
  });
  it("opens a cell of the grid and a row of it; cells of nobody are blank", async () => {
    const { user, calls } = visit("/analyse/rfm", whole());
    await user.click(await screen.findByRole("button", { name: /^R5 F4: 66 people/ }));
    await waitFor(() => expect(asked(calls, "/api/analyses/rfm/people").at(-1)).toMatchObject({ recency: 5, frequency: 4, group: null }));
    expect(screen.queryByRole("button", { name: /^R5 F2/ })).toBeNull();
    await user.click(screen.getByRole("button", { name: /^Show all buyers of R4: 198/ }));
    await waitFor(() => expect(asked(calls, "/api/analyses/rfm/people").at(-1)).toMatchObject({ recency: 4, frequency: null }));
  });
  it("asks with own thresholds and fixed cuts, in their order", async () => {
    const { user, calls } = visit(at({ period: { last: 7, unit: "day" } }, "&more=1"), whole());
    await user.click(await screen.findByRole("combobox", { name: "Groups cut at" }));
    await user.click(await screen.findByTitle("Own figures"));
    await waitFor(() => expect(asked(calls).at(-1)?.definition.thresholds).toEqual({ recency: 90, frequency: 2, monetary: 1500 }));
    await user.click(screen.getByRole("combobox", { name: "Scores" }));
    await user.click(await screen.findByTitle("Fixed cuts"));
    const field = await screen.findByRole("textbox", { name: "Cuts of recency (days)" });
    await user.clear(field);
    await user.type(field, "5, 100, 50, 10{Enter}");
    await waitFor(() => expect(asked(calls).at(-1)?.definition).toMatchObject({ cuts: { recency: [100, 50, 10, 5] } }));
    await user.clear(field);
    await user.type(field, "5, 6{Enter}");
    expect(field).toHaveValue("100, 50, 10, 5");
  });
  it("has nothing to click for who may not see people", async () => {
    const user = { ...fixtures.session.user, permissions: ["session.own", "metrics.read"] };
    visit("/analyse/rfm", { ...whole(), "GET /api/session": ok({ ...fixtures.session, user }) });
    expect(await screen.findByTestId("rfm-111")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Show who|Show all buyers|^R5/ })).toBeNull();
  });
});
