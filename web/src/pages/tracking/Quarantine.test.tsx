import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, refused, visit, whole } from "@/test/page";
import { quarantineRows, replayed } from "../../../dev/data";
import { session } from "../../../dev/fixtures";
import { changes, fieldsOf, fixOf, pairsOf } from "./fix";

const GROUP = "/data/quarantine?group=1111111111111111";

fourStates("Quarantine", {
  path: "/data/quarantine",
  question: { en: "What was refused, and why?", zh: "哪些数据没有收下，为什么？" },
  request: "GET /api/quarantine",
  data: "missing_property",
  empty: { body: { groups: [], total: 0 }, text: "No event is kept apart" },
  permission: "sources.read",
});

describe("Quarantine", () => {
  it("answers first: how many, and the largest group", async () => {
    visit("/data/quarantine", whole());
    expect(await screen.findByText(/Kept apart: 1,284 events in 4 groups\. The largest: .* with 812\./)).toBeVisible();
  });
  it("filters by the address and says when nothing is left", async () => {
    const { user, path } = visit("/data/quarantine?source=app&reason=undecodable", whole());
    expect(await screen.findByText("No group fits")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Drop the filters" }));
    await waitFor(() => expect(path()).toBe("/data/quarantine"));
    expect(await screen.findByText("undecodable")).toBeVisible();
  });
  it("tries a fix before it replays, and says what became of it", async () => {
    const { user, calls, path } = visit(GROUP, whole());
    const pane = within(await screen.findByTestId("group"));
    await user.type(await pane.findByLabelText("Value to set"), "unknown");
    expect(pane.getByRole("button", { name: /Mend and replay/ })).toBeDisabled();
    await user.click(pane.getByRole("button", { name: "Try on 100 first" }));
    expect(await pane.findByText("97 of 100 tried would pass")).toBeVisible();
    expect(calls.find((call) => call.path.endsWith("/try"))?.body).toEqual({
      group: "1111111111111111",
      fix: { do: "set", field: "order_ref", value: "unknown" },
    });
    expect(pane.getByTestId("tried")).toHaveTextContent("price below 0");
    await user.click(pane.getByRole("button", { name: "Mend and replay 812" }));
    const ask = within(await screen.findByTestId("reason"));
    await user.click(ask.getByRole("button", { name: "Mend and replay 812" }));
    expect(await screen.findByText(`${replayed.stored} stored, 0 duplicates, 24 still quarantined`)).toBeInTheDocument();
    await waitFor(() => expect(path()).toBe("/data/quarantine"));
  });
  it("forgets what was tried when the fix changes", async () => {
    const { user } = visit(GROUP, whole());
    const pane = within(await screen.findByTestId("group"));
    await user.click(await pane.findByRole("button", { name: "Try on 100 first" }));
    await pane.findByTestId("tried");
    await user.type(pane.getByLabelText("Value to set"), "x");
    expect(pane.queryByTestId("tried")).toBeNull();
    expect(pane.getByRole("button", { name: /Mend and replay/ })).toBeDisabled();
  });
  it("discards with a reason only", async () => {
    const { user, calls } = visit("/data/quarantine?group=4444444444444444", whole());
    await user.click(await screen.findByRole("button", { name: "Discard…" }));
    const ask = within(await screen.findByTestId("reason"));
    expect(ask.getByRole("button", { name: "Discard the group" })).toBeDisabled();
    await user.type(ask.getByRole("textbox"), "A scanner");
    await user.click(ask.getByRole("button", { name: "Discard the group" }));
    await waitFor(() => expect(calls.find((call) => call.path.endsWith("/discard"))?.body).toEqual({ group: "4444444444444444", note: "A scanner" }));
  });
  it("says what a refused replay said", async () => {
    const { user } = visit(GROUP, { ...whole(), "POST /api/quarantine/try": refused(422, { message: "There is no field 'order_ref'." }) });
    const pane = within(await screen.findByTestId("group"));
    await user.click(await pane.findByRole("button", { name: "Try on 100 first" }));
    expect(await pane.findByText("There is no field 'order_ref'.")).toBeVisible();
  });
  it("shows neither rows nor tools to who may only read", async () => {
    const may = { ...session, user: { ...session.user, permissions: ["sources.read"] } };
    const { calls } = visit(GROUP, { ...whole(), "GET /api/session": ok(may) });
    const pane = within(await screen.findByTestId("group"));
    expect(await pane.findByText(/"events.see"/)).toBeVisible();
    expect(pane.getByText(/"quarantine.manage"/)).toBeVisible();
    expect(calls.some((call) => call.path.endsWith("/rows"))).toBe(false);
  });
});

describe("a fix", () => {
  const draft = { do: "set", field: "properties.pax", value: " 2 ", pairs: "" } as const;
  it("is there only when it is whole", () => {
    expect(fixOf(draft)).toEqual({ do: "set", field: "properties.pax", value: " 2 " });
    expect(fixOf({ ...draft, field: " " })).toBeNull();
    expect(fixOf({ ...draft, do: "rename_event", value: "" })).toBeNull();
    expect(fixOf({ ...draft, do: "rename_event", value: "search " })).toEqual({ do: "rename_event", value: "search" });
    expect(fixOf({ ...draft, do: "map_value", pairs: "nothing" })).toBeNull();
    expect(fixOf({ ...draft, do: "map_value", pairs: "Y = economy\nC => business" })).toEqual({
      do: "map_value",
      field: "properties.pax",
      values: { Y: "economy", C: "business" },
    });
    expect(fixOf({ ...draft, do: "drop_property" })).toEqual({ do: "drop_property", field: "properties.pax" });
    expect(fixOf({ ...draft, do: "cast", value: "integer" })).toEqual({ do: "cast", field: "properties.pax", value: "integer" });
    expect(fixOf({ ...draft, do: "none" })).toEqual({ do: "none" });
  });
  it("reads pairs in each way people write them", () => {
    expect(pairsOf("a=b\n c -> d \n\n= x\ne → ")).toEqual({ a: "b", c: "d", e: "" });
  });
  it("offers the fields of the sample, properties first", () => {
    expect(fieldsOf(quarantineRows.items)).toEqual(["properties.route", "properties.price", "properties.orderRef", "event", "anonymous_id"]);
  });
  it("shows what changes and nothing else", () => {
    expect(changes({ a: 1, b: { c: "x" } }, { a: 1, b: { c: "y", d: [1] } })).toEqual([
      { name: "b.c", before: "x", after: "y" },
      { name: "b.d", before: null, after: "[1]" },
    ]);
  });
});
