import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { asAdmin } from "@/test/admin";
import { fourStates, ok, refused, visit, whole } from "@/test/page";
import { report, sniffed, upload } from "../../../dev/imports";
import { matched, missing, withConstant } from "./mapping";

const question = { en: "Which files came in?", zh: "导入了哪些文件？" };
fourStates("Imports", {
  path: "/data/imports",
  question,
  request: "GET /api/imports",
  data: "orders-november.xlsx",
  permission: "import.write",
  empty: { body: { items: [], next: null }, text: "No file has come in yet" },
});
fourStates("Scheduled imports", {
  path: "/data/imports?tab=feeds",
  question,
  request: "GET /api/imports/schedules",
  data: "pms-orders",
  permission: "import.write",
  empty: { body: { items: [] }, text: "Nothing comes in by itself yet" },
});
fourStates("Databases", {
  path: "/data/imports?tab=bases",
  question,
  request: "GET /api/imports/connections",
  data: "pms.internal:5432/pms",
  permission: "import.write",
  empty: { body: { items: [] }, text: "No database is known yet" },
});

describe("Imports", () => {
  it("opens a batch to the rows kept apart, and undoes it after asking", async () => {
    const { user, calls } = visit("/data/imports", whole());
    await user.click(await screen.findByText("orders-november.xlsx"));
    const pane = await screen.findByTestId("batch");
    expect(await within(pane).findByText("There is no such date")).toBeVisible();
    expect(within(pane).getByText("paid before booked · 4")).toBeVisible();
    await user.click(within(pane).getByRole("button", { name: "Undo this batch" }));
    const ask = await screen.findByTestId("reason");
    expect(calls.some((call) => call.path.endsWith("/undo"))).toBe(false);
    await user.click(within(ask).getByRole("button", { name: "Undo this batch" }));
    expect(await screen.findByText(/12,600 rows taken back, 11 restored/)).toBeInTheDocument();
  });
  it("replaces a batch by the wizard", async () => {
    const { user, path } = visit("/data/imports?batch=b_3", whole());
    await user.click(await screen.findByRole("button", { name: "Replace by a corrected file" }));
    await waitFor(() => expect(path()).toContain("step=file"));
    expect(screen.getByRole("heading", { level: 1, name: "Which file replaces b_3?" })).toBeVisible();
  });
  it("lets a scheduled import come now", async () => {
    const { user, calls } = visit("/data/imports?tab=feeds", whole());
    await user.click((await screen.findAllByRole("button", { name: "Import now" }))[0] as HTMLElement);
    await waitFor(() => expect(calls.some((call) => call.path === "/api/imports/schedules/pms-orders/run")).toBe(true));
  });
  it("keeps a database after it answered, without a password for a file", async () => {
    const { user, calls } = visit("/data/imports?tab=bases", asAdmin(whole()));
    await user.click(await screen.findByRole("button", { name: /Connect a database/ }));
    const pane = await screen.findByTestId("add-base");
    await user.click(within(pane).getByText("SQLite"));
    await user.type(within(pane).getByLabelText("Name"), "till");
    await user.type(within(pane).getByLabelText("File"), "/data/till.sqlite");
    await user.click(within(pane).getByRole("button", { name: "Test and keep" }));
    await waitFor(() =>
      expect(calls.find((call) => call.method === "POST" && call.path === "/api/imports/connections")?.body).toEqual({
        name: "till",
        kind: "sqlite",
        host: "",
        port: 0,
        database: "/data/till.sqlite",
        user: "",
        password: "",
      }),
    );
  }, 60_000);
  it("sets up a watched folder only with a mapping that is there", async () => {
    const { user } = visit("/data/imports?tab=feeds", whole());
    await user.click(await screen.findByRole("button", { name: /Set up an import/ }));
    const pane = await screen.findByTestId("add-feed");
    await user.click(within(pane).getByText("A watched folder"));
    expect(within(pane).getByText(/Put files into the folder of this name/)).toBeVisible();
    expect(within(pane).getByRole("button", { name: "Set up" })).toBeDisabled();
  }, 60_000);
  it("forgets a database only after asking", async () => {
    const { user, calls } = visit("/data/imports?tab=bases", asAdmin(whole()));
    await user.click((await screen.findAllByRole("button", { name: "Forget" }))[0] as HTMLElement);
    const ask = await screen.findByTestId("reason");
    expect(calls.some((call) => call.method === "DELETE")).toBe(false);
    await user.click(within(ask).getByRole("button", { name: "Forget" }));
    await waitFor(() => expect(calls.some((call) => call.method === "DELETE" && call.path === "/api/imports/connections/pms")).toBe(true));
  }, 60_000);
});

describe("the wizard", () => {
  it("sends a file in chunks and guesses what is in it", async () => {
    const { user, calls, path } = visit("/data/imports?step=file", whole());
    const input = await screen.findByLabelText("Drop a file here, or click to choose one", { selector: "input" });
    await user.upload(input, new File(["x".repeat(300)], "orders-november.csv", { type: "text/csv" }));
    await waitFor(() => expect(path()).toContain("upload=upload_1a"));
    expect(calls.find((call) => call.path === "/api/imports/uploads")?.body).toEqual({ name: "orders-november.csv", size: 300 });
    expect(calls.filter((call) => call.method === "PUT").length).toBeGreaterThan(0);
    expect(await screen.findByText("联系电话")).toBeVisible();
    expect(screen.getByText("personal")).toBeVisible();
    expect(screen.getByText("Still missing: Currency")).toBeVisible();
    expect(screen.getByRole("button", { name: "Look at 100 rows" })).toBeDisabled();
  });
  it("lets what is the same in every row be said once, then shows wrong cells with their reason", async () => {
    const { user, calls } = visit("/data/imports?step=map&upload=upload_1a", whole());
    await user.type(await screen.findByLabelText("Currency"), "CNY");
    expect(await screen.findByText("Everything required is matched.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Look at 100 rows" }));
    expect(await screen.findByText("98 rows are fine")).toBeVisible();
    expect(screen.getByText("金额: This is no amount")).toBeVisible();
    expect(screen.getByText("12000.00")).toBeVisible();
    const sent = calls.find((call) => call.path.endsWith("/preview"))?.body as { mapping: { constants: object } };
    expect(sent.mapping.constants).toEqual({ currency: "CNY" });
    await user.click(screen.getByText("As in the file"));
    expect(await screen.findByText("1.2万")).toBeVisible();
    await user.click(screen.getByRole("switch", { name: "Only with problems" }));
    await waitFor(() => expect(screen.queryByText("1.2万")).toBeNull());
  });
  it("imports only what was tried", async () => {
    const { user, calls } = visit("/data/imports?step=load&upload=upload_1a", whole());
    expect(await screen.findByRole("button", { name: "Import" })).toBeDisabled();
    await user.type(screen.getByLabelText("Name of the source"), "hotel");
    await user.click(screen.getByRole("button", { name: "Try it" }));
    expect(await screen.findByTestId("report")).toHaveTextContent("790");
    await user.click(await screen.findByRole("button", { name: "Import 794 rows" }));
    await waitFor(() =>
      expect(calls.find((call) => call.path.endsWith("/commit"))?.body).toMatchObject({ kind: "orders", source: "hotel", replaces: "" }),
    );
  });
  it("shows the way to the dashboard that makes itself once the file is in", async () => {
    const done = { ...whole(), "GET /api/imports/uploads/upload_1a": ok({ ...upload, report: { ...report, dry_run: false } }) };
    const { user, path } = visit("/data/imports?step=load&upload=upload_1a", done);
    await user.click(await screen.findByRole("button", { name: "Try it" }));
    await user.click(await screen.findByRole("button", { name: "See the first dashboard" }));
    await waitFor(() => expect(path()).toBe("/metrics/dashboards/first"));
  });
  it("says what is wrong with a file, and takes another", async () => {
    const broken = refused(422, { code: "invalid_input", message: "The file is no table.", fix: "Save it as CSV." });
    const { user, path } = visit("/data/imports?step=map&upload=upload_1a", { ...whole(), "POST /api/imports/uploads/upload_1a/sniff": broken });
    expect(await screen.findByText("Save it as CSV.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Import another file" }));
    await waitFor(() => expect(path()).not.toContain("upload="));
  });
});

describe("matching", () => {
  it("fills a field by one column only, and gives up a mapping by name", () => {
    const moved = matched(sniffed.mapping, "备注", "phone");
    expect(moved.columns).toEqual({ 订单编号: "order_ref", 下单时间: "booked_at", 金额: "booked_amount", 备注: "phone" });
    expect(matched({ use: "alipay" }, "备注", "phone")).toMatchObject({ use: "", columns: { 备注: "phone" } });
    expect(matched(sniffed.mapping, "金额", null).columns).not.toHaveProperty("金额");
    expect(matched({ columns: {}, constants: { currency: "CNY" } }, "币种", "currency").constants).toEqual({});
  });
  it("knows what is missing", () => {
    const names = (mapping: Parameters<typeof missing>[0]) => missing(mapping, sniffed.fields).map((field) => field.field);
    expect(names(sniffed.mapping)).toEqual(["currency"]);
    expect(names(withConstant(sniffed.mapping, "currency", "CNY"))).toEqual([]);
    expect(names(withConstant(withConstant(sniffed.mapping, "currency", "CNY"), "currency", ""))).toEqual(["currency"]);
    expect(names({ use: "alipay" })).toEqual([]);
  });
});
