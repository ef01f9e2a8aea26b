import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { asAdmin } from "@/test/admin";
import { ok, refused, visit, whole } from "@/test/page";
import { sqlAnswer, sqlDraft } from "../../../dev/sql";
import { chosen, compare, courses, isKey, offsetOf, placeOf, withWord } from "./sqlPlaces";

const at = (sql: string, more = "") => `/analyse/sql?sql=${encodeURIComponent(JSON.stringify(sql))}${more}`;
const server = () => asAdmin(whole());
const ran = (calls: { path: string; body: unknown }[]) => calls.filter((call) => call.path === "/api/sql/run").map((call) => call.body);

describe("SQL", () => {
  it("runs nothing until somebody says so, and starts from an example", async () => {
    const { user, calls } = visit("/analyse/sql", server());
    expect(await screen.findByText("Write a statement, or start from an example")).toBeVisible();
    expect(ran(calls)).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Visitors by day" }));
    await waitFor(() => expect(ran(calls)).toEqual([{ sql: "SELECT date, COUNT(*) AS n FROM events GROUP BY date" }]));
  });
  it("shows what its address asks, in the forms of the language, and sorts it", async () => {
    const { user } = visit(at("SELECT 1"), server());
    expect(await screen.findByText("12,345")).toBeVisible();
    expect(screen.getByText(/^4 rows in 0\.42 s$/)).toBeVisible();
    expect(screen.getByRole("link", { name: "7" })).toHaveAttribute("href", "/people/7");
    const devices = () => screen.getAllByRole("row").map((row) => row.textContent ?? "");
    await user.click(screen.getByRole("button", { name: "n" }));
    const sorted = devices().filter((row) => /ios|web/.test(row));
    expect(sorted[0]).toContain("12,345");
    expect(sorted.at(-1)).toContain("—");
  });
  it("runs what is written with Ctrl+Enter, and puts names in by a click", async () => {
    const { user, calls } = visit("/analyse/sql", server());
    const box = await screen.findByRole("textbox", { name: "Statement" });
    fireEvent.change(box, { target: { value: "SELECT * FROM" } });
    await user.click(screen.getByRole("button", { name: "Insert orders" }));
    expect(box).toHaveValue("SELECT * FROM orders");
    fireEvent.keyDown(box, { key: "Enter", ctrlKey: true });
    await waitFor(() => expect(ran(calls)).toEqual([{ sql: "SELECT * FROM orders" }]));
  });
  it("marks the place of what is wrong", async () => {
    const wrong = refused(422, { message: "There is no table 'x'.", where: "line 1, column 15", fix: "Read one of: events." });
    visit(at("SELECT * FROM x"), { ...server(), "POST /api/sql/run": wrong });
    expect(await screen.findByText("There is no table 'x'.")).toBeVisible();
    expect(screen.getByText("Read one of: events.")).toBeVisible();
    expect(document.querySelector(".sql-behind mark")?.textContent).toBe("x");
    expect(screen.getByRole("textbox", { name: "Statement" })).toHaveAttribute("aria-invalid", "true");
  });
  it("can be stopped", async () => {
    const { user } = visit(at("SELECT 1"), { ...server(), "POST /api/sql/run": "never" });
    await user.click(await screen.findByRole("button", { name: "Stop" }));
    expect(await screen.findByText("The statement was stopped")).toBeVisible();
  });
  it("says that rows were cut, and that there are none", async () => {
    visit(at("SELECT 1"), { ...server(), "POST /api/sql/run": ok({ ...sqlAnswer, cut: true, age_s: 12 }) });
    expect(await screen.findByText(/only the first 4 rows; the rest was cut off · data up to 12 s old/)).toBeVisible();
  });
  it("has an empty state", async () => {
    visit(at("SELECT 1"), { ...server(), "POST /api/sql/run": ok({ ...sqlAnswer, rows: [] }) });
    expect(await screen.findByText("The statement gave no rows")).toBeVisible();
  });
  it("begins a metric, or says why not", async () => {
    const { user } = visit(at("SELECT COUNT(*) FROM events"), server());
    await user.click(await screen.findByRole("button", { name: /Draft a metric/ }));
    expect(await screen.findByText("Read from events.")).toBeVisible();
    const link = screen.getByRole("link", { name: /Go on in the catalogue/ });
    expect(decodeURIComponent(link.getAttribute("href") ?? "")).toMatch(/edit=.*\+.*draft=.*"fact":"event"/);
  });
  it("does not begin what is no metric", async () => {
    const none = { ...sqlDraft, definition: null, notes: [{ en: "A metric reads one table.", zh: "指标只能读取一张表。" }] };
    const { user } = visit(at("SELECT 1"), { ...server(), "POST /api/sql/draft": ok(none) });
    await user.click(await screen.findByRole("button", { name: /Draft a metric/ }));
    expect(await screen.findByText("A metric reads one table.")).toBeVisible();
    expect(screen.queryByRole("link", { name: /Go on in the catalogue/ })).toBeNull();
  });
});

describe("rules of the page", () => {
  it("finds places", () => {
    expect(placeOf("line 2, column 7")).toEqual({ line: 2, column: 7 });
    expect(placeOf("statement")).toBeNull();
    expect(offsetOf("ab\ncd", { line: 2, column: 2 })).toBe(4);
    expect(withWord("SELECT a", "b", 8, 8)).toEqual({ text: "SELECT a b", caret: 10 });
  });
  it("chooses what to draw", () => {
    expect(chosen(sqlAnswer, {})).toEqual({ form: "line", x: "date", y: "n", by: "device" });
    expect(chosen(sqlAnswer, { x: "device", by: "-" })).toEqual({ form: "bars", x: "device", y: "n", by: null });
    expect(chosen({ ...sqlAnswer, columns: [{ name: "a", kind: "text" }], rows: [["x"]] }, {})).toBeNull();
  });
  it("draws no course with two values for a day", () => {
    expect(courses(sqlAnswer, { form: "line", x: "date", y: "n", by: null })).toBeNull();
    expect(courses(sqlAnswer, { form: "line", x: "date", y: "n", by: "device" })?.groups.map((one) => one.name)).toEqual(["ios", "web"]);
  });
  it("sorts nothing last, and tells keys from amounts", () => {
    expect([3, null, 1].sort((a, b) => compare(a, b, "number"))).toEqual([1, 3, null]);
    expect(["person", "order_id", "ts_ms", "amount", "n"].map(isKey)).toEqual([true, true, true, false, false]);
  });
});
