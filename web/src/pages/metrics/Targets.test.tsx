import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, refused, visit, whole } from "@/test/page";
import { standings } from "../../../dev/targets";

fourStates("Targets", {
  path: "/metrics/targets",
  question: { en: "Are we on the way to our targets?", zh: "目标完成得怎么样？" },
  request: "GET /api/targets",
  data: "Revenue · Website",
  empty: { body: { ...standings, items: [] }, text: "No target is set" },
});

describe("Targets", () => {
  it("answers first: how many are behind, and which is furthest", async () => {
    visit("/metrics/targets", whole());
    expect(await screen.findByText(/1 of 2 targets is behind; the furthest is Revenue \(2026-11\)/)).toBeVisible();
  });
  it("shows a dash with its reason for what can't be measured", async () => {
    visit("/metrics/targets", whole());
    expect(await screen.findByTitle("The engine is busy.")).toHaveTextContent("—");
  });
  it("opens a target with its rule and changes what was seen", async () => {
    const { user, calls } = visit("/metrics/targets?target=target_1", { ...whole(), "PUT /api/targets": ok({}) });
    const pane = await screen.findByTestId("target-pane");
    expect(within(pane).getByText("Revenue: 1.66M CNY so far, 1.80M CNY was due.")).toBeVisible();
    const value = within(pane).getByLabelText("To reach");
    await user.clear(value);
    await user.type(value, "3100000");
    await user.click(within(pane).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(calls.some((call) => call.method === "PUT")).toBe(true));
    expect(calls.find((call) => call.method === "PUT")?.body).toMatchObject({ metric: "revenue", period: "2026-11", value: "3100000", revision: 2 });
  });
  it("lets nobody change a closed one, and shows what the question gives now", async () => {
    visit("/metrics/targets?target=target_2", whole());
    const pane = await screen.findByTestId("target-pane");
    expect(pane).toHaveTextContent("951,000.00");
    expect(within(pane).queryByRole("button", { name: "Save" })).toBeNull();
  });
  it("tells each fault of a file by its line and keeps nothing", async () => {
    const sheet = { kept: false, added: 0, changed: 0, same: 0, faults_in_all: 1, lines: [] };
    const faults = [{ line: 3, column: "period", what: "'2026-13' names no period.", fix: "Write 2026-11." }];
    const { user, calls } = visit("/metrics/targets?pane=import", { ...whole(), "POST /api/targets/import": ok({ ...sheet, faults }) });
    await screen.findByTestId("targets-import");
    const input = document.querySelector('input[type="file"]') as HTMLInputElement;
    await user.upload(input, new File(["metric,period,value\n"], "targets.csv", { type: "text/csv" }));
    expect(await screen.findByText(/'2026-13' names no period/)).toBeVisible();
    expect(calls.find((call) => call.path.endsWith("/import"))?.body).toMatchObject({ dry_run: true });
    expect(screen.queryByRole("button", { name: /^Keep/ })).toBeNull();
  });
  it("says what was refused when a target can't be set", async () => {
    const server = { ...whole(), "PUT /api/targets": refused(409, { message: "The target was changed meanwhile." }) };
    const { user } = visit("/metrics/targets?target=target_1", server);
    await user.click(within(await screen.findByTestId("target-pane")).getByRole("button", { name: "Save" }));
    expect(await screen.findByText("The target was changed meanwhile.")).toBeVisible();
  });
});
