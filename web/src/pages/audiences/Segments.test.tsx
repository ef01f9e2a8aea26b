import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, refused, visit, whole } from "@/test/page";
import { segmentFull } from "../../../dev/segments";
import { below, fresh, joined, LEAVES, parsed, put, ready } from "./condition";
import { daily } from "./SegmentParts";

fourStates("Segments", {
  path: "/people/segments",
  question: { en: "Who are they, and how many?", zh: "他们是谁，有多少人？" },
  request: "GET /api/segments",
  data: "Looks again",
  empty: { body: { items: [], next: null }, text: "There is no segment yet" },
  permission: "audiences.read",
});

fourStates("Segment", {
  path: "/people/segments/looks-again",
  question: { en: "Who is in Looks again?", zh: "“反复浏览未下单”里有谁？" },
  request: "GET /api/segments/looks-again",
  data: "L***",
  permission: "audiences.read",
});

describe("A segment's page", () => {
  it("says why a person is in it, with the figures", async () => {
    const { user, path } = visit("/people/segments/looks-again", whole());
    await user.click(await screen.findByText("L***"));
    const pane = await screen.findByTestId("why");
    expect(await within(pane).findByText(/4 \(asked: >= 3\)/)).toBeVisible();
    expect(within(pane).getByText("not met")).toBeVisible();
    expect(decodeURIComponent(path())).toContain('person="12"');
  });
  it("says what each condition costs", async () => {
    visit("/people/segments/looks-again", whole());
    const table = await screen.findByRole("table", { name: "Which condition keeps people out?" });
    expect(within(table).getByText("9,100 (+7,896)")).toBeVisible();
  });
  it("lays others over it by the address", async () => {
    const { calls } = visit("/people/segments/looks-again?with=guests", whole());
    expect(await screen.findByRole("row", { name: /Exactly in Looks again, Guests of partners: 104/ })).toBeInTheDocument();
    expect(calls.find((call) => call.path === "/api/segments/overlap")?.search).toContain("looks-again%2Cguests");
  });
  it("is taken out of force with a reason, and says why it can't be", async () => {
    const server = { ...whole(), "POST /api/segments/looks-again/retire": refused(409, { message: "'looks-again' is used by reminded." }) };
    const { calls, user } = visit("/people/segments/looks-again", server);
    await user.click(await screen.findByRole("button", { name: "Take it out of force" }));
    await user.type(await screen.findByRole("textbox"), "Not used.");
    await user.click(within(screen.getByTestId("reason")).getByRole("button", { name: "Take it out of force" }));
    await waitFor(() => expect(calls.find((call) => call.path.endsWith("/retire"))?.body).toEqual({ reason: "Not used." }));
    expect(await screen.findByText(/is used by reminded/)).toBeVisible();
  });
  it("uploads ids to a list and tells what was kept apart", async () => {
    const { calls, user } = visit("/people/segments/guests", whole());
    await user.type(await screen.findByRole("textbox", { name: "Ids, one a line" }), "U1");
    await user.click(screen.getByRole("button", { name: "Upload" }));
    await waitFor(() =>
      expect(calls.find((call) => call.method === "POST" && call.path.endsWith("/uploads"))?.body).toMatchObject({
        text: "U1",
        namespace: "login",
        mode: "replace",
      }),
    );
    expect(screen.getByText("2 rows kept apart")).toBeVisible();
  });
});

describe("The builder", () => {
  it("counts while conditions change, and saves what it shows", async () => {
    const { calls, user } = visit("/people/segments/looks-again?edit=1", whole());
    const pane = await screen.findByTestId("builder");
    expect(await within(pane).findByText("people meet this now")).toBeVisible();
    await user.click(within(pane).getByText("JSON"));
    const json = within(pane).getByRole("textbox", { name: "The condition as JSON" });
    await user.clear(json);
    await user.click(json);
    await user.paste('{"has_id": "email"}');
    await waitFor(
      () => expect(calls.filter((call) => call.path.endsWith("/preview")).at(-1)?.body).toEqual({ condition: { has_id: "email" }, kills: true }),
      { timeout: 3000 },
    );
    await user.type(within(pane).getByRole("textbox", { name: "Why it is made or changed" }), "By mail.");
    await user.click(within(pane).getByRole("button", { name: "Save the segment" }));
    await waitFor(() =>
      expect(calls.find((call) => call.method === "POST" && call.path === "/api/segments")?.body).toMatchObject({
        base_version: 2,
        body: { segment: "looks-again", condition: { has_id: "email" } },
      }),
    );
  });
  it("shows each kind of leaf with its parts, and changes one by its controls", async () => {
    const condition = { all: [...LEAVES.map((leaf) => fresh(leaf)), { not: { any: [{ has_id: "email" }] } }] };
    const server = { ...whole(), "GET /api/segments/looks-again": ok({ ...segmentFull, body: { ...segmentFull.body, condition } }) };
    const { user } = visit("/people/segments/looks-again?edit=1", server);
    const pane = await screen.findByTestId("builder");
    for (const leaf of LEAVES) await waitFor(() => expect(pane.querySelector(`[data-leaf="${leaf}"]`)).not.toBeNull());
    expect(within(pane).getByRole("region", { name: "Not this" })).toBeVisible();
    const before = pane.querySelectorAll("[data-leaf]").length;
    await user.click(within(pane).getAllByRole("button", { name: "Take out" })[0] as HTMLElement);
    expect(pane.querySelectorAll("[data-leaf]").length).toBe(before - 1);
    await user.click(within(pane).getAllByRole("button", { name: "Put into a group" })[0] as HTMLElement);
    expect(within(pane).getAllByRole("region", { name: "All of these" }).length).toBe(2);
  });
  it("asks nothing before a new condition is filled in", async () => {
    const { calls } = visit("/people/segments?make=1", { ...whole(), "POST /api/segments/preview": ok({}) });
    expect(await screen.findByText("Fill in each condition to see how many people meet it.")).toBeVisible();
    expect(calls.some((call) => call.path.endsWith("/preview"))).toBe(false);
  });
  it("has each kind of leaf, and knows what is not filled in", () => {
    for (const leaf of LEAVES) expect(Object.keys(fresh(leaf))[0]).toBe(leaf);
    expect(ready({ all: [{ did: "a" }, { not: { has_id: "email" } }] })).toBe(true);
    expect(ready({ all: [] })).toBe(false);
    expect(ready({ did: "" })).toBe(false);
    expect(ready({ sequence: ["a", ""], within: "1 day" })).toBe(false);
    expect(ready({ did: "a", where: [{ field: "route", op: "=", value: "" }] })).toBe(false);
    expect(ready({ unknown: 1 })).toBe(false);
    expect(joined("not", [{ did: "a" }, { did: "b" }])).toEqual({ not: { any: [{ did: "a" }, { did: "b" }] } });
    expect(below({ not: { did: "a" } }, "not")).toEqual([{ did: "a" }]);
    expect(put({ did: "a", times: 3 }, "times", undefined)).toEqual({ did: "a" });
    expect([parsed("[1]"), parsed("{"), parsed('{"did": "a"}')]).toEqual([null, null, { did: "a" }]);
  });
  it("fills the days between evaluations with the size before", () => {
    const run = { version: 1, kind: "full", entered: 0, lost: 0, judged: null, took_ms: 1 } as const;
    const runs = [
      { ...run, run: 2, at_ms: Date.parse("2026-10-03T05:00Z"), members: 7 },
      { ...run, run: 1, at_ms: Date.parse("2026-10-01T05:00Z"), members: 5 },
    ];
    expect(daily(runs, (iso) => iso.slice(0, 10)).map((point) => point.value)).toEqual(["5", "5", "7"]);
  });
});
