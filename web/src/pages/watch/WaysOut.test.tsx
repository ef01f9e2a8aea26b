import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, visit, whole } from "@/test/page";

fourStates("Ways out", {
  path: "/watch/destinations",
  question: { en: "Who is told, and did it arrive?", zh: "通知了谁，送到了吗？" },
  request: "GET /api/destinations",
  data: "smtp.example.com",
  permission: "destinations.manage",
  empty: { body: { items: [] }, text: "Nothing is sent anywhere yet" },
});

describe("ways out", () => {
  it("sends again what is undelivered, or puts it away", async () => {
    const { calls, user } = visit("/watch/destinations", whole());
    expect(await screen.findByText(/550 mailbox unavailable/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Send again" }));
    await waitFor(() => expect(calls.some((call) => call.method === "POST" && call.path.endsWith("/dlv_1/resend"))).toBe(true));
    await user.click(screen.getByRole("button", { name: "Put away" }));
    await waitFor(() => expect(calls.some((call) => call.path.endsWith("/dlv_1/dismiss"))).toBe(true));
  });
  it("opens a message of the inbox, which is read then", async () => {
    const { calls, user } = visit("/watch/destinations", whole());
    await user.click(await screen.findByRole("button", { name: "Inbox: 1 unread" }));
    const list = await screen.findByRole("list", { name: "Inbox" });
    await user.click(within(list).getByRole("button", { name: /Payment success fell/ }));
    await waitFor(() => expect(calls.some((call) => call.method === "POST" && call.path === "/api/inbox/read")).toBe(true));
    expect(await screen.findByRole("heading", { name: "What needs a look now?" })).toBeVisible();
  });
});
