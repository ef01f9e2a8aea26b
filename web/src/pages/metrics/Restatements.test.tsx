import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { restatedByBatch, restatedMark, restatements } from "../../../dev/restatements";
import { barsOf } from "./Restatements";

fourStates("Restatements", {
  path: "/metrics/restatements",
  question: { en: "Which closed days changed afterwards?", zh: "哪些已关账的日子后来变了？" },
  request: "GET /api/restatements",
  data: "Days that changed",
  empty: { body: { ...restatements, days: [], changed: 0 }, text: "No closed day changed" },
});

describe("Restatements", () => {
  it("says how many closed days changed, and what was filled", async () => {
    visit("/metrics/restatements", whole());
    expect(await screen.findByText("2 of 28 closed days have other figures now than at the close.")).toBeVisible();
    expect(screen.getByText(/filled later: 1\./)).toBeVisible();
    expect(screen.getByText(/channel costs/)).toBeVisible();
  });
  it("gives every day of the period a bar, and those that stayed none", () => {
    const bars = barsOf(restatements, "revenue");
    expect(bars).toHaveLength(28);
    expect(bars.filter((bar) => bar.moved)).toEqual([
      { day: "2026-10-20", before: "98000.00", after: "98850.00", difference: "850.00", certain: true, moved: true },
    ]);
    expect(barsOf(restatements, "uv").find((bar) => bar.moved)?.certain).toBe(false);
  });
  it("opens a day to its causes with their ways, and to who had been told", async () => {
    const { user } = visit("/metrics/restatements", whole());
    await user.click(await screen.findByText("Tue 20 Oct 2026"));
    const pane = await screen.findByTestId("restated");
    expect(within(pane).getByText("+¥850.00")).toBeVisible();
    expect(within(pane).getByRole("link", { name: "Open the import" })).toHaveAttribute("href", "/data/imports?batch=b_3");
    expect(within(pane).getByRole("link", { name: "Open identity review" })).toHaveAttribute("href", "/people/review");
    expect(within(pane).getByText("2 ids")).toBeVisible();
    expect(within(pane).getByText("Revenue: ¥97,000.00")).toBeVisible();
    expect(within(pane).getByText("chen@gull.example, li@gull.example")).toBeVisible();
    expect(within(pane).getByText("Revenue: Figure not kept")).toBeVisible();
    expect(within(pane).getByText("Closed target · 2026-10, Website")).toBeVisible();
    expect(within(pane).getByText("Owner: Sales")).toBeVisible();
    expect(within(pane).getByText("Revenue: ¥2,900,000.00 then, ¥2,900,850.00 now")).toBeVisible();
  });
  it("opens the rows behind a figure of the day", async () => {
    const { calls, user } = visit("/metrics/restatements?day=2026-10-20", whole());
    await user.click(within(await screen.findByTestId("restated")).getByRole("button", { name: "Open rows" }));
    await waitFor(() =>
      expect(calls.find((call) => call.path === "/api/metrics/rows")?.body).toMatchObject({ metric: "revenue", from: "2026-10-20" }),
    );
  });
  it("never shows a figure at close that can't be had again", async () => {
    visit("/metrics/restatements?day=2026-10-18", whole());
    const pane = await screen.findByTestId("restated");
    expect(within(pane).getByText(/Some rows were changed or removed in place/)).toBeVisible();
    expect(within(pane).getAllByText("310")).toHaveLength(1);
    expect(within(pane).getByText(/Former rows are not kept/)).toBeVisible();
  });
  it("asks for the metrics and days of its address", async () => {
    const { calls } = visit("/metrics/restatements?start=2026-10-01&end=2026-10-05&metrics=uv,orders", whole());
    await waitFor(() =>
      expect(calls.find((call) => call.path === "/api/restatements")?.search).toBe("?from=2026-10-01&to=2026-10-05&metrics=uv%2Corders"),
    );
  });
  it("says that a day is not closed yet", async () => {
    visit("/metrics/restatements", { ...whole(), "GET /api/restatements": ok({ ...restatements, days: [], changed: 0, closed: 0 }) });
    expect(await screen.findByText("These days are not closed yet")).toBeVisible();
  });
});

describe("a batch's page", () => {
  it("says how many closed days the batch changed, with the way there", async () => {
    visit("/data/imports?batch=b_3", whole());
    const link = await screen.findByRole("link", { name: "Closed days that it changed: 1" });
    expect(link).toHaveAttribute("href", "/metrics/restatements?start=2026-10-20&end=2026-10-20");
  });
});

describe("an undone batch's page", () => {
  it("says which days it had", async () => {
    const batch = { ...restatedByBatch.batch, kind: "events", state: "undone", exact: false, had_days: 2 };
    const had = [
      { day: "2026-10-20", events: 3 },
      { day: "2026-10-18", events: 1 },
    ];
    visit("/data/imports?batch=b_3", {
      ...whole(),
      "GET /api/restatements/batch/b_3": ok({ ...restatedByBatch, days: [], batch: { ...batch, had } }),
    });
    expect(await screen.findByText(/Its events are gone: 2 days, 18.*20 Oct 2026\./)).toBeVisible();
  });
});

describe("a dashboard's mark", () => {
  const panels = (calls: { path: string }[]) => calls.map((call) => call.path).filter((path) => /dashboards\/data|restatements/.test(path));
  it("is asked for once the panels are there, and leads to why", async () => {
    const { calls } = visit("/metrics/dashboards/dash_1", whole());
    const link = await screen.findByRole("link", { name: "2 days changed after the close" });
    expect(link.getAttribute("href")).toMatch(/^\/metrics\/restatements\?start=2026-10-22&end=2026-11-18&metrics=revenue/);
    expect(panels(calls)).toEqual(["/api/dashboards/data", "/api/restatements/mark"]);
  });
  it("is absent where nothing changed", async () => {
    const none = { ...whole(), "GET /api/restatements/mark": ok({ ...restatedMark, days: [] }) };
    const { calls } = visit("/metrics/dashboards/dash_1", none);
    await waitFor(() => expect(panels(calls)).toHaveLength(2));
    expect(screen.queryByText(/after the close/)).toBeNull();
  });
  it("says where not all was looked at", async () => {
    visit("/metrics/dashboards/dash_1", { ...whole(), "GET /api/restatements/mark": ok({ ...restatedMark, days: ["2026-11-02"], whole: false }) });
    expect(await screen.findByText("At least 1 day changed after the close")).toBeVisible();
  });
});
