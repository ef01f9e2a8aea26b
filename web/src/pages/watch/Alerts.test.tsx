import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, visit, whole } from "@/test/page";
import { alerts } from "../../../dev/alerts";
import { causesOf } from "./causes";
import { noiseRate } from "./NoisePanel";

fourStates("Alerts", {
  path: "/watch/alerts",
  question: { en: "What needs a look now?", zh: "现在要看哪里？" },
  request: "GET /api/alerts",
  data: "By cause, the dearest first",
  empty: { body: { items: [], next: null, counts: {} }, text: "Nothing is open" },
  permission: "alerts.read",
});

describe("Alerts", () => {
  it("are one line by cause, the dearest first", () => {
    const groups = causesOf(alerts.items.filter((one) => one.kind === "metric"));
    expect(groups.map((one) => [one.lead.id, one.rest.map((rest) => rest.id), one.moneyHour])).toEqual([
      ["alert_1", ["alert_2"], 8480.25],
      ["alert_4", [], null],
    ]);
  });
  it("say what is at stake, which data are late, and what former alerts were worth", async () => {
    visit("/watch/alerts", whole());
    expect(await screen.findByText(/4 alerts open, of 2 causes; about ¥8,480.* an hour at stake/)).toBeVisible();
    expect(screen.getByText("Not whole: app. Held: checkout_completion.")).toBeVisible();
    expect(screen.getByText("Explained by the same cause: 1")).toBeVisible();
    expect(await screen.findByText("391 (366 \u2013 424)")).toBeVisible();
    expect(screen.getByText("240 in 9 h")).toBeVisible();
    expect(screen.getByText(/60(\.0+)?.%/)).toBeVisible();
    expect(noiseRate({ true: 0, false: 0, expected: 0, data_fault: 0 })).toBeNull();
  });
  it("open to what explains them, with known events and their reasons", async () => {
    visit("/watch/alerts?alert=alert_1", whole());
    const pane = await screen.findByTestId("alert");
    expect(await within(pane).findByText(/94\.6 % of the fall/)).toBeVisible();
    expect(await within(pane).findByText("Payment success moves as it does in this event")).toBeVisible();
    expect(within(pane).getByText("on it")).toBeVisible();
  });
  it("say what is likely to come, how its kind did, and put it away with why", async () => {
    const { calls, user } = visit("/watch/alerts", whole());
    expect(await screen.findByText("8 of 77 left")).toBeVisible();
    expect(screen.getByText("Sells out: 9 of 11 came true in 90 days.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Put away" }));
    const asked = await screen.findByTestId("reason");
    await user.type(within(asked).getByRole("textbox"), "a charter");
    await user.click(within(asked).getByRole("button", { name: "Put away" }));
    await waitFor(() => expect(calls.find((call) => call.path.endsWith("/dismiss"))?.body).toEqual({ reason: "a charter" }));
  });
  it("are confirmed by one click from a link, and closed with what they were", async () => {
    const { calls, user } = visit("/watch/alerts?alert=alert_1&do=ack", whole());
    const asked = await screen.findByTestId("reason");
    await user.click(within(asked).getByRole("button", { name: "I look after it" }));
    await waitFor(() => expect(calls.find((call) => call.path.endsWith("/ack"))?.body).toEqual({ reason: "Seen, looking after it." }));
    await user.click(await screen.findByRole("button", { name: "Close…" }));
    const closing = await screen.findByTestId("reason");
    await user.type(within(closing).getByRole("textbox"), "provider was down");
    await user.click(within(closing).getByRole("button", { name: "Close the alert" }));
    await waitFor(() => expect(calls.find((call) => call.path.endsWith("/close"))?.body).toEqual({ label: "true", reason: "provider was down" }));
  });
  it("say that nothing is told while there is maintenance, which is begun with a reason and ended", async () => {
    const { calls, user } = visit("/watch/alerts", whole());
    const note = await screen.findByRole("region", { name: "Maintenance" });
    expect(within(note).getByText(/^Nothing is told until/)).toBeVisible();
    expect(within(note).getByText(/new payment gateway/)).toBeVisible();
    await user.click(within(note).getByRole("button", { name: "End it now" }));
    await waitFor(() => expect(calls.some((call) => call.method === "DELETE" && call.path.endsWith("/mnt_1"))).toBe(true));
    await user.click(screen.getByRole("button", { name: "Maintenance…" }));
    const asked = await screen.findByTestId("reason");
    await user.type(within(asked).getByRole("textbox"), "new gateway");
    await user.click(within(asked).getByRole("button", { name: "Tell nothing for so long" }));
    await waitFor(() =>
      expect(calls.find((call) => call.method === "POST" && call.path === "/api/maintenance")?.body).toMatchObject({
        reason: "new gateway",
        monitors: [],
      }),
    );
  });
});
