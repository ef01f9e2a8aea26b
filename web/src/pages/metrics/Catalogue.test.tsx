import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { authoringAnswers, catalogue, oneDraft } from "../../../dev/fixtures";
import { chosen } from "./Catalogue";

fourStates("Metric catalogue", {
  path: "/metrics/catalogue",
  question: { en: "What does this number mean?", zh: "这个数字是什么意思？" },
  request: "GET /api/metrics/catalogue",
  data: "cancel_rate",
  empty: { body: { metrics: [], dimensions: [] }, text: "No metric fits" },
});

describe("Metric catalogue", () => {
  it("filters by the address and by what is typed", async () => {
    const { user, path } = visit("/metrics/catalogue?scope=people", whole());
    expect(await screen.findByText("uv")).toBeVisible();
    expect(screen.queryByText("cancel_rate")).toBeNull();
    await user.type(screen.getByRole("textbox"), "conv");
    await waitFor(() => expect(screen.queryByText("uv")).toBeNull());
    expect(path()).toContain("q=conv");
  });
  it("opens a definition with its value, query and lineage", async () => {
    const { user, path, calls } = visit("/metrics/catalogue", whole());
    await user.click(await screen.findByText("revenue"));
    expect(path()).toContain("metric=revenue");
    expect(await screen.findByText("SELECT sum(amount) AS revenue")).toBeVisible();
    expect(await screen.findByTestId("live")).toHaveAttribute("data-value");
    await waitFor(() => expect(calls.some((call) => call.path === "/api/metrics/query")).toBe(true));
    await user.click(screen.getAllByRole("button", { name: "Take rate" })[0] as HTMLElement);
    await waitFor(() => expect(path()).toContain("metric=take_rate"));
  });
  it("leads from a metric to what stands on it", async () => {
    visit("/metrics/catalogue?metric=revenue", whole());
    expect(await screen.findByRole("link", { name: "Dashboard · Company overview" })).toHaveAttribute("href", "/metrics/dashboards/overall");
    expect(screen.getByRole("link", { name: "Report · Morning" })).toHaveAttribute("href", "/metrics/reports?report=rep_1");
    expect(screen.getByRole("link", { name: "2 targets" })).toHaveAttribute("href", "/metrics/targets");
  });
  it("opens the live value to its rows", async () => {
    const { user } = visit("/metrics/catalogue?metric=revenue", whole());
    await user.click(await screen.findByTestId("live"));
    expect(await screen.findByText("GA820144")).toBeVisible();
  });
});

describe("Metrics that people write", () => {
  it("are listed as drafts, found by their state, and certified with a reason", async () => {
    const { user, calls, path } = visit("/metrics/catalogue?state=draft", { ...whole(), "GET /api/metrics/authoring/drafts": ok(oneDraft) });
    await user.click(await screen.findByText("long_stays"));
    expect(screen.queryByText("cancel_rate")).toBeNull();
    expect(path()).toContain("metric=long_stays");
    await user.click(await screen.findByRole("button", { name: "Certify" }));
    const box = await screen.findByTestId("reason");
    fireEvent.change(within(box).getByRole("textbox"), { target: { value: "agreed with finance" } });
    await user.click(within(box).getByRole("button", { name: "Certify" }));
    await waitFor(() =>
      expect(calls.find((call) => call.path.endsWith("/certify"))?.body).toEqual({ name: "long_stays", version: 1, reason: "agreed with finance" }),
    );
  });
  it("are checked and previewed while they are typed, then kept as a draft", async () => {
    const { user, calls } = visit("/metrics/catalogue?edit=%2B", whole());
    const pane = await screen.findByTestId("editor");
    fireEvent.change(await within(pane).findByRole("textbox", { name: "Formula" }), { target: { value: "orders / uv" } });
    fireEvent.change(within(pane).getByRole("textbox", { name: "Name (for queries)" }), { target: { value: "orders_per_visit" } });
    expect(await within(pane).findByText("All checks pass")).toBeVisible();
    expect(await within(pane).findByTestId("preview")).toHaveAttribute("data-value", "0.0421");
    fireEvent.change(within(pane).getByRole("textbox", { name: "Reason" }), { target: { value: "asked for" } });
    await user.click(within(pane).getByRole("button", { name: "Save draft" }));
    await waitFor(() =>
      expect(calls.find((call) => call.path.endsWith("/drafts") && call.method === "POST")?.body).toMatchObject({
        base_version: 0,
        reason: "asked for",
      }),
    );
  });
  it("cannot be kept while something is wrong, and says it in the reader's language", async () => {
    const wrong = { level: "error", field: "expression", en: "This divides by zero.", zh: "除数为零。", fix: "" };
    const check = { ...(authoringAnswers["POST /api/metrics/authoring/check"] as object), ok: false, findings: [wrong], steps: [], sql: null };
    const { calls } = visit("/metrics/catalogue?edit=%2B", { ...whole(), "POST /api/metrics/authoring/check": ok(check) }, "zh");
    const pane = await screen.findByTestId("editor");
    fireEvent.change(await within(pane).findByRole("textbox", { name: "公式" }), { target: { value: "orders / 0" } });
    expect(await within(pane).findByText("除数为零。")).toBeVisible();
    expect(within(pane).getByRole("button", { name: "保存草稿" })).toBeDisabled();
    expect(calls.some((call) => call.path.endsWith("/preview"))).toBe(false);
  });
  it("come in from a file after a look at what would change", async () => {
    const { user, calls } = visit("/metrics/catalogue", whole());
    await user.click(await screen.findByRole("button", { name: "Import / export" }));
    await user.click(await screen.findByText("Import a file\u2026"));
    const box = await screen.findByTestId("import-metrics");
    fireEvent.change(within(box).getByRole("textbox"), { target: { value: "name: long_stays" } });
    await user.click(within(box).getByRole("button", { name: "Show what would change" }));
    expect(await within(box).findByText("+ long_stays")).toBeVisible();
    await user.click(within(box).getByRole("button", { name: "Keep as drafts" }));
    await waitFor(() =>
      expect(calls.filter((call) => call.path.endsWith("/import")).map((call) => (call.body as { dry_run: boolean }).dry_run)).toEqual([true, false]),
    );
  });
});

describe("the filters", () => {
  const names = (search: object) => chosen(catalogue.metrics, search, "en").map((metric) => metric.name);
  it("look into names, meanings and formulas in both languages", () => {
    expect(names({ q: "转化" })).toEqual(["conversion"]);
    expect(names({ q: "GMV" })).toEqual(["booked_amount"]);
    expect(names({ use: "study" })).toEqual(["cancel_rate"]);
    expect(names({ class: "traffic", scope: "goods" })).toEqual([]);
    expect(names({})).toHaveLength(catalogue.metrics.length);
  });
});
