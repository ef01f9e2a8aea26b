import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { reconciliation } from "../../../dev/reconciliation";

fourStates("Reconciliation", {
  path: "/metrics/reconciliation",
  question: { en: "Why is this number not finance's?", zh: "为什么与财务的数字不一致？" },
  request: "GET /api/reconciliation",
  data: "Which statements are missing?",
  empty: { body: { ...reconciliation, statement_rows: 0, missing: [] }, text: "No statement has been imported yet" },
});

describe("Reconciliation", () => {
  it("says how far both sides are apart", async () => {
    visit("/metrics/reconciliation", whole());
    expect(await screen.findByText(/Orders say/)).toHaveTextContent("850.00 apart; 110 of 120 items match");
  });
  it("opens the rows behind a reason of a group, and the order behind a row", async () => {
    const { calls, user } = visit("/metrics/reconciliation", whole());
    const line = (await screen.findAllByText("Website"))[0]?.closest("tr") as HTMLElement;
    await user.click(within(line).getByRole("button", { name: /\+900/ }));
    await waitFor(() => expect(calls.some((call) => call.path === "/api/reconciliation/items")).toBe(true));
    expect(calls.find((call) => call.path === "/api/reconciliation/items")?.search).toContain("reason=only_in_orders&channel=web");
    expect(await screen.findByText("The row names no order")).toBeVisible();
    await user.click(await screen.findByText("B-1"));
    await waitFor(() => expect(calls.some((call) => call.path === "/api/orders/1")).toBe(true));
  });
  it("asks for what has no channel by its own sign", async () => {
    const { calls, user } = visit("/metrics/reconciliation", whole());
    const line = (await screen.findAllByText("Not known"))[0]?.closest("tr") as HTMLElement;
    await user.click(within(line).getByRole("button", { name: /350/ }));
    await waitFor(() => expect(calls.find((call) => call.path === "/api/reconciliation/items")?.search).toContain("channel=-"));
  });
  it("names the providers of which no statement is there, also before the first import", async () => {
    visit("/metrics/reconciliation", { ...whole(), "GET /api/reconciliation": ok({ ...reconciliation, statement_rows: 0 }) });
    expect(await screen.findByText("card")).toBeVisible();
    expect(screen.getAllByRole("link", { name: /Import a statement/ })[0]).toHaveAttribute("href", "/data/imports?kind=settlements");
  });
  it("says so when the two sides are equal", async () => {
    const total = { ...reconciliation.total, matched: 120, difference: "0.00", reasons: [] };
    visit("/metrics/reconciliation", { ...whole(), "GET /api/reconciliation": ok({ ...reconciliation, total }) });
    expect(await screen.findByText(/all 120 items match/)).toBeVisible();
  });
});
