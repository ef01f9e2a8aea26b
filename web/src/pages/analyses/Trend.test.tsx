import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import * as fixtures from "../../../dev/fixtures";
import { trend } from "../../../dev/trend";

const zero = { ...trend, total: { ...trend.total, series: trend.total.series.map((one) => ({ ...one, total: "0", points: ["0", "0", "0"] })) } };
const DEF = {
  series: [
    { event: "search", measure: "people" },
    { event: "payment_succeeded", measure: "people" },
  ],
  formula: "B / A",
  period: { last: 3, unit: "day" },
};
const at = (definition: unknown, more = "") => `/analyse/trend?def=${encodeURIComponent(JSON.stringify(definition))}${more}`;

fourStates("Trend", {
  path: "/analyse/trend",
  question: { en: "How much happened when?", zh: "每天发生了多少？" },
  request: "POST /api/analyses/trend",
  data: "Point by point",
  empty: { body: zero, text: "None of these events in this time" },
});

describe("Trend", () => {
  it("says what is looked at, beside the period before", async () => {
    visit("/analyse/trend", whole());
    expect(
      await screen.findByText(
        /Payment succeeded · people \/ Searched · people: 10\.0.%, beside 11\.0.% \(.1\.00.pp\)\..*Most on Fri 20 Nov 2026: 12\.0.%\./,
      ),
    ).toBeVisible();
  });
  it("opens who is behind a total, and why one of them counts", async () => {
    const { user, calls, path } = visit(at(DEF), whole());
    await user.click(await screen.findByRole("button", { name: "Show the people of Searched · people: 900" }));
    const pane = await screen.findByTestId("trend-people");
    expect(await within(pane).findByText("1 of 900 shown")).toBeVisible();
    const asked = calls.find((call) => call.path === "/api/analyses/trend/people")?.body;
    expect(asked).toMatchObject({ series: "A", line: "total", bucket: null, before: false, asked_ms: trend.asked_ms });
    await user.click(within(pane).getByText("login 10***55"));
    expect(await within(pane).findByText("Together: A 1, B 0.")).toBeVisible();
    expect(path()).toContain("rows=A%7Ctotal");
  });
  it("opens the people of a value", async () => {
    const { user, calls } = visit(at(DEF), whole());
    await user.click(await screen.findByRole("button", { name: /iOS.*: Show the people of Payment succeeded · people: 40/i }));
    await waitFor(() =>
      expect(calls.find((call) => call.path === "/api/analyses/trend/people")?.body).toMatchObject({ series: "B", line: "value", value: "ios" }),
    );
  });
  it("names a formula by what it is made of", async () => {
    visit(at(DEF), whole());
    const told = "Payment succeeded · people / Searched · people";
    expect(await screen.findByRole("button", { name: `ƒ ${told}` })).toBeVisible();
    expect(screen.getAllByRole("columnheader", { name: told })[0]).toBeVisible();
    expect(screen.getByRole("radio", { name: "Formula" })).toBeChecked();
    expect(screen.queryByText("B / A")).toBeNull();
    expect(screen.getByTitle(told)).toBeVisible(); // whole, where there is little room
  });
  it.each([
    ["en", { previous: 2, unit: "weeks" }, "The 2 weeks before, whole"],
    ["zh", { previous: 2, unit: "week" }, "之前完整的 2 周"],
    ["en", { past: "36 hours" }, "Past 36 hours"],
    ["zh", { past: "1 h" }, "过去 1 小时"],
    ["en", { last: 1, unit: "quarter" }, "Last 1 quarter, today among them"],
    ["zh", { from: "2026-11-01" }, "自2026年11月1日周日起"],
    ["en", { strange: 1 }, "As the definition says"],
  ] as const)("tells a period it has no control for, in %s: %o", async (language, period, told) => {
    visit(at({ ...DEF, period }), whole(), language);
    expect(await screen.findByText(told)).toBeVisible();
    expect(screen.queryByText(/As defined|\{"/)).toBeNull();
  });
  it("asks a formula when it is complete", async () => {
    const { user, calls } = visit(at(DEF), whole());
    const field = await screen.findByRole("textbox", { name: "Formula" });
    await user.clear(field);
    await user.type(field, "A - B{Enter}");
    const asked = () => calls.findLast((call) => call.path === "/api/analyses/trend")?.body;
    await waitFor(() => expect(asked()).toMatchObject({ definition: { formula: "A - B" } }));
  });
  it("has nothing to click for who may not see people", async () => {
    const user = { ...fixtures.session.user, permissions: ["session.own", "metrics.read"] };
    visit(at(DEF, "&rows=A%7Ctotal%7C%7C%7C"), { ...whole(), "GET /api/session": ok({ ...fixtures.session, user }) });
    expect(await screen.findByText("Point by point")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Show the people/ })).toBeNull();
    expect(screen.queryByTestId("trend-people")).toBeNull();
  });
});
