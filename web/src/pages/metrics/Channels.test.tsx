import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { balance, movable } from "../../../dev/channels";
import { laid, readTrial, writeTrial } from "./shift";

fourStates("Channels", {
  path: "/metrics/channels",
  question: { en: "What does each channel bring, cost and leave?", zh: "各渠道带来多少、花费多少、留下多少？" },
  request: "POST /api/metrics/channels",
  data: "Direct share of revenue",
  empty: { body: { ...balance, channels: [], groups: [] }, text: "No channel sold anything" },
});

describe("Channels", () => {
  it("says what is left, and what a shift would be worth with careless counting beside it", async () => {
    visit("/metrics/channels", whole());
    expect(await screen.findByText(/is left of .* revenue/)).toHaveTextContent("35.0");
    expect(await screen.findByTestId("shift-net")).toHaveTextContent("+¥1,700.00");
    expect(screen.getByText(/Without a control group/)).toHaveTextContent("¥21,060.00");
  });
  it("tries assumptions from the address and asks anew", async () => {
    const { calls } = visit("/metrics/channels?trial=member:0.2~incentive:5", whole());
    await screen.findByTestId("shift-net");
    const asked = calls.find((call) => call.path === "/api/metrics/channels/movable")?.body as {
      assumptions: { incentive: string; move_rate: object };
    };
    expect(asked.assumptions.incentive).toBe("5");
    expect(asked.assumptions.move_rate).toMatchObject({ member: "0.2", buys_direct: "0.10" });
  });
  it("keeps assumptions with the version that was seen", async () => {
    const { calls, user } = visit("/metrics/channels?trial=incentive:5", whole());
    await user.click(await screen.findByRole("button", { name: "Keep for all" }));
    await waitFor(() => expect(calls.some((call) => call.method === "PUT")).toBe(true));
    expect(calls.find((call) => call.method === "PUT")?.body).toMatchObject({ incentive: "5", version: 0 });
  });
  it("opens the rows behind a figure, and the people behind a reach", async () => {
    const { calls, user } = visit("/metrics/channels", whole());
    const line = (await screen.findByText("OTA A")).closest("tr") as HTMLElement;
    await user.click(within(line).getAllByRole("button", { name: /58/ })[0] as HTMLElement);
    await waitFor(() => expect(calls.some((call) => call.path === "/api/metrics/rows")).toBe(true));
    expect(calls.find((call) => call.path === "/api/metrics/rows")?.body).toMatchObject({
      metric: "commission_cost",
      where: [{ field: "sales_channel", op: "=", value: "ota_a" }],
    });
    await user.click(await screen.findByText("Member, books elsewhere only"));
    expect(await screen.findByText("login 10***55")).toBeVisible();
  });
  it("leaves the balance standing when the shift fails", async () => {
    visit("/metrics/channels", {
      ...whole(),
      "POST /api/metrics/channels/movable": { status: 500, body: { error: { code: "broken", message: "Out of memory." } } },
    });
    expect((await screen.findAllByText("Out of memory.")).length).toBeGreaterThan(0);
    expect(screen.getByText("OTA A")).toBeVisible();
  });
  it("says so when nobody books through distribution", async () => {
    visit("/metrics/channels", { ...whole(), "POST /api/metrics/channels/movable": ok({ ...movable, rows: [], plans: [] }) });
    expect((await screen.findAllByText(/there is nobody to move/)).length).toBeGreaterThan(0);
  });
});

describe("assumptions in the address", () => {
  it("reads what it wrote and nothing else", () => {
    const trial = { member: "0.2", "service.call_centre": "20", incentive: "5" };
    expect(readTrial(writeTrial(trial))).toEqual(trial);
    expect(readTrial("member:much~luck:3~:1~incentive:-4")).toEqual({});
    expect(writeTrial({})).toBeUndefined();
  });
  it("lays them over the kept ones", () => {
    expect(laid(balance.assumptions as Parameters<typeof laid>[0], { "service.web": "2", stranger: "0" })).toMatchObject({
      service_cost: { web: "2" },
      move_rate: { stranger: "0", member: "0.05" },
      incentive: "10.00",
    });
  });
});
