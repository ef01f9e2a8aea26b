import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { withRights } from "@/test/admin";
import { fourStates, ok, visit, whole } from "@/test/page";

fourStates("People", {
  path: "/people",
  question: { en: "Who are you looking for?", zh: "要找的是谁？" },
  request: "GET /api/people",
  data: "Anna Berg",
  permission: "people.see",
  empty: { body: { items: [], next: null }, text: "There is nobody here yet" },
});

describe("People", () => {
  it("looks for what is typed, once nobody types any more, and keeps it in the address", async () => {
    const { user, calls, path } = visit("/people", whole());
    expect(await screen.findByText("李薇")).toBeVisible();
    expect(screen.getByText("Anonymous visitor")).toBeVisible();
    await user.type(screen.getByRole("textbox"), "GA10023455");
    await waitFor(() => expect(calls.some((call) => call.search === "?q=GA10023455")).toBe(true));
    expect(calls.filter((call) => call.path === "/api/people").length).toBeLessThan(6);
    expect(path()).toBe("/people?q=GA10023455");
    expect(await screen.findByText("\u201cGA10023455\u201d leads to 3 people.")).toBeVisible();
  });
  it("says when nobody has such an id, and leads back", async () => {
    const { user, path } = visit("/people?q=nobody", { ...whole(), "GET /api/people": ok({ items: [], next: null }) });
    expect(await screen.findByText("Nobody was found")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Show who was seen last" }));
    await waitFor(() => expect(path()).toBe("/people"));
  });
  it("opens a person, by key too", async () => {
    const { user, path } = visit("/people", whole());
    const row = (await screen.findByText("李薇")).closest("tr") as HTMLElement;
    row.focus();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(path()).toBe("/people/101"));
  });
  it("says that ids are masked to who may not see them", async () => {
    visit("/people", withRights(whole(), ["session.own", "people.see"]));
    expect(await screen.findByText(/Ids are masked/)).toBeVisible();
  });
});
