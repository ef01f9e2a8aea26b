import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { known } from "../../../dev/analyses";
import * as fixtures from "../../../dev/fixtures";
import { revenue } from "../../../dev/money";

const at = (definition: unknown, more = "") => `/analyse/lifetime-value?def=${encodeURIComponent(JSON.stringify(definition))}${more}`;
type Body = { definition: Record<string, unknown> } & Record<string, unknown>;
const asked = (calls: { method: string; path: string; body: unknown }[], path = "/api/analyses/revenue") =>
  calls.filter((call) => call.path === path && call.method === "POST").map((call) => call.body as Body);

fourStates("Lifetime value", {
  path: "/analyse/lifetime-value",
  question: { en: "What do new customers bring over time?", zh: "一批新客后来带来了多少钱？" },
  request: "POST /api/analyses/revenue",
  data: "Cumulative money by cohort",
  empty: { body: { ...revenue, total: { ...revenue.total, size: 0 } }, text: "No new customers in this time" },
});

describe("Lifetime value", () => {
  it("says what each brought, until when, and of how many; and which cohort brought most", async () => {
    const { calls } = visit("/analyse/lifetime-value", whole());
    expect(
      await screen.findByText(
        /600 people bought for the first time and brought .120 each by Month 0; .180 by Month 1, which 200 people have reached\. By Month 0, 2026-09 brought most \(.150\), 2026-10 least \(.100\)\. Payments less refunds, as observed; nothing is predicted\./,
      ),
    ).toBeVisible();
    expect(asked(calls)[0]?.definition).toEqual({ period: { last: 12, unit: "month" } });
    expect(screen.getByText(/Orders of .5,000 whose booker is not known are in no cohort\./)).toBeVisible();
  });
  it("shows what is not over as such, never as 0", async () => {
    visit("/analyse/lifetime-value", whole());
    const row = (await screen.findByRole("rowheader", { name: "2026-10" })).closest("tr") as HTMLElement;
    const cells = [...row.querySelectorAll(".heat-cell")];
    expect(cells.map((cell) => [cell.textContent, cell.classList.contains("is-open"), cell.getAttribute("title")])).toEqual([
      [expect.stringContaining("100"), false, null],
      ["", true, "Not over yet, so not told"],
      ["", true, "Not over yet, so not told"],
    ]);
  });
  it("opens who is behind a cell, and at which age each amount of one of them counts", async () => {
    const { user, calls, path } = visit("/analyse/lifetime-value", whole());
    await user.click(await screen.findByRole("button", { name: /^2026-09 · Month 0: 200 people brought/ }));
    const pane = await screen.findByTestId("revenue-people");
    expect(await within(pane).findByText("2 of 200 shown")).toBeVisible();
    expect(asked(calls, "/api/analyses/revenue/people")[0]).toMatchObject({ cohort: "2026-09-01", cell: 0, asked_ms: revenue.asked_ms });
    await user.click(within(pane).getByText("login 10***55"));
    const lines = await within(pane).findAllByRole("listitem");
    expect(lines.map((line) => [line.getAttribute("data-why"), line.getAttribute("aria-current")])).toEqual([
      ["not", null],
      ["counted", "true"],
      ["not", null],
      ["not", null],
    ]);
    expect(within(pane).getByText(/counts at Month 1, makes .2,600\.00/)).toBeVisible();
    expect(path()).toContain("rows=0%3A2026-09-01");
  });
  it("shows the share who bought where somebody starts otherwise, and totals", async () => {
    const server = { ...whole(), "POST /api/analyses/revenue": ok({ ...revenue, start: "event" }) };
    const { user, path } = visit(at({ start: "search", period: { last: 7, unit: "day" } }), server);
    await user.click(await screen.findByText("Share who bought"));
    await waitFor(() => expect(path()).toContain("view=bought"));
    expect(await screen.findByRole("button", { name: /^2026-09 · Month 1/ })).toHaveTextContent(/30\.0.%/);
  });
  it("changes money and ages in what is asked; a grain that cohorts can't have is taken back", async () => {
    const { user, calls } = visit(at({ period: { last: 7, unit: "day" }, money: "booked", grain: "week", cells: 13 }), whole());
    await waitFor(() => expect(asked(calls)[0]?.definition).toMatchObject({ money: "booked", grain: "week" }));
    await user.click(await screen.findByRole("combobox", { name: "Cohorts" }));
    await user.click(await screen.findByTitle("Of a day"));
    await waitFor(() => expect(asked(calls).at(-1)?.definition).toMatchObject({ cohorts: "day", cells: 31, money: "booked" }));
    expect(asked(calls).at(-1)?.definition).not.toHaveProperty("grain");
  });
  it("is there with orders alone, and says so where there are none", async () => {
    visit("/analyse/lifetime-value", {
      ...whole(),
      "GET /api/analyses/known": ok({ ...known, events: [], orders: { first: "2016-01-01", last: "2017-08-31" } }),
    });
    expect(await screen.findByText("Cumulative money by cohort")).toBeVisible();
  });
  it("asks for orders where there is nothing", async () => {
    visit("/analyse/lifetime-value", { ...whole(), "GET /api/analyses/known": ok({ ...known, events: [], orders: null }) });
    expect(await screen.findByText("There are no orders and no events yet")).toBeVisible();
  });
  it("is unfinished without the event that it starts with", async () => {
    visit(at({ start: { event: "" }, period: { last: 7, unit: "day" } }), whole());
    expect(await screen.findByText("Finish the rules first")).toBeVisible();
  });
  it("has nothing to click for who may not see people", async () => {
    const user = { ...fixtures.session.user, permissions: ["session.own", "metrics.read"] };
    visit("/analyse/lifetime-value", { ...whole(), "GET /api/session": ok({ ...fixtures.session, user }) });
    expect(await screen.findByRole("rowheader", { name: "2026-09" })).toBeVisible();
    expect(within(screen.getByRole("table", { name: "Cumulative money by cohort" })).queryByRole("button")).toBeNull();
  });
});
