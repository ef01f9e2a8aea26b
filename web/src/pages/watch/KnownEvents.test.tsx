import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { choose, fourStates, ok, refused, visit, whole } from "@/test/page";
import { knownEvent } from "../../../dev/knownEvents";

fourStates("Event library", {
  path: "/watch/known-events",
  question: { en: "What do we know already?", zh: "我们已经认识哪些事件？" },
  request: "GET /api/known-events",
  data: "Payment provider fault",
  empty: { body: { items: [], next: null }, text: "No known event is like that" },
});

describe("a known event", () => {
  it("tells how it shows, what to check, why it comes and what is done", async () => {
    visit("/watch/known-events?name=payment_provider_fault", whole());
    const pane = await screen.findByTestId("known-event");
    expect(await within(pane).findByText("A certificate or key of ours has expired.")).toBeVisible();
    expect(within(pane).getByText("It begins suddenly")).toBeVisible();
    expect(within(pane).getByRole("link", { name: "Which provider and device fail" })).toHaveAttribute(
      "href",
      "/metrics/decompose?metric=payment_success_rate&by=provider%2Cdevice",
    );
    expect(within(pane).getByText("by itself")).toBeVisible();
  });
  it("puts in force what waits only where that is what is seen", async () => {
    const server = { ...whole(), "GET /api/known-events/payment_provider_fault": ok({ ...knownEvent, version: 1, newest: 2 }) };
    const { calls, user } = visit("/watch/known-events?name=payment_provider_fault", server);
    const pane = await screen.findByTestId("known-event");
    expect(await within(pane).findByText("In force", { selector: "span" })).toBeVisible();
    expect(within(pane).queryByRole("button", { name: "Put in force" })).toBeNull();
    Object.assign(server, { "GET /api/known-events/payment_provider_fault": ok({ ...knownEvent, version: 2, newest: 2, state: "draft" }) });
    choose(within(pane).getByRole("radio", { name: "Waiting: version 2" }));
    await user.click(await within(pane).findByRole("button", { name: "Put in force" }));
    const asked = await screen.findByTestId("reason");
    await user.type(within(asked).getByRole("textbox"), "it is right");
    await user.click(within(asked).getByRole("button", { name: "Put in force" }));
    await waitFor(() => expect(calls.find((call) => call.path.endsWith("/approve"))?.body).toMatchObject({ version: 2, base_version: 2 }));
    expect(calls.filter((call) => call.path.endsWith("payment_provider_fault")).map((call) => call.search)).toContain("?version=2");
  });
  it("is changed in a form that keeps what it does not show, and says why an edit is refused", async () => {
    const server = { ...whole(), "POST /api/known-events": refused(409, { code: "conflict", message: "The library would miss one it found." }) };
    const { calls, user } = visit("/watch/known-events?name=payment_provider_fault&edit=1", server);
    const pane = await screen.findByTestId("known-event");
    await user.type(await within(pane).findByLabelText("Reason"), "clearer");
    await user.click(within(pane).getByRole("button", { name: "Keep as the next version" }));
    expect(await within(pane).findByText("The library would miss one it found.")).toBeVisible();
    await waitFor(() => expect(calls.some((call) => call.method === "POST")).toBe(true));
    expect(calls.find((call) => call.method === "POST")?.body).toMatchObject({
      base_version: 2,
      reason: "clearer",
      body: {
        known_event: "payment_provider_fault",
        playbook: [{ action: "notify", mode: "auto", with: { slot: "cashier", cap_per_hour: "1" } }],
        signature: { named: ["provider"] },
      },
    });
  });
});
