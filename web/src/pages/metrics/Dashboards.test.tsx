import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, refused, visit, whole } from "@/test/page";
import { boardAnswers } from "../../../dev/boards";
import { newPanel, readRows } from "./Dashboard";
import { fitted } from "./PanelEditor";

fourStates("Dashboards", {
  path: "/metrics/dashboards",
  question: { en: "Dashboards", zh: "看板" },
  request: "GET /api/dashboards",
  data: "Company overview",
  empty: { body: { items: [], next: null }, text: "There is no dashboard yet" },
});

fourStates("A dashboard", {
  path: "/metrics/dashboards/dash_1",
  question: { en: "My routes", zh: "我的航线" },
  request: "POST /api/dashboards/data",
  data: "¥1.28M",
});

describe("The list of dashboards", () => {
  it("shows what made itself, what was made here and what ships; a word finds one", async () => {
    const { user, path } = visit("/metrics/dashboards", whole());
    expect(await screen.findByText("What your data shows")).toBeVisible();
    expect(screen.getByText("My routes")).toBeVisible();
    await user.type(screen.getByRole("textbox", { name: "Search dashboards" }), "company");
    await waitFor(() => expect(screen.queryByText("My routes")).toBeNull());
    expect(path()).toContain("q=company");
  });
  it("pins one", async () => {
    const { user, calls } = visit("/metrics/dashboards", whole());
    await user.click(await screen.findByRole("button", { name: "Pin to the top of the list: Company overview" }));
    await waitFor(() => expect(calls.some((call) => call.method === "PUT" && call.path === "/api/dashboards/overall/pin")).toBe(true));
  });
});

describe("A dashboard", () => {
  it("asks once for all its panels, and a metric that is gone spoils its own panel only", async () => {
    const { calls } = visit("/metrics/dashboards/dash_1", whole());
    expect(await screen.findByText("¥1.28M")).toBeVisible();
    const gone = within(screen.getByTestId("panel-gone"));
    expect(gone.getByRole("alert")).toHaveTextContent("old_metric");
    expect(screen.getByText("Read me first.")).toBeVisible();
    expect(calls.filter((call) => call.path === "/api/dashboards/data")).toHaveLength(1);
  });
  it("shows a saved analysis with its sentence, its change and the way to it for the period", async () => {
    visit("/metrics/dashboards/dash_1", whole());
    const tile = within(await screen.findByTestId("panel-tile"));
    expect(await tile.findByText(/1,520 of 18,918 people/)).toBeVisible();
    expect(tile.getByRole("heading", { name: "Search to payment" })).toBeVisible();
    expect(tile.getByText(/1\.00.pp/)).toBeVisible();
    const href = decodeURIComponent(tile.getByRole("link", { name: "Open the analysis" }).getAttribute("href") ?? "");
    expect(href).toContain("/analyse/funnel?def=");
    expect(href).toContain('"to":"2026-11-20"');
    expect(tile.getByRole("button", { name: "The filters of the page do not narrow an analysis." })).toBeVisible();
  });
  it("opens a bar to its rows, with the page's filters and the bar's own", async () => {
    const { user, path, calls } = visit("/metrics/dashboards/dash_1?where=route:A-B", whole());
    const bars = within(await screen.findByTestId("panel-channels"));
    await user.click(await bars.findByRole("button", { name: /600|700/ }));
    await waitFor(() => expect(decodeURIComponent(path())).toContain("rows=revenue|2026-11-14|2026-11-20|route:A-B|sales_channel:web"));
    await waitFor(() => {
      const asked = calls.find((call) => call.path === "/api/metrics/rows")?.body as { where: unknown[] } | undefined;
      expect(asked?.where).toHaveLength(2);
    });
    expect(bars.getByText("Others")).toBeVisible();
  });
  it("is arranged by key and saved with the version that was seen; moving asks for no numbers", async () => {
    const { user, calls } = visit("/metrics/dashboards/dash_1?edit=1", whole());
    const handle = await screen.findByRole("button", { name: "Move: By channel" });
    await screen.findByText("¥1.28M");
    const before = calls.filter((call) => call.path === "/api/dashboards/data").length;
    fireEvent.keyDown(handle, { key: "ArrowUp" });
    fireEvent.keyDown(screen.getByRole("button", { name: "Move: By channel" }), { key: "ArrowRight", shiftKey: true });
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(calls.some((call) => call.method === "PUT")).toBe(true));
    const body = calls.find((call) => call.method === "PUT")?.body as { base_version: number; board: { panels: { id: string; at: object }[] } };
    expect(body.base_version).toBe(3);
    expect(body.board.panels.find((panel) => panel.id === "channels")?.at).toMatchObject({ x: 0, y: 0, w: 7 });
    expect(calls.filter((call) => call.path === "/api/dashboards/data")).toHaveLength(before);
  });
  it("says what stopped a change from being kept", async () => {
    const server = { ...whole(), "PUT /api/dashboards/dash_1": refused(409, { message: "You saw version 3, the newest is 4." }) };
    const { user } = visit("/metrics/dashboards/dash_1?edit=1", server);
    await user.click(await screen.findByRole("button", { name: "Save" }));
    expect(await screen.findByText("You saw version 3, the newest is 4.")).toBeVisible();
  });
  it("has nothing to edit for who may not", async () => {
    visit("/metrics/dashboards/overall?edit=1", { ...whole(), "GET /api/dashboards/overall": ok(boardAnswers["GET /api/dashboards/overall"]) });
    expect(await screen.findByText("¥1.28M")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
  });
});

describe("A new panel", () => {
  it("stands under the others with an id of its own and what its kind takes", () => {
    const first = newPanel("bars", []);
    const second = newPanel("number", [first]);
    expect(second.id).not.toBe(first.id);
    expect(second.at.y).toBe(first.at.y + first.at.h);
    expect(first.by).toEqual(["sales_channel"]);
    expect(fitted({ ...first, kind: "number", metrics: ["a", "b"] })).toMatchObject({ metrics: ["a"], by: [], text: null });
    expect(fitted({ ...first, kind: "text" }).text).not.toBeNull();
  });
  it("reads rows from the address, and nothing from nonsense", () => {
    expect(readRows("revenue|2026-11-01|2026-11-02|route:A-B")).toEqual({
      metric: "revenue",
      from: "2026-11-01",
      to: "2026-11-02",
      where: [{ field: "route", op: "=", value: "A-B" }],
    });
    expect(readRows("revenue|yesterday|now")).toBeNull();
    expect(readRows(undefined)).toBeNull();
  });
});
