import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, refused, visit, whole } from "@/test/page";
import { balance } from "../../../dev/data";
import { balanceAsk, summed } from "./BalancePanel";

fourStates("Quality", {
  path: "/data/quality",
  question: { en: "Can the data be trusted?", zh: "数据可信吗？" },
  request: "GET /api/quality",
  data: "Does each source look as usual?",
  empty: { body: { items: [] }, text: "Once events arrive they are compared with what is usual here." },
  permission: "sources.read",
});

describe("Quality", () => {
  it("answers first: what to look at, and that nothing is lost", async () => {
    visit("/data/quality", whole());
    expect(await screen.findByText(/2 of 5 sources are as usual; look at Mobile app first\./)).toBeVisible();
    expect(await screen.findByText(/events received are accounted for/)).toBeVisible();
  });
  it("puts the worst first and marks what is out of bounds", async () => {
    visit("/data/quality", whole());
    const table = within(await screen.findByRole("table", { name: "the quality of the data" }));
    expect(table.getAllByRole("row")[1]).toHaveTextContent(/Late.*Mobile app/);
    expect(table.getByText(/93\.6/)).toHaveClass("is-over");
    expect(table.getByText("Airport kiosks").closest("tr")).toHaveTextContent("—");
  });
  it("opens a source to its volume, drift and findings", async () => {
    const { user, path } = visit("/data/quality", whole());
    await user.click((await screen.findAllByText("Mini-program"))[0] as HTMLElement);
    const pane = await screen.findByTestId("quality");
    expect(path()).toContain("open=mini");
    expect(pane).toHaveTextContent("search.pax");
    expect(pane).toHaveTextContent("order_ref is missing on checkout");
    expect(within(pane).getByRole("img", { name: "Events an hour, and the range expected" })).toBeVisible();
  });
  it("shows the balance as an equation and by source, and by time for one source", async () => {
    const { user, calls, path } = visit("/data/quality", whole());
    const equation = await screen.findByTestId("equation");
    expect(equation).toHaveAttribute("data-holds", "true");
    expect(equation).toHaveTextContent(balance.totals.received.toLocaleString("en-GB"));
    const table = within(screen.getByRole("table", { name: "Is anything lost?" }));
    await user.click(table.getByText("Website"));
    await waitFor(() => expect(path()).toContain("source=web"));
    await waitFor(() => expect(calls.some((call) => call.path === "/api/intake/balance" && call.search === "?bucket=hour&source=web")).toBe(true));
    await waitFor(() => expect(screen.getByRole("table", { name: "Is anything lost?" })).toHaveTextContent("21 Nov, 09:00"));
  });
  it("says loudly when it does not add up", async () => {
    const broken = {
      ...balance,
      holds: false,
      rows: balance.rows.map((row, index) => (index ? row : { ...row, stored: row.stored - 1, holds: false })),
    };
    visit("/data/quality", { ...whole(), "GET /api/intake/balance": ok(broken) });
    expect(await screen.findByText(/do not add up/)).toHaveClass("is-over");
    expect(screen.getByTestId("equation")).toHaveTextContent("≠");
  });
  it("keeps the table when the balance fails", async () => {
    visit("/data/quality", { ...whole(), "GET /api/intake/balance": refused(503) });
    expect(await screen.findByRole("alert")).toHaveTextContent("the balance of intake");
    expect(screen.getByText("Does each source look as usual?")).toBeVisible();
  });
});

describe("the balance", () => {
  it("is asked for by hours up to three days, by days beyond", () => {
    expect(balanceAsk({})).toEqual({ bucket: "hour" });
    expect(balanceAsk({ start: "2026-11-19", end: "2026-11-21" })).toMatchObject({ bucket: "hour", start: "2026-11-19", end: "2026-11-21" });
    expect(balanceAsk({ source: "web", start: "2026-11-18", end: "2026-11-21" })).toMatchObject({ bucket: "day", source: "web" });
  });
  it("sums to the same totals either way", () => {
    for (const by of ["source", "at"] as const) {
      const rows = summed(balance.rows, by);
      expect(rows.reduce((sum, row) => sum + row.received, 0)).toBe(balance.totals.received);
      for (const row of rows) expect(row.received).toBe(row.stored + row.duplicate + row.quarantined);
    }
    expect(summed(balance.rows, "source")).toHaveLength(3);
    expect(summed([...balance.rows].reverse(), "at").map((row) => row.at)).toEqual(summed(balance.rows, "at").map((row) => row.at));
  });
});
