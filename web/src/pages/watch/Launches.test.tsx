import { screen, waitFor, within } from "@testing-library/react";
import dayjs from "dayjs";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { launch } from "../../../dev/launches";
import { bodyOf } from "./LaunchForm";
import { bandOf } from "./LaunchPane";

fourStates("Launches", {
  path: "/watch/launches",
  question: { en: "Will the launch reach its line?", zh: "上线能达到目标吗？" },
  request: "GET /api/launches",
  data: "Autumn sale",
  permission: "alerts.read",
});

describe("Launches", () => {
  it("says how each line stands and where it ends, and cancels with a reason", async () => {
    const { calls, user } = visit("/watch/launches?launch=autumn_sale", whole());
    const pane = await screen.findByTestId("launch");
    expect(await within(pane).findByText("Campaign sessions at least 5,000")).toBeVisible();
    expect(within(pane).getByText("ends at 5,200 (4,980 – 5,420)")).toBeVisible();
    expect(within(pane).getByText(/of 812 cases/)).toBeVisible();
    await user.click(within(pane).getByRole("button", { name: "Cancel it" }));
    await user.type(await screen.findByRole("textbox"), "The price was wrong.");
    await user.click(within(screen.getByTestId("reason")).getByRole("button", { name: "Cancel it" }));
    const posted = () => calls.find((call) => call.method === "POST" && call.path.endsWith("/cancel"))?.body;
    await waitFor(() => expect(posted()).toEqual({ reason: "The price was wrong." }));
  });
  it("says that none is declared", async () => {
    visit("/watch/launches", { ...whole(), "GET /api/launches": ok({ items: [], next: null }) });
    expect(await screen.findByText("No launch is declared")).toBeVisible();
  });
  it("draws the range from what is known to the end, and sends a ratio as a share", () => {
    const [sessions] = launch.lines;
    const band = bandOf(sessions as NonNullable<typeof sessions>);
    expect([band[5]?.low, band[6]?.low, band[12]?.low, band[12]?.high]).toEqual([null, 2600, 4980, 5420]);
    const body = bodyOf(
      {
        title: " Sale ",
        other: "大促",
        name: "sale",
        kind: "campaign",
        owner: "anna",
        span: [dayjs("2026-11-30T09:00"), dayjs("2026-12-01T09:00")],
        lines: [{ metric: "payment_success_rate", role: "primary", direction: "at_least", value: 85, minimum: null }],
      },
      new Set(["payment_success_rate"]),
      "en",
    );
    expect(body).toMatchObject({ starts: "2026-11-30T09:00", title: { en: "Sale", zh: "大促" }, known_day: false });
    expect(body.lines[0]).toMatchObject({ at_least: 0.85, minimum: 0 });
  });
});
