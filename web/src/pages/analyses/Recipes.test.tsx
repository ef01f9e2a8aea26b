import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, refused, visit, whole } from "@/test/page";
import { savedAnalysis } from "../../../dev/analyses";
import * as fixtures from "../../../dev/fixtures";
import { headline, recipe } from "../../../dev/recipes";
import { copyOf, isWhole, moved, sent, worded } from "./recipeShape";

const ONE = "/analyse/recipes/paying?start=2026-11-01&end=2026-11-14";

fourStates("Recipes", {
  path: "/analyse/recipes",
  question: { en: "Which analyses belong together?", zh: "有哪些现成的分析步骤？" },
  request: "GET /api/recipes",
  data: "Why did payments fall?",
  empty: { body: { items: [], next: null }, text: "There is no recipe yet" },
});
fourStates("A recipe", {
  path: ONE,
  question: { en: "Why did payments fall?", zh: "支付为什么下降？" },
  request: "GET /api/recipes/paying/steps",
  data: "Below 8 % ask the provider.",
});

describe("A recipe", () => {
  it("asks nothing until it is run; then each step answers, and one that fails stops no other", async () => {
    const { user, calls } = visit(ONE, whole());
    expect(await screen.findByText("Choose a period and run it; each step answers in turn.")).toBeVisible();
    expect(calls.some((call) => call.path === "/api/analyses/headline")).toBe(false);
    expect(calls.find((call) => call.path.endsWith("/steps"))?.search).toContain("from=2026-11-01&to=2026-11-14");
    await user.click(screen.getByRole("button", { name: "Run" }));
    const first = within(await screen.findByTestId("step-1"));
    expect(await first.findByText(headline.sentence.en)).toBeVisible();
    expect(first.getByText("8.03 %", { normalizer: (text) => text.replace("\u2009", " ") })).toBeVisible();
    expect(within(screen.getByTestId("step-2")).getByRole("alert")).toHaveTextContent("No such thing is saved.");
    await waitFor(() => expect(screen.getByTestId("step-3")).toHaveAttribute("data-state", "done"));
    expect(screen.getByText("1 failed, the others are answered")).toBeVisible();
    const asked = calls.filter((call) => call.path === "/api/analyses/headline").map((call) => (call.body as { kind: string }).kind);
    expect(asked).toEqual(["funnel", "sessions"]);
  });
  it("opens a step on its page for the period; a kind without a page has no link", async () => {
    visit(ONE, whole());
    const first = within(await screen.findByTestId("step-1"));
    const href = decodeURIComponent(first.getByRole("link", { name: "Open the analysis" }).getAttribute("href") ?? "");
    expect(href).toContain("/analyse/funnel?def=");
    expect(href).toContain('"from":"2026-11-01"');
    expect(within(screen.getByTestId("step-3")).queryByRole("link")).toBeNull();
  });
  it("stops: what waits is not asked, and it says how far it came", async () => {
    const { user, calls, path } = visit(ONE, { ...whole(), "POST /api/analyses/headline": "never" });
    await user.click(await screen.findByRole("button", { name: "Run" }));
    await waitFor(() => expect(screen.getByTestId("step-1")).toHaveAttribute("data-state", "running"));
    expect(screen.getByTestId("step-3")).toHaveAttribute("data-state", "waiting");
    expect(path()).toContain("run=");
    await user.click(screen.getByRole("button", { name: "Stop" }));
    await waitFor(() => expect(screen.getByTestId("step-1")).toHaveAttribute("data-state", "idle"));
    expect(calls.filter((call) => call.path === "/api/analyses/headline")).toHaveLength(1);
    expect(path()).not.toContain("run=");
  });
  it("says of a step what the server refused, and goes on", async () => {
    const { user } = visit(ONE, { ...whole(), "POST /api/analyses/headline": refused(422) });
    await user.click(await screen.findByRole("button", { name: "Run" }));
    expect(await within(await screen.findByTestId("step-1")).findByText("The engine is out of memory.")).toBeVisible();
    expect(await screen.findByText("3 failed, the others are answered")).toBeVisible();
  });
  it("is written: notes, order, a saved analysis more; with a reason and the version that was seen", async () => {
    const { user, calls } = visit(`${ONE}&edit=1`, whole());
    fireEvent.change(await screen.findByRole("textbox", { name: "What to look for 3" }), { target: { value: "Bounces" } });
    await user.click(screen.getByRole("button", { name: "Remove 2" }));
    await user.click(screen.getByRole("button", { name: "Move up 2" }));
    await user.click(screen.getByRole("combobox", { name: "Add a saved analysis" }));
    await user.click(await screen.findByText(new RegExp(`^${savedAnalysis.name} `)));
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
    fireEvent.change(screen.getByRole("textbox", { name: "Why it changes" }), { target: { value: "As agreed" } });
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(calls.some((call) => call.method === "POST" && call.path === "/api/recipes")).toBe(true));
    const body = calls.find((call) => call.method === "POST" && call.path === "/api/recipes")?.body as {
      base_version: number;
      reason: string;
      body: { steps: { title: { en: string }; note: { en: string; zh: string }; saved?: string; definition?: unknown }[] };
    };
    expect([body.base_version, body.reason]).toEqual([2, "As agreed"]);
    expect(body.body.steps.map((step) => step.title.en)).toEqual(["Visits", "Who pays?", savedAnalysis.name]);
    expect(body.body.steps[0]?.note).toEqual({ en: "Bounces", zh: "Bounces" });
    expect(body.body.steps[2]?.saved).toBe("ana_1");
    expect(body.body.steps[2]).not.toHaveProperty("definition");
  });
  it("is only read by who may not draft definitions", async () => {
    const user = { ...fixtures.session.user, permissions: ["session.own", "metrics.read"] };
    const server = {
      ...whole(),
      "GET /api/session": ok({ ...fixtures.session, user }),
      "GET /api/recipes/paying": ok({ ...recipe, may_edit: false }),
    };
    visit(ONE, server);
    expect(await screen.findByRole("button", { name: "Export as a file" })).toBeVisible();
    expect(screen.queryByRole("button", { name: "Edit" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Copy to change" })).toBeNull();
  });
});

describe("What the editor does", () => {
  it("moves, words and sends steps", () => {
    const steps = recipe.body.steps;
    expect(moved(steps, 0, -1)).toBe(steps);
    expect(moved(steps, 0, 1).map((step) => step.title.en)).toEqual(["Gone", "Who pays?", "Visits"]);
    expect(worded({ en: "a", zh: "b" }, "en", "c")).toEqual({ en: "c", zh: "b" });
    expect(worded({ en: "a", zh: "a" }, "zh", "c")).toEqual({ en: "c", zh: "c" });
    expect(sent(recipe.body).steps[1]).toEqual({ title: steps[1]?.title, note: steps[1]?.note, saved: "ana_gone" });
    expect(isWhole(copyOf(recipe.body))).toBe(true);
    expect(isWhole({ ...recipe.body, steps: [] })).toBe(false);
    expect(isWhole({ ...recipe.body, recipe: "Not a name" })).toBe(false);
  });
});

describe("Pinning", () => {
  const writer = { ...fixtures.session.user, permissions: [...fixtures.session.user.permissions, "dashboards.write"] };
  const server = () => ({ ...whole(), "GET /api/session": ok({ ...fixtures.session, user: writer }) });
  const saved = `/analyse/funnel?def=${encodeURIComponent(JSON.stringify(savedAnalysis.definition))}&saved=ana_1`;
  it("adds a tile to a dashboard that one may change, under its panels", async () => {
    const { user, calls } = visit(saved, server());
    await user.click(await screen.findByRole("button", { name: "Pin to a dashboard" }));
    fireEvent.change(await screen.findByRole("textbox", { name: "Title of the tile" }), { target: { value: "Who pays" } });
    await user.click(screen.getByRole("button", { name: "Pin" }));
    await waitFor(() => expect(calls.some((call) => call.method === "PUT" && call.path === "/api/dashboards/dash_1")).toBe(true));
    const body = calls.find((call) => call.method === "PUT" && call.path === "/api/dashboards/dash_1")?.body as {
      base_version: number;
      board: { panels: { kind: string; analysis: string | null; title: { en: string }; at: { x: number; y: number; w: number; h: number } }[] };
    };
    const tile = body.board.panels.at(-1);
    expect(tile).toMatchObject({ kind: "analysis", analysis: "ana_1", title: { en: "Who pays" } });
    expect(body.base_version).toBe(3);
    const apart = (a: { x: number; y: number; w: number; h: number }, b: typeof a) =>
      a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
    expect(body.board.panels.slice(0, -1).every((one) => tile && apart(one.at, tile.at))).toBe(true);
  });
  it("asks to save first", async () => {
    visit("/analyse/funnel", server());
    expect(await screen.findByRole("button", { name: "Pin to a dashboard" })).toBeDisabled();
  });
});
