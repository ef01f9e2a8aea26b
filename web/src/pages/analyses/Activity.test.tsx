import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { lifecycle, stickiness } from "../../../dev/activity";
import * as fixtures from "../../../dev/fixtures";

const DEF = { event: "search", by: "week", period: { last: 14, unit: "day" } };
const at = (more = "", definition: unknown = DEF) => `/analyse/activity?def=${encodeURIComponent(JSON.stringify(definition))}${more}`;
type Body = { definition: Record<string, unknown> } & Record<string, unknown>;
const asked = (calls: { method: string; path: string; body: unknown }[], path: string) =>
  calls.filter((call) => call.path === `/api/analyses/${path}` && call.method === "POST").map((call) => call.body as Body);
const nobody = {
  ...lifecycle,
  buckets: lifecycle.buckets.map((bucket) => ({ ...bucket, active: 0, new: 0, returning: 0, resurrected: 0, dormant: 0 })),
};

fourStates("Stickiness", {
  path: "/analyse/activity",
  question: { en: "How often are people here?", zh: "用户来得有多勤？" },
  request: "POST /api/analyses/stickiness",
  data: "On how many days they were active",
  empty: { body: { ...stickiness, days: [] }, text: "Nobody was active in this time" },
});

fourStates("Life cycle", {
  path: "/analyse/activity?view=lifecycle",
  question: { en: "Who is new, who came back, who stays away?", zh: "谁是新来的，谁回来了，谁不来了？" },
  request: "POST /api/analyses/lifecycle",
  data: "New, returning, resurrected, dormant",
  empty: { body: nobody, text: "Nobody was active in this time" },
});

describe("Activity", () => {
  it("says how often people are here in the last week that is over", async () => {
    visit(at(), whole());
    expect(
      await screen.findByText(/Week of 9 Nov: 400 people active, each on 1\.30 of its days on average; an average day saw 18\.6.% of them\./),
    ).toBeVisible();
    expect(screen.getByText(/DAU 75, DAU\/MAU 5\.00.%\./)).toBeVisible();
  });
  it("says who is new and who stays away, and what became of the week before", async () => {
    visit(at("&view=lifecycle"), whole());
    expect(await screen.findByText(/Week of 9 Nov: 400 active, 150 new, 120 returning, 130 resurrected; 240 dormant, net \+40\./)).toBeVisible();
    const row = screen.getByText("Week of 9 Nov").closest("tr") as HTMLElement;
    expect(within(row).getByText(/33\.3.%/)).toBeVisible();
    expect(within(row).getByText("1.17")).toBeVisible();
    expect(within(screen.getByText(/Week of 16 Nov/).closest("tr") as HTMLElement).getByText(/not over yet/)).toBeVisible();
  });
  it("keeps the question when it turns to the other kind, but no days as buckets", async () => {
    const { user, calls, path } = visit(at("&view=lifecycle&saved=ana_1", { ...DEF, by: "day" }), whole());
    await waitFor(() => expect(asked(calls, "lifecycle")[0]?.definition).toMatchObject({ by: "day" }));
    await user.click(screen.getByText("Stickiness"));
    await waitFor(() => expect(asked(calls, "stickiness")[0]?.definition).toMatchObject({ event: { event: "search" }, by: "week" }));
    expect(path()).not.toMatch(/view=|saved=/);
  });
  it("opens who stays away, and why", async () => {
    const { user, calls, path } = visit(at("&view=lifecycle"), whole());
    await user.click(await screen.findByRole("button", { name: "Show who of Week of 9 Nov is Dormant: 240" }));
    const pane = await screen.findByTestId("activity-people");
    expect(await within(pane).findByText("1 of 240 shown")).toBeVisible();
    expect(asked(calls, "lifecycle/people")[0]).toMatchObject({ bucket: "2026-11-09", state: "dormant", asked_ms: lifecycle.asked_ms });
    await user.click(within(pane).getByText("login 10***55"));
    expect((await within(pane).findByText("dormant: not active, but in the bucket before")).closest("li")).toHaveAttribute("aria-current", "true");
    expect(within(pane).getByText("2 more are not shown.")).toBeVisible();
    expect(path()).toMatch(/person=(%22)?12/);
  });
  it("opens who was active on so many days, as the address says", async () => {
    const { calls } = visit(at("&rows=b:2026-11-09:2%2B"), whole());
    const pane = await screen.findByTestId("activity-people");
    expect(await within(pane).findByText("Week of 9 Nov: active on 2 days or more")).toBeVisible();
    expect(asked(calls, "stickiness/people")[0]).toMatchObject({ bucket: "2026-11-09", days: 2, at_least: true, day: null });
  });
  it("looks at the week that is chosen", async () => {
    const { user, path } = visit(at(), whole());
    await user.click(await screen.findByText("At least"));
    await waitFor(() => expect(path()).toContain("pick=2026-11-09%2B"));
  });
  it("has nothing to click for who may not see people", async () => {
    const user = { ...fixtures.session.user, permissions: ["session.own", "metrics.read"] };
    visit(at("&view=lifecycle&rows=2026-11-09:new"), { ...whole(), "GET /api/session": ok({ ...fixtures.session, user }) });
    expect(await screen.findByText("240")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Show who/ })).toBeNull();
    expect(screen.queryByTestId("activity-people")).toBeNull();
  });
});
