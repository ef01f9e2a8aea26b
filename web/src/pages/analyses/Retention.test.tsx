import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { known } from "../../../dev/analyses";
import * as fixtures from "../../../dev/fixtures";
import { retention } from "../../../dev/retention";

const DEF = { retention: "Mine", start: "search", grain: "day", cells: 3, period: { last: 7, unit: "day" }, breakdown: "device" };
const at = (definition: unknown, more = "") => `/analyse/retention?def=${encodeURIComponent(JSON.stringify(definition))}${more}`;
type Body = { definition: Record<string, unknown> } & Record<string, unknown>;
const asked = (calls: { method: string; path: string; body: unknown }[], path = "/api/analyses/retention") =>
  calls.filter((call) => call.path === path && call.method === "POST").map((call) => call.body as Body);
const none = { ...retention, total: { ...retention.total, size: 0 } };

fourStates("Retention", {
  path: "/analyse/retention",
  question: { en: "Do people come back?", zh: "用户还会再来吗？" },
  request: "POST /api/analyses/retention",
  data: "Retention by cohort",
  empty: { body: none, text: "Nobody started" },
});

describe("Retention", () => {
  it("says how many came back, which value keeps most, and what was never stored", async () => {
    visit(at(DEF), whole());
    expect(await screen.findByText(/Day 1: 25\.0.% came back, 250 of 1,000 starts\. Day 2: 20\.0.%\./)).toBeVisible();
    expect(screen.getByText(/By device, android keeps most \(22\.2.%\), .+ least \(9\.00.%\)\./i)).toBeVisible();
    expect(screen.getByText("No event called 'pay' was ever stored.")).toBeVisible();
  });
  it("says since when there is no data, as a 0 after it says nothing", async () => {
    const events = known.events.map((event) => ({ ...event, last: "2026-11-10T22:00:00.000+08:00" }));
    visit(at(DEF), { ...whole(), "GET /api/analyses/known": ok({ ...known, events }) });
    expect(await screen.findByText(/The last event was stored on Tue 10 Nov:/)).toBeVisible();
  });
  it("leaves cells blank that are not over, and the first one without colour", async () => {
    visit(at(DEF), whole());
    const row = (await screen.findByRole("rowheader", { name: "Thu 19 Nov" })).closest("tr") as HTMLElement;
    const cells = [...row.querySelectorAll(".heat-cell")];
    expect(cells.map((cell) => [cell.textContent?.replace(/\s/g, ""), cell.getAttribute("data-step") !== null])).toEqual([
      ["100%", false],
      ["21.7%", true],
      ["", false],
    ]);
  });
  it("opens who came back, then who did not, and why one of them did not", async () => {
    const { user, calls, path } = visit(at(DEF), whole());
    await user.click(await screen.findByRole("button", { name: /^Wed 18 Nov · Day 1: 120 of 400 came back/ }));
    const pane = await screen.findByTestId("retention-people");
    expect(await within(pane).findByText("2 of 280 shown")).toBeVisible();
    const people = () => asked(calls, "/api/analyses/retention/people");
    expect(people()[0]).toMatchObject({ row: "cohort", value: "2026-11-18", cell: 1, lost: false, asked_ms: retention.asked_ms });
    await user.click(within(pane).getByText("Did not"));
    await waitFor(() => expect(people().at(-1)).toMatchObject({ value: "2026-11-18", cell: 1, lost: true }));
    await user.click(await within(pane).findByText("login 10***55"));
    expect(await within(pane).findByText("did not return after the start as far as is known")).toBeVisible();
    expect(asked(calls, "/api/analyses/retention/explain")[0]).toMatchObject({ person: 12, cohort: "2026-11-18" });
    expect(path()).toContain("rows=1-");
  });
  it("opens everybody of a value, but not of all others nor of one that is masked", async () => {
    const { user, calls } = visit(at(DEF), whole());
    await user.click(await screen.findByRole("button", { name: /^Show everybody of android: 900$/i }));
    await waitFor(() => expect(asked(calls, "/api/analyses/retention/people")[0]).toMatchObject({ row: "value", value: "android", cell: null }));
    for (const name of ["a***@g***.example", "Other values"]) {
      const row = screen.getByRole("rowheader", { name }).closest("tr") as HTMLElement;
      expect(within(row).queryByRole("button")).toBeNull();
    }
  });
  it("shows counts instead of shares, and keeps that in the address", async () => {
    const { user, path } = visit(at(DEF), whole());
    await user.click(await screen.findByText("Number"));
    await waitFor(() => expect(path()).toContain("view=count"));
    expect(await screen.findByRole("button", { name: /^Wed 18 Nov · Day 1/ })).toHaveTextContent("120");
  });
  it("has nothing to click for who may not see people", async () => {
    const user = { ...fixtures.session.user, permissions: ["session.own", "metrics.read"] };
    visit(at(DEF, "&rows=1"), { ...whole(), "GET /api/session": ok({ ...fixtures.session, user }) });
    expect(await screen.findByRole("rowheader", { name: "Wed 18 Nov" })).toBeVisible();
    expect(screen.queryByRole("button", { name: /came back|Show everybody/ })).toBeNull();
    expect(screen.queryByTestId("retention-people")).toBeNull();
  });
  it("takes a start that was removed as unfinished, and a return that was removed as the start again", async () => {
    const { user, calls } = visit(at({ ...DEF, return: "detail_view" }), whole());
    await waitFor(() => expect(asked(calls)[0]?.definition).toMatchObject({ return: { event: "detail_view" } }));
    const line = screen.getByText("Returns with").closest(".filter") as HTMLElement;
    await user.click(line.querySelector(".ant-select-selection-item-remove") as HTMLElement);
    await waitFor(() => expect(asked(calls).at(-1)?.definition).not.toHaveProperty("return"));
    const start = screen.getByText("Starts with").closest(".filter") as HTMLElement;
    await user.click(start.querySelector(".ant-select-selection-item-remove") as HTMLElement);
    expect(await screen.findByText("Finish the rules first")).toBeVisible();
  });
  it("reads brackets when they are written to the end", async () => {
    const { user, calls } = visit(at({ ...DEF, grain: "brackets", brackets: [0, 1, 7], cells: undefined }), whole());
    const field = await screen.findByRole("textbox", { name: "First day of each cell" });
    await user.clear(field);
    await user.type(field, "0, 3, 9{Enter}");
    await waitFor(() => expect(asked(calls).at(-1)?.definition.brackets).toEqual([0, 3, 9]));
    await user.clear(field);
    await user.type(field, "x{Enter}");
    expect(field).toHaveValue("0, 3, 9");
  });
});
