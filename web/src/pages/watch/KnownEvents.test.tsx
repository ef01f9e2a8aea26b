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
  it("is changed in fields that keep all of it, and says at the piece of history why an edit is refused", async () => {
    const where = "tests: payment_provider_fault/provider on android";
    const server = {
      ...whole(),
      "POST /api/known-events": refused(422, { code: "recall_lost", message: "provider on android is not recognised any more", where, fix: "" }),
    };
    const { calls, user } = visit("/watch/known-events?name=payment_provider_fault&edit=1", server);
    const pane = await screen.findByTestId("known-event");
    await user.type(await within(pane).findByLabelText("Reason"), "clearer");
    await user.click(within(pane).getByRole("button", { name: "Keep as a draft" }));
    expect(await within(pane).findByText("It would miss what it recognised before: “provider on android” of Payment provider fault.")).toBeVisible();
    expect(within(pane).getByText("This piece of history speaks against what is written above.")).toBeVisible();
    const { may_edit: _edit, may_approve: _approve, body } = knownEvent;
    expect(calls.find((call) => call.method === "POST")?.body).toMatchObject({ base_version: 2, reason: "clearer", as_draft: true, body });
  });
  it("is begun from blank: nothing is sent before a metric leads and the name is free", async () => {
    const { calls, user } = visit("/watch/known-events?make=1", whole());
    const pane = await screen.findByTestId("new-event");
    await user.type(within(pane).getByLabelText("Kept as"), "payment_provider_fault");
    await user.click(within(pane).getByRole("button", { name: "Keep and put in force" }));
    expect(await within(pane).findByText("There is one of this name already.")).toBeVisible();
    await waitFor(() => expect(within(pane).getAllByText("Please fill this in").length).toBeGreaterThan(4));
    expect(calls.some((call) => call.method === "POST")).toBe(false);
  });
  it("tells in words what is different between two versions, and goes back to what ships as a new version", async () => {
    const server = { ...whole(), "GET /api/known-events/payment_provider_fault": ok({ ...knownEvent, newest: 2 }) };
    const { calls, user } = visit("/watch/known-events?name=payment_provider_fault", server);
    const list = await screen.findByTestId("event-versions");
    expect(await within(list).findByText("learned on Friday")).toBeVisible();
    const lines = within(await within(list).findByTestId("event-diff"))
      .getAllByRole("listitem")
      .map((one) => one.textContent);
    expect(lines).toEqual([
      expect.stringMatching(/^changedTextOwner: Payments?Owner: cashier$/i),
      expect.stringMatching(/^taken outHow it showsThe cause names: /),
      "changedHow it showsIt lasts 5 to 1,440 minIt lasts 5 to 60 min",
      "addedCauses银行故障。 / The bank is down.",
    ]);
    await user.click(within(list).getByRole("button", { name: "Go back to this" }));
    const asked = await screen.findByTestId("reason");
    await user.type(within(asked).getByRole("textbox"), "it was better");
    await user.click(within(asked).getByRole("button", { name: "Go back to this" }));
    await waitFor(() => expect(calls.find((call) => call.method === "POST")?.body).toMatchObject({ base_version: 2, as_draft: false }));
  });
});
