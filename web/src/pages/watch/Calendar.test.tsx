import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, visit, whole } from "@/test/page";
import { byDay, daysOf } from "./months";

fourStates("Calendar", {
  path: "/watch/calendar?year=2026",
  question: { en: "Which days are not as others?", zh: "哪些日子和平时不一样？" },
  request: "GET /api/known-days",
  data: "Singles' Day sale",
  permission: "alerts.read",
});

describe("Calendar", () => {
  it("knows the days of a month, and marks each day that a time touches in the workspace's zone", () => {
    expect(daysOf(2026, 10).slice(0, 8)).toEqual([null, null, null, null, null, null, "2026-11-01", "2026-11-02"]);
    const starts = Date.parse("2026-02-28T00:00:00+08:00");
    const one = { id: "a", kind: "sale" as const, title: "", starts, ends: starts + 2 * 86_400_000, source: "hand" as const };
    const civil = (iso: string) => new Date(Date.parse(iso) + 8 * 3_600_000).toISOString().slice(0, 10);
    expect([...byDay([one], civil).keys()]).toEqual(["2026-02-28", "2026-03-01"]);
  });
  it("shows incidents beside what was known, takes in a file, and forgets what was put in by hand", async () => {
    const { calls, user } = visit("/watch/calendar?year=2026", whole());
    expect(await screen.findByText("2026: 3 known. Monitors learn nothing from them, and their bands are wider on them.")).toBeVisible();
    const file = new File(["BEGIN:VCALENDAR"], "sales.ics", { type: "text/calendar" });
    await user.upload(document.querySelector("input[type=file]") as HTMLInputElement, file);
    await waitFor(() => expect(calls.find((call) => call.path.endsWith("/import"))?.search).toBe("?kind=holiday"));
    await user.click(screen.getByRole("button", { name: "Take out: Singles' Day sale" }));
    await waitFor(() => expect(calls.some((call) => call.method === "DELETE" && call.path.endsWith("/day_1"))).toBe(true));
    expect(screen.queryByRole("button", { name: /Take out: National/ })).toBeNull();
  });
});
