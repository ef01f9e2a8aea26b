import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, visit, whole } from "@/test/page";

const PATH = "/watch/root-cause?metric=payment_success_rate&start=2026-10-20&end=2026-10-20&by=provider";

fourStates("Root causes", {
  path: PATH,
  question: { en: "Where did it change?", zh: "变化出在哪里？" },
  request: "POST /api/root-cause",
  data: "Where the change sits",
});

describe("Root causes", () => {
  it("wait for a metric", async () => {
    const { calls } = visit("/watch/root-cause", whole());
    expect(await screen.findByText("Choose a metric")).toBeVisible();
    expect(calls.some((call) => call.path === "/api/root-cause")).toBe(false);
  });
  it("ask for the days of the workspace, and open the place with the same cut", async () => {
    const { calls } = visit(PATH, whole());
    const place = await screen.findByRole("link", { name: /WeChat Pay|wechat_pay/ });
    expect(place.getAttribute("href")).toContain("where=provider%3Awechat_pay%7Cdevice%3Aandroid");
    const body = calls.find((call) => call.path === "/api/root-cause")?.body as { from_ms: number; to_ms: number; by: string[] };
    expect(new Date(body.from_ms).toISOString()).toBe("2026-10-19T16:00:00.000Z");
    expect(body.to_ms - body.from_ms).toBe(86_400_000);
    expect(body.by).toEqual(["provider"]);
    expect(screen.getByText("Others that add less: 3")).toBeVisible();
  });
  it("stop when they are given up, and can be asked again", async () => {
    const { user } = visit(PATH, { ...whole(), "POST /api/root-cause": "never" });
    await user.click(await screen.findByRole("button", { name: "Cancel" }, { timeout: 8000 }));
    expect(await screen.findByRole("button", { name: "Ask again" })).toBeVisible();
  });
});
