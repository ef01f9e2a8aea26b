import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { knownEvent } from "../../../dev/knownEvents";

fourStates("Playbooks", {
  path: "/watch/playbooks",
  question: { en: "What was done, and what waits?", zh: "做了什么，还有什么在等？" },
  request: "GET /api/playbooks/runs",
  data: "Leave the partner out until it answers",
  permission: "alerts.read",
});

describe("Playbooks", () => {
  it("approves with a reason what another member proposed, undoes what was done, and switches back", async () => {
    const { calls, user } = visit("/watch/playbooks", whole());
    const posted = (end: string) => calls.find((call) => call.method === "POST" && call.path.endsWith(end))?.body;
    await user.click((await screen.findAllByRole("button", { name: "Approve" }))[0] as HTMLElement);
    await user.type(await screen.findByRole("textbox"), "They were moved.");
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Approve" }));
    await waitFor(() => expect(posted("/play_2/approve")).toEqual({ reason: "They were moved.", revision: 1 }));
    await user.click(await screen.findByRole("button", { name: "Switch back" }));
    await user.type(await screen.findByRole("textbox"), "It answers.");
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Switch back" }));
    await waitFor(() => expect(posted("/flag_1/clear")).toEqual({ reason: "It answers." }));
  });
  it("shows runs of one state, and changes how often a kind may act", async () => {
    const { calls, user } = visit("/watch/playbooks?state=ok", whole());
    await user.click(await screen.findByRole("button", { name: "Change Switch a slot" }));
    const often = await screen.findByRole("spinbutton", { name: /Runs within an hour/ });
    await user.clear(often);
    await user.type(often, "2");
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Change" }));
    await waitFor(() => expect(calls.find((call) => call.method === "PUT")?.body).toEqual({ per_hour: 2, money_per_day: null }));
    expect(calls.some((call) => call.path === "/api/playbooks/runs" && call.search.includes("state=ok"))).toBe(true);
  });
  it("says that nothing was run yet", async () => {
    visit("/watch/playbooks", { ...whole(), "GET /api/playbooks/runs": ok({ items: [], next: null }) });
    expect(await screen.findByText(/No step of a playbook was run yet/)).toBeVisible();
  });
  it("runs a step from an alert once it was looked at, and leaves to people what is by hand", async () => {
    const playbook = [
      { action: "propose_price", mode: "manual", title: { en: "Propose a price", zh: "建议调价" } },
      { action: "switch_slot", mode: "manual", title: { en: "Leave it out", zh: "切除" }, with: { slot: "partner" } },
    ];
    const { calls, user } = visit("/watch/alerts?alert=alert_1", {
      ...whole(),
      "GET /api/known-events/payment_provider_fault": ok({ ...knownEvent, body: { ...knownEvent.body, playbook } }),
      "GET /api/playbooks/runs": ok({ items: [], next: null }),
    });
    expect(await screen.findByText("by hand")).toBeVisible();
    const look = screen.getByRole("button", { name: "What would it change?" });
    expect(look).toBeDisabled();
    await user.type(screen.getByRole("textbox", { name: "What is to stand there" }), "backup");
    await user.click(look);
    expect(await screen.findByText("Nothing has changed yet. Run it?")).toBeVisible();
    expect(calls.some((call) => call.method === "POST" && call.path.endsWith("/runs"))).toBe(false);
    await user.click(screen.getByRole("button", { name: "Run" }));
    await waitFor(() => expect(calls.some((call) => call.path.endsWith("/runs/play_1/run"))).toBe(true));
    const asked = calls.find((call) => call.method === "POST" && call.path === "/api/playbooks/runs")?.body;
    expect(asked).toEqual({ alert: "alert_1", known_event: "payment_provider_fault", step: 2, inputs: { to: "backup" } });
  });
});
