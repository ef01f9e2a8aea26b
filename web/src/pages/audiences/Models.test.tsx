import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { modelCard, models } from "../../../dev/models";

fourStates("Models", {
  path: "/people/models",
  question: { en: "What will people do?", zh: "用户接下来会做什么？" },
  request: "GET /api/models",
  data: "Will not buy again",
  permission: "audiences.read",
});

describe("Models", () => {
  it("shows a card beside the simple way, and uses the version that beats it", async () => {
    const { calls, user } = visit("/people/models?model=churn", whole());
    const pane = await screen.findByTestId("model");
    expect(await within(pane).findByText("Days since the last purchase")).toBeVisible();
    expect(within(pane).getByText("0.820 / 0.780")).toBeVisible();
    await user.click(within(pane).getByRole("button", { name: "Use version 2" }));
    await waitFor(() => expect(calls.find((call) => call.path === "/api/models/churn/activate")?.body).toEqual({ version: 2 }));
  });
  it("does not offer to use what does not beat it, and says why", async () => {
    const why = ["It does not beat its baseline."];
    const first = models.items[0] as (typeof models.items)[number];
    const newest = { ...(first.newest as NonNullable<typeof first.newest>), why_not: why };
    const server = {
      ...whole(),
      "GET /api/models": ok({ items: [{ ...first, newest }] }),
      "GET /api/models/churn": ok({ ...modelCard, why_not: why }),
    };
    visit("/people/models?model=churn", server);
    const pane = await screen.findByTestId("model");
    expect(await within(pane).findByText("It does not beat its baseline.")).toBeVisible();
    expect(within(pane).getByRole("button", { name: "Use version 2" })).toBeDisabled();
  });
});
