import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { compared } from "../../../dev/monitors";
import { analysedOf, partOf, partsOf, unitOf, withPart } from "./analysed";
import { definitionOf, fieldsOf, nameOf } from "./builder";

const TITLE = "Payment success by provider and device";

fourStates("Monitors", {
  path: "/watch/monitors",
  question: { en: "What is watched?", zh: "在监控什么？" },
  request: "GET /api/monitors",
  data: TITLE,
  empty: { body: { items: [], next: null }, text: "No monitor is like that" },
  permission: "alerts.read",
});

describe("Monitors", () => {
  it("say their rules in a sentence, how they stand, and what their alerts were worth", async () => {
    visit("/watch/monitors", whole());
    expect(await screen.findByText("Watched: 2. Firing: 1; can't look now: 1.")).toBeVisible();
    expect(screen.getByText(/unlikely rate \(below the usual\), 8 % at least/)).toBeVisible();
    expect(screen.getByText("Data late")).toBeVisible();
    expect(await screen.findByText(/6, 0.* % false/)).toBeVisible();
  });
  it("open to what they would have told, and are switched off with a reason", async () => {
    const { calls, user } = visit("/watch/monitors?monitor=payment_success", whole());
    const pane = await screen.findByTestId("monitor");
    expect(await within(pane).findByText("Breaches: 1 of 30")).toBeVisible();
    expect(calls.some((call) => call.path === "/api/monitors/replay")).toBe(false);
    await user.click(within(pane).getByRole("button", { name: "Replay" }));
    expect(await within(pane).findByText(/It would have fired 1 time, over 12 series\./)).toBeVisible();
    await user.click(within(pane).getByRole("button", { name: "Switch off" }));
    const asked = await screen.findByTestId("reason");
    await user.type(within(asked).getByRole("textbox"), "too noisy");
    await user.click(within(asked).getByRole("button", { name: "Switch off" }));
    await waitFor(() => expect(calls.find((call) => call.path.endsWith("/switch"))?.body).toEqual({ on: false, reason: "too noisy" }));
  });
  it("are changed in a form, and kept as a draft", async () => {
    const { calls, user } = visit("/watch/monitors?monitor=payment_success&make=1", whole());
    const pane = await screen.findByTestId("builder");
    expect(await within(pane).findByText("Breaches: 1 of 30")).toBeVisible();
    const owner = within(pane).getByLabelText("Owner");
    await user.clear(owner);
    await user.type(owner, "desk");
    await user.click(within(pane).getByRole("button", { name: "Keep as a draft" }));
    const asked = await screen.findByTestId("reason");
    await user.type(within(asked).getByRole("textbox"), "moved");
    await user.click(within(asked).getByRole("button", { name: "Keep as a draft" }));
    await waitFor(() =>
      expect(calls.find((call) => call.method === "POST" && call.path === "/api/monitors")?.body).toMatchObject({ reason: "moved", base_version: 0 }),
    );
    const kept = calls.find((call) => call.method === "POST" && call.path === "/api/monitors")?.body as { definition: Record<string, unknown> };
    // What the form does not show stays as it was.
    expect(kept.definition).toMatchObject({
      owner: "desk",
      worth: { metric: "average_order_value" },
      rule: { kind: "ratio", sure: 4, at_least: 0.08 },
    });
  });
});

describe("another rule beside the one in force", () => {
  it("is written in the builder with its figure kept, and put on trial", async () => {
    const { calls, user } = visit("/watch/monitors?monitor=payment_success&make=other", whole());
    const pane = await screen.findByTestId("builder");
    expect(await within(pane).findByLabelText("Metric")).toBeDisabled();
    await user.click(within(pane).getByRole("button", { name: "Put on trial" }));
    const asked = await screen.findByTestId("reason");
    await user.type(within(asked).getByRole("textbox"), "less noise");
    await user.click(within(asked).getByRole("button", { name: "Put on trial" }));
    await waitFor(() => expect(calls.find((call) => call.path.endsWith("/challengers") && call.method === "POST")).toBeDefined());
    expect(calls.some((call) => call.path === "/api/monitors" && call.method === "POST")).toBe(false);
  });
  it("is compared over the same days, and put in force only where it did better", async () => {
    const server = { ...whole(), "GET /api/monitors/payment_success/compare": ok({ ...compared, verdict: "worse" }) };
    const { calls, user } = visit("/watch/monitors?monitor=payment_success", server);
    const part = await screen.findByTestId("challenge");
    expect(await within(part).findByText("Taken back")).toBeVisible();
    await user.click(await within(part).findByRole("button", { name: "Compare both" }));
    expect(await within(part).findByText("Not better")).toBeVisible();
    expect(within(part).queryByRole("button", { name: "Put the better one in force" })).toBeNull();
    Object.assign(server, { "GET /api/monitors/payment_success/compare": ok(compared) });
    await user.click(within(part).getByLabelText("How far back"));
    await user.click(await screen.findByTitle("14 days"));
    expect(await within(part).findByText("Better")).toBeVisible();
    expect(within(part).getByRole("img", { name: /^In force; / })).toHaveAccessibleName(/Not true 1/);
    await user.click(within(part).getByRole("button", { name: "Put the better one in force" }));
    const asked = await screen.findByTestId("reason");
    await user.type(within(asked).getByRole("textbox"), "less noise");
    await user.click(within(asked).getByRole("button", { name: "Put the better one in force" }));
    await waitFor(() => expect(calls.find((call) => call.path.endsWith("/promote"))?.body).toEqual({ version: 2, days: 14, reason: "less noise" }));
  });
});

describe("A monitor of an analysis", () => {
  it("is made of what an analysis page asks: a step, an owner, and it is kept with the definition", async () => {
    const funnel = { name: "To payment", steps: ["search", "checkout", "payment_succeeded"], window: "2 hours", breakdown: "device" };
    const search = encodeURIComponent(JSON.stringify({ kind: "funnel", definition: funnel }));
    const { calls, user } = visit(`/watch/monitors?make=1&analysis=${search}`, whole());
    const pane = await screen.findByTestId("builder");
    expect(within(pane).getByLabelText("Name")).toHaveValue("To payment");
    expect(within(pane).queryByLabelText("Metric")).toBeNull();
    expect(within(pane).getByText("The share of those who reached it that went on", { exact: false })).toBeVisible();
    await user.type(within(pane).getByLabelText("Owner"), "web");
    await user.click(within(pane).getByRole("button", { name: "Keep as a draft" }));
    const asked = await screen.findByTestId("reason");
    await user.type(within(asked).getByRole("textbox"), "watch it");
    await user.click(within(asked).getByRole("button", { name: "Keep as a draft" }));
    await waitFor(() => expect(calls.some((call) => call.method === "POST" && call.path === "/api/monitors")).toBe(true));
    const kept = calls.find((call) => call.method === "POST" && call.path === "/api/monitors")?.body as { definition: Record<string, unknown> };
    expect(kept.definition).toMatchObject({
      name: "to_payment",
      analysis: { kind: "funnel", definition: funnel, step: "1" },
      every: "1d",
      rule: { kind: "ratio", at_least: 0.05 },
    });
    expect(kept.definition).not.toHaveProperty("metric");
  });
  it("reads a step by its name, and knows the unit of a series", () => {
    const one = analysedOf({ kind: "funnel", definition: { steps: ["a", { name: "B", event: "b" }, "c"] }, step: "B" });
    expect(one && partOf(one)).toBe("2");
    expect(one && partsOf(one, (name) => name).map((part) => part.label)).toEqual(["a \u2192 B", "B \u2192 c"]);
    const trend = analysedOf({ kind: "trend", definition: { series: ["a", { event: "b", measure: "sum", of: "price" }], formula: "B / A" } });
    expect(trend && [unitOf(trend), unitOf(withPart(trend, "B")), unitOf(withPart(trend, "formula"))]).toEqual(["count", "number", "number"]);
    expect(analysedOf({ kind: "rfm", definition: {} })).toBeNull();
  });
});

describe("a definition", () => {
  it("comes back from its form as it was", () => {
    const given = {
      name: "a",
      title: { en: "A", zh: "甲" },
      metric: "orders",
      by: ["device"],
      every: "1h",
      over: "4h",
      rule: { kind: "change", against: "day", drop: 0.3, recover: 0.1 },
      minimum: 20,
      pending: 2,
      recover: 3,
      severity: "high",
      owner: "desk",
      mute: [{ from: "22:00", to: "06:00" }],
    };
    expect(definitionOf(fieldsOf(given, "zh", null), given, "zh")).toEqual(given);
    expect(definitionOf(fieldsOf(null, "en", "orders"), null, "en")).toBeNull();
    expect([nameOf("Orders, by the hour", "orders"), nameOf("订单", "orders")]).toEqual(["orders_by_the_hour", "orders_watched"]);
  });
});
