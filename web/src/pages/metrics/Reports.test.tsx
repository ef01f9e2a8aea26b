import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, visit, whole } from "@/test/page";

fourStates("Reports", {
  path: "/metrics/reports",
  question: { en: "Who gets which dashboard, and when?", zh: "看板发给谁、什么时候发？" },
  request: "GET /api/reports",
  data: "Monday numbers",
  permission: "reports.manage",
  empty: { body: { items: [], next: null }, text: "There is no report yet" },
});

describe("Reports", () => {
  it("say when they come, where they go and why the last one failed", async () => {
    visit("/metrics/reports", whole());
    expect(await screen.findByText("Every Monday at 08:30")).toBeVisible();
    expect(screen.getByText("lin@gull.example")).toBeVisible();
    expect(screen.getByTitle("The mail server answers 554: spam")).toHaveTextContent("Failed");
  });
  it("are changed with the version that was seen", async () => {
    const { user, calls } = visit("/metrics/reports?report=rep_1", whole());
    await user.click(await screen.findByRole("button", { name: "Save" }));
    await waitFor(() => expect(calls.some((call) => call.method === "PUT")).toBe(true));
    expect(calls.find((call) => call.method === "PUT")?.body).toMatchObject({
      base_version: 2,
      recipients: ["lin@gull.example"],
      timetable: { cadence: "weekly", at: "08:30", weekday: 0 },
    });
  });
  it("keep a secret that was not typed again", async () => {
    const { user, calls } = visit("/metrics/reports?tab=places&report=new", whole());
    await user.type(await screen.findByRole("textbox", { name: "Name of the destination" }), "hook");
    await user.click(screen.getByRole("combobox", { name: "Kind" }));
    await user.click(await screen.findByTitle("Webhook"));
    await user.type(await screen.findByRole("textbox", { name: "Address" }), "https://hooks.example/x");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(calls.some((call) => call.path === "/api/destinations/hook")).toBe(true));
    expect(calls.find((call) => call.path === "/api/destinations/hook")?.body).toMatchObject({
      kind: "webhook",
      url: "https://hooks.example/x",
      secret: null,
    });
  });
});
