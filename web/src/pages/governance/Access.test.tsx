import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { asAdmin, withRights } from "@/test/admin";
import { fourStates, visit, whole } from "@/test/page";

const question = { en: "Who may do what, and which programs may come in?", zh: "谁能做什么，哪些程序能进来？" };
fourStates("Access: roles", { path: "/admin/access", question, request: "GET /api/roles", data: "Open single orders", permission: "session.own" });
fourStates("Access: tokens", {
  path: "/admin/access?tab=tokens",
  question,
  request: "GET /api/tokens",
  data: "Nightly trading report",
  permission: "tokens.manage",
  empty: { body: { items: [], next: null }, text: "No program has a token yet" },
});
fourStates("Access: keys", {
  path: "/admin/access?tab=keys",
  question,
  request: "GET /api/keys",
  data: "Booking engine",
  permission: "sources.manage",
  empty: { body: { items: [] }, text: "There is no write key yet" },
});

describe("Access", () => {
  it("shows each right by role, and a right it has no words for in the server's", async () => {
    visit("/admin/access", whole());
    const unmask = (await screen.findByText("See e-mails, phones and documents in full")).closest("tr") as HTMLElement;
    expect(within(unmask).getAllByLabelText("May")).toHaveLength(1);
    expect(within(unmask).getAllByLabelText("May not")).toHaveLength(3);
    expect(within(unmask).getByText("personal")).toBeVisible();
    expect(screen.getByText("Change the weather")).toBeVisible();
  });
  it("makes a token, shows its secret once and how to use it", async () => {
    const { user, calls } = visit("/admin/access?tab=tokens", asAdmin(whole()));
    expect(await screen.findByText("2 tokens work; 1 of them was never used.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: /Make a token/ }));
    const pane = await screen.findByTestId("new-token");
    await user.type(within(pane).getByLabelText("What for"), "Nightly");
    await user.click(within(pane).getByText("30 days"));
    await user.click(within(pane).getByRole("button", { name: "Make token" }));
    expect(await screen.findByTestId("secret")).toHaveTextContent("wsk_7Qe1aVeryLongSecret");
    expect(within(pane).getByText(/Authorization: Bearer/)).toBeVisible();
    expect(calls.find((call) => call.method === "POST")?.body).toEqual({ name: "Nightly", role: "viewer", expires_days: 30 });
    await user.click(within(pane).getByRole("button", { name: "I have kept it" }));
    await waitFor(() => expect(screen.queryByText("wsk_7Qe1aVeryLongSecret")).toBeNull());
  });
  it("revokes only after asking", async () => {
    const { user, calls } = visit("/admin/access?tab=tokens", asAdmin(whole()));
    await user.click((await screen.findAllByRole("button", { name: "Revoke" }))[0] as HTMLElement);
    const ask = await screen.findByTestId("reason");
    expect(ask).toHaveTextContent("Revoke the token Nightly trading report?");
    expect(calls.some((call) => call.method === "DELETE")).toBe(false);
    await user.click(within(ask).getByRole("button", { name: "Revoke" }));
    await waitFor(() => expect(calls.some((call) => call.path === "/api/tokens/tok_1" && call.method === "DELETE")).toBe(true));
  });
  it("says what a public key may not do, and hides the button from who may not make one", async () => {
    const { user } = visit("/admin/access?tab=keys", asAdmin(whole()));
    await user.click(await screen.findByRole("button", { name: /Make a key/ }));
    expect(await screen.findByText(/orders, payments and logins on its word alone are not believed/)).toBeVisible();
  });
  it("hides what somebody may not do", async () => {
    visit("/admin/access?tab=tokens", withRights(whole(), ["session.own"]));
    expect(await screen.findByText("Nightly trading report")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Make a token/ })).toBeNull();
  });
});
