import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, visit, whole } from "@/test/page";
import { catalogue } from "../../../dev/fixtures";
import { chosen } from "./Catalogue";

fourStates("Metric catalogue", {
  path: "/metrics/catalogue",
  question: { en: "What does this number mean?", zh: "这个数字是什么意思？" },
  request: "GET /api/metrics/catalogue",
  data: "cancel_rate",
  empty: { body: { metrics: [], dimensions: [] }, text: "No metric fits" },
});

describe("Metric catalogue", () => {
  it("filters by the address and by what is typed", async () => {
    const { user, path } = visit("/metrics/catalogue?scope=people", whole());
    expect(await screen.findByText("uv")).toBeVisible();
    expect(screen.queryByText("cancel_rate")).toBeNull();
    await user.type(screen.getByRole("textbox"), "conv");
    await waitFor(() => expect(screen.queryByText("uv")).toBeNull());
    expect(path()).toContain("q=conv");
  });
  it("opens a definition with its value, query and lineage", async () => {
    const { user, path, calls } = visit("/metrics/catalogue", whole());
    await user.click(await screen.findByText("revenue"));
    expect(path()).toContain("metric=revenue");
    expect(await screen.findByText("SELECT sum(amount) AS revenue")).toBeVisible();
    expect(await screen.findByTestId("live")).toHaveAttribute("data-value");
    await waitFor(() => expect(calls.some((call) => call.path === "/api/metrics/query")).toBe(true));
    await user.click(screen.getByRole("button", { name: "Take rate" }));
    await waitFor(() => expect(path()).toContain("metric=take_rate"));
  });
  it("opens the live value to its rows", async () => {
    const { user } = visit("/metrics/catalogue?metric=revenue", whole());
    await user.click(await screen.findByTestId("live"));
    expect(await screen.findByText("GA820144")).toBeVisible();
  });
});

describe("the filters", () => {
  const names = (search: object) => chosen(catalogue.metrics, search, "en").map((metric) => metric.name);
  it("look into names, meanings and formulas in both languages", () => {
    expect(names({ q: "转化" })).toEqual(["conversion"]);
    expect(names({ q: "GMV" })).toEqual(["booked_amount"]);
    expect(names({ use: "study" })).toEqual(["cancel_rate"]);
    expect(names({ class: "traffic", scope: "goods" })).toEqual([]);
    expect(names({})).toHaveLength(catalogue.metrics.length);
  });
});
