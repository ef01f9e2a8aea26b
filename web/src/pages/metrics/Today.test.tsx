import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, refused, visit, whole } from "@/test/page";
import { rows, session, today } from "../../../dev/fixtures";

fourStates("Today", {
  path: "/",
  question: { en: "How was yesterday, and why?", zh: "昨天怎么样，为什么？" },
  request: "GET /api/metrics/today",
  data: "Is revenue normal?",
  empty: {
    body: {
      ...today,
      cards: today.cards.map((card) => ({ ...card, value: null })),
      late: [],
      band: null,
      why: null,
      snapshot: null,
      changed_since: [],
    },
    text: "There is no data here yet",
  },
});

describe("Today", () => {
  it("answers first, in a sentence with money", async () => {
    visit("/", whole());
    expect((await screen.findByText(/Fri 20 Nov 2026: revenue/)).textContent).toMatch(
      /¥1\.28M, ¥107\.6K less than the same weekday last week \(−7\.7/,
    );
  });
  it("shows the five numbers as the server gave them", async () => {
    visit("/", whole());
    for (const card of today.cards) expect(await screen.findByTestId(`card-${card.metric}`)).toHaveAttribute("data-value", String(card.value));
    expect(screen.getByTestId("card-uv")).toHaveClass("is-partial");
  });
  it("opens a number to the rows behind it, and a row to its order", async () => {
    const { calls, user, path } = visit("/", whole());
    await user.click(await screen.findByTestId("card-revenue"));
    expect(await screen.findByText("GA820144")).toBeVisible();
    expect(calls.find((call) => call.path === "/api/metrics/rows")?.body).toMatchObject({ metric: "revenue", from: today.date, to: today.date });
    expect(path()).toContain("rows=revenue");
    expect(screen.getByText(/30 of 1,229 rows/)).toBeVisible();
    await user.click(screen.getByText("GA820144"));
    expect(await screen.findByText("SHA-PEK")).toBeVisible();
  });
  it("keeps orders shut to who may not read them, and export to who may not export", async () => {
    const may = { ...session, user: { ...session.user, permissions: ["metrics.read"] } };
    const { user, calls } = visit("/?rows=revenue@2026-11-20", {
      ...whole(),
      "GET /api/session": ok(may),
      "POST /api/metrics/rows": ok({ ...rows, next_cursor: null }),
    });
    await user.click(await screen.findByText("GA820144"));
    expect(calls.some((call) => call.path.startsWith("/api/orders"))).toBe(false);
    expect(screen.queryByRole("button", { name: /Export/ })).toBeNull();
    expect(screen.getByText("That is the last row")).toBeVisible();
  });
  it("goes to the day before", async () => {
    const { user, path } = visit("/", whole());
    await user.click(await screen.findByRole("button", { name: "Day before" }));
    await waitFor(() => expect(path()).toContain("date=2026-11-19"));
  });
  it("puts what is late first and says what changed since", async () => {
    const { user } = visit("/", whole());
    await user.click(await screen.findByRole("button", { name: "Details" }));
    const late = (await screen.findByText("Which data is late?")).closest("section") as HTMLElement;
    expect(within(late).getAllByRole("row")[1]).toHaveTextContent(/Late.*App events/);
    const changed = screen.getByText("What changed since the snapshot?").closest("section") as HTMLElement;
    expect(changed).toHaveTextContent("¥1,286,020.55");
  });
  it("says how far the day came of its plan, and what is beyond its range", async () => {
    visit("/", whole());
    const card = await screen.findByTestId("card-revenue");
    expect(card).toHaveTextContent(/Plan.*95\.1/);
    expect(within(card).getByText("below the expected range")).toBeInTheDocument();
    expect(screen.getByTestId("card-uv")).not.toHaveTextContent("Plan");
  });
  it("lists what is red with its money, and makes a promise of it", async () => {
    const server = { ...whole(), "POST /api/promises": ok({}) };
    const { user, calls, path } = visit("/", server);
    const red = (await screen.findByText("What is red?")).closest("section") as HTMLElement;
    expect(red).toHaveTextContent(/Revenue is below its expected range.*¥107\.6K/);
    await user.click(within(red).getByRole("button", { name: "Promise" }));
    await waitFor(() => expect(path()).toContain("pane=promise"));
    const form = await screen.findByRole("form", { name: "New promise" });
    await user.type(within(form).getByLabelText("What will be done"), "Ask the provider");
    await user.click(within(form).getByRole("button", { name: "Promise" }));
    await waitFor(() => expect(calls.some((call) => call.method === "POST" && call.path === "/api/promises")).toBe(true));
    expect(calls.find((call) => call.method === "POST" && call.path === "/api/promises")?.body).toMatchObject({
      text: "Ask the provider",
      owner: "operations lead",
      metric: "revenue",
      about: "band:revenue",
      made_on: today.date,
    });
  });
  it("closes a promise, says it is overdue, and blanks nothing when promises fail", async () => {
    const server = { ...whole(), "POST /api/promises/promise_1/state": ok({}) };
    const { user, calls } = visit("/", server);
    const panel = (await screen.findByText("Who promised what?")).closest("section") as HTMLElement;
    expect(await within(panel).findByText("overdue")).toBeVisible();
    await user.click(within(panel).getByRole("button", { name: /^Done/ }));
    await waitFor(() => expect(calls.find((call) => call.path.endsWith("/state"))?.body).toEqual({ state: "done", outcome: "", revision: 1 }));
  });
  it("keeps the figures when the promises fail", async () => {
    visit("/", { ...whole(), "GET /api/promises": refused(500) });
    expect(await screen.findByTestId("card-revenue")).toBeVisible();
    expect(await screen.findByRole("alert")).toHaveTextContent("The engine is out of memory.");
  });
  it("is presented step by step by the keys", async () => {
    const { user, path } = visit("/?step=numbers", whole());
    const wall = await screen.findByTestId("present");
    expect(wall).toHaveTextContent("The numbers");
    await user.keyboard("{ArrowRight}{ArrowRight}");
    await waitFor(() => expect(screen.getByTestId("present")).toHaveTextContent("Revenue is below its expected range"));
    expect(path()).toContain("step=red");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("present")).toBeNull());
  });
  it("shows a dash, never zero, for what is missing", async () => {
    const cards = today.cards.map((card) => (card.metric === "uv" ? { ...card, value: null, same_weekday: null } : card));
    visit("/", { ...whole(), "GET /api/metrics/today": ok({ ...today, cards }) });
    expect(await screen.findByTestId("card-uv")).toHaveTextContent("—");
    expect(screen.getByTestId("card-uv")).not.toHaveTextContent("0");
  });
  it("keeps the last good data when a later answer fails", async () => {
    const server = whole();
    const { user } = visit("/", server);
    await screen.findByTestId("card-revenue");
    server["GET /api/metrics/today"] = refused(503);
    await user.click(screen.getByRole("button", { name: "Day after" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("req_42");
  });
});
