import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { ok, visit, whole } from "@/test/page";
import { funnel } from "../../../dev/analyses";
import { earlier, readCompare } from "./earlier";

const DEF = { steps: ["search", "payment_succeeded"], window: "2 hours", period: { from: "2026-10-01", to: "2026-10-14" }, trend: "day" };
const at = (more = "") => `/analyse/funnel?def=${encodeURIComponent(JSON.stringify(DEF))}${more}`;
const asked = (calls: { path: string; body: unknown }[]) =>
  calls.filter((call) => call.path === "/api/analyses/funnel").map((call) => (call.body as { definition: typeof DEF }).definition);

describe("the earlier period", () => {
  const days = (from: string, to: string) => ({ from, to });
  it("has as many days before, and weekdays meet weekdays", () => {
    const ten = days("2026-11-01", "2026-11-10");
    expect(earlier(ten, "previous")).toEqual(days("2026-10-22", "2026-10-31"));
    expect(earlier(ten, "same_weekday")).toEqual(days("2026-10-18", "2026-10-27"));
    expect(earlier(ten, "last_year")).toEqual(days("2025-11-02", "2025-11-11"));
  });
  it("is of whole months where the period is", () => {
    expect(earlier(days("2026-03-01", "2026-03-31"), "previous")).toEqual(days("2026-02-01", "2026-02-28"));
    expect(earlier(days("2026-01-01", "2026-03-31"), "previous")).toEqual(days("2025-10-01", "2025-12-31"));
    expect(earlier(days("2024-02-01", "2024-02-29"), "last_year")).toEqual(days("2023-02-01", "2023-02-28"));
    expect(earlier(days("2026-11-01", "2026-11-30"), "same_weekday")).toEqual(days("2026-09-27", "2026-10-26"));
  });
  it("is one of three", () => {
    expect([readCompare("last_year"), readCompare("custom"), readCompare(undefined)]).toEqual(["last_year", null, null]);
  });
});

describe("an answer beside an earlier one", () => {
  it("asks the same for the earlier days without its cuts, and says by how much it moved", async () => {
    const { user, calls, path } = visit(at(), whole());
    await user.click(await screen.findByRole("combobox", { name: "Beside" }));
    await user.click(await screen.findByTitle("The period before"));
    expect(await screen.findByText(/^Converted: 6\.00.%, the same as in /)).toBeVisible();
    const { from, to } = funnel.period;
    await waitFor(() => expect(asked(calls).at(-1)).toMatchObject({ window: "2 hours", period: earlier({ from, to }, "previous") }));
    expect(asked(calls).at(-1)).not.toHaveProperty("trend");
    expect(path()).toContain("compare=previous");
  });
  it("says that there is nothing to compare with", async () => {
    const none = { ...funnel, total: { ...funnel.total, steps: funnel.total.steps.map((step) => ({ ...step, of_first: null })) } };
    visit(at("&compare=previous"), { ...whole(), "POST /api/analyses/funnel": ok(none) });
    expect(await screen.findByText(/^Converted: there is nothing to compare with in /)).toBeVisible();
  });
});
