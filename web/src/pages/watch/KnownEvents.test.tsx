import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, refused, visit, whole } from "@/test/page";

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
      body: { known_event: "payment_provider_fault", playbook: [{ action: "notify", mode: "auto" }], signature: { named: ["provider"] } },
    });
  });
});
