import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, visit, whole } from "@/test/page";

const TITLE = "Payment success fell from 95 % to 78 %: Payment provider = WeChat Pay, Device = Android";

fourStates("Incidents", {
  path: "/watch/incidents",
  question: { en: "What costs us money now?", zh: "现在哪里在损失？" },
  request: "GET /api/itsm/records",
  data: TITLE,
  empty: { body: { items: [], next: null }, text: "One cause that hurts now, with all alerts that it explains. It opens by itself, or by hand." },
  permission: "incidents.read",
});

describe("Incidents", () => {
  it("are those that are left, with what they cost, and open", async () => {
    const { calls, path, user } = visit("/watch/incidents", whole());
    expect(await screen.findByText(/1 open; ¥8,480.* an hour at stake/)).toBeVisible();
    expect(calls.find((call) => call.path === "/api/itsm/records")?.search).toContain("state=new%2Ctriage%2Cmitigating%2Cmonitoring");
    await user.click(screen.getByText(TITLE));
    await waitFor(() => expect(path()).toBe("/watch/incidents/inc_1"));
  });
  it("show who is on duty, and the note of the shift", async () => {
    visit("/watch/incidents?pane=rota", whole());
    const pane = await screen.findByTestId("rota");
    expect(await within(pane).findByText("Monday 09:00 – 18:00")).toBeVisible();
  });
});

describe("an incident", () => {
  it("shows what explains it, what happened and what belongs to it", async () => {
    visit("/watch/incidents/inc_1", whole());
    expect(await screen.findByRole("heading", { level: 1, name: TITLE })).toBeVisible();
    expect(await screen.findByText(/94\.6 % of the fall/)).toBeVisible();
    expect(screen.getByText("called the provider")).toBeVisible();
    expect(screen.getByRole("link", { name: "WeChat Pay on Android" })).toHaveAttribute("href", "/watch/incidents/prb_1");
    expect(screen.getByText(/five questions wait here/)).toBeVisible();
    expect(await screen.findByRole("link", { name: "Which provider and device fail" })).toBeVisible();
    expect(screen.getByRole("heading", { name: "What to do about it" })).toBeVisible();
  });
  it("is moved with a reason, by the version that was seen", async () => {
    const { calls, user } = visit("/watch/incidents/inc_1", whole());
    await user.click(await screen.findByRole("button", { name: "Work on it" }));
    const asked = await screen.findByTestId("reason");
    await user.type(within(asked).getByRole("textbox"), "on it now");
    await user.click(within(asked).getByRole("button", { name: "Work on it" }));
    await waitFor(() => expect(calls.find((call) => call.path.endsWith("/moves"))?.body).toEqual({ event: "work", reason: "on it now", version: 1 }));
  });
  it("is reviewed with what is known filled in", async () => {
    const { calls, user } = visit("/watch/incidents/inc_2", whole());
    expect(await screen.findByDisplayValue("Payment provider fault")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Save the review" }));
    await waitFor(() => expect(calls.find((call) => call.method === "PUT")?.body).toMatchObject({ cause: "Payment provider fault", version: 0 }));
  });
  it("are narrowed by severity and owner, both in the address", async () => {
    const { calls, user, path } = visit("/watch/incidents?severity=2", whole());
    await waitFor(() => expect(calls.some((call) => call.path === "/api/itsm/records" && call.search.includes("severity=2"))).toBe(true));
    await user.type(await screen.findByPlaceholderText("Who works on it"), "payments{Enter}");
    await waitFor(() => expect(path()).toContain("owner=payments"));
    visit("/watch/incidents?which=mitigating", whole());
    expect(await screen.findByText("Working")).toBeVisible();
  });
  it("become known events, begun with what moved", async () => {
    visit("/watch/known-events?make=1&record=inc_2", whole());
    expect(await screen.findByText(/Begun from incident inc_2/)).toBeVisible();
    expect(await screen.findByDisplayValue("inc_2, 2026-08-24")).toBeInTheDocument();
  });
});
