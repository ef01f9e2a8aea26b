import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { withRights } from "@/test/admin";
import { fourStates, ok, visit, whole } from "@/test/page";
import { suggestions } from "../../../dev/persons";
import { compared } from "./Compare";

fourStates("Identity review", {
  path: "/people/review",
  question: { en: "Is this one person?", zh: "这是同一个人吗？" },
  request: "GET /api/identity/suggestions",
  data: "Anna Bergh",
  permission: "people.see",
  empty: { body: { items: [], counts: {}, next: null }, text: "No pair waits for a judgement" },
});

const first = suggestions.items[0];

describe("Identity review", () => {
  it("compares a pair field by field and accepts it with a reason", async () => {
    const { user, calls } = visit("/people/review", whole());
    expect(await screen.findByText("3 pairs wait for a judgement; 12 were joined, 4 kept apart.")).toBeVisible();
    expect(screen.getByText("Same in pinyin")).toBeVisible();
    expect(screen.getByText("+8.1")).toBeVisible();
    expect(screen.getByText("\u22121.4")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "One person" }));
    const ask = await screen.findByTestId("reason");
    expect(within(ask).getByText(/98.7/)).toBeVisible();
    await user.click(within(ask).getByLabelText("Reason"));
    await user.paste("Same birthday and name");
    await user.click(within(ask).getByRole("button", { name: "One person" }));
    await waitFor(() =>
      expect(calls.find((call) => call.path === "/api/identity/suggestions/sug_1")?.body).toEqual({
        decision: "accept",
        reason: "Same birthday and name",
      }),
    );
  });
  it("opens another pair by the address", async () => {
    const { user, path } = visit("/people/review", whole());
    await user.click(await screen.findByText("Anna Bergh"));
    await waitFor(() => expect(path()).toContain("pair=sug_2"));
    expect(screen.getByRole("heading", { name: "Anna Berg and Anna Bergh" })).toBeVisible();
  });
  it("shows who judged, and asks nobody again", async () => {
    const judged = { ...first, state: "accepted", decided_by: "林岚", decided: "2026-11-20T10:00:00+08:00", note: "Same card" };
    const { calls } = visit("/people/review?state=accepted", {
      ...whole(),
      "GET /api/identity/suggestions": ok({ items: [judged], counts: { accepted: 1 }, next: null }),
    });
    expect(await screen.findByText(/林岚 judged on .*Same card/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "One person" })).toBeNull();
    expect(calls.some((call) => call.search === "?state=accepted")).toBe(true);
  });
  it("gives no judgement to who may not", async () => {
    visit("/people/review", withRights(whole(), ["session.own", "people.see"]));
    expect(await screen.findByText("Same in pinyin")).toBeVisible();
    expect(screen.queryByRole("button", { name: "One person" })).toBeNull();
  });
});

describe("the comparison", () => {
  it("has every field once, the heaviest first, names from the sides", () => {
    if (!first) throw new Error("no pair");
    const rows = compared(first, "en");
    expect(rows.map((row) => row.field)).toEqual(["birth_date", "name", "phone", "city"]);
    expect(rows[1]).toMatchObject({ left: "Li Wei", right: "李薇", agreement: "Same in pinyin", weight: 5.2 });
    expect(rows[3]?.weight).toBeNull();
  });
});
