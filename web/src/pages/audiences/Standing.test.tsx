import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, visit, whole } from "@/test/page";
import { standing } from "../../../dev/standing";

fourStates("Standing", {
  path: "/people/standing",
  question: { en: "Where do our buyers stand?", zh: "我们的客户处在什么位置？" },
  request: "GET /api/standing",
  data: "RFM classes",
  empty: { body: { ...standing, months: [] }, text: "No month is frozen yet" },
  permission: "audiences.read",
});

describe("Standing", () => {
  it("tells the last month, and opens a class to the people in it", async () => {
    const { calls, user, path } = visit("/people/standing", whole());
    expect(await screen.findByText(/2026-09: 19\.0.% are important-value customers; 5\.00.%/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: /2026-09: 19.0.%, people: 190/ }));
    const pane = await screen.findByTestId("standing-people");
    expect(await within(pane).findByText("login 10***55")).toBeVisible();
    expect(calls.some((call) => call.path === "/api/standing/2026-09/people" && call.search.includes("rfm=111"))).toBe(true);
    expect(path()).toContain("rfm=%22111%22");
  });
  it("opens who went from one stage to another", async () => {
    const { calls, user } = visit("/people/standing?month=2026-09", whole());
    await user.click(await screen.findByRole("button", { name: "Lost, people: 35" }));
    await screen.findByTestId("standing-people");
    const asked = calls.find((call) => call.path === "/api/standing/2026-09/people");
    expect(asked?.search).toContain("stage=lost");
    expect(asked?.search).toContain("before=at_risk");
  });
});
