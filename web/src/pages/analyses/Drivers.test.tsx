import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import * as fixtures from "../../../dev/fixtures";
import { drivers } from "../../../dev/separates";
import { mergedRanges } from "./driverNames";
import * as d from "./driversDefinition";

type Call = { path: string; body: unknown };
const asked = (calls: Call[], path = "/api/analyses/drivers") =>
  calls.filter((call) => call.path === path).map((call) => call.body as Record<string, unknown> & { definition: d.DriversDefinition });
const DEF = {
  start: "search",
  target: { did: "payment_succeeded", within: "2 days" },
  by: ["device", { field: "price", as: "number" }, { trait: "tier", as: "number" }],
  period: { last: 7, unit: "day" },
};
const at = (definition: unknown, more = "") => `/analyse/drivers?def=${encodeURIComponent(JSON.stringify(definition))}${more}`;

fourStates("Drivers", {
  path: "/analyse/drivers",
  question: { en: "What splits those who do more from those who do less?", zh: "什么把做得多的人和做得少的人分开？" },
  request: "POST /api/analyses/drivers",
  data: "The leaves, farthest from all first",
  empty: { body: { ...drivers, people: 0, total: null, leaves: [], nodes: [] }, text: "There is nobody to split" },
});

describe("Drivers", () => {
  it("says the figure of all, who is farthest, and how far that can be trusted", async () => {
    visit(at(DEF), whole());
    expect(await screen.findByText(/Of 1,200 people who start with Searched, 20\.0.% \(18\.0.% to 22\.0.%\) do Payment succeeded\./)).toBeVisible();
    expect(screen.getByText(/Farthest from that is device: ios; price: 300 and more: 45\.0.% of 200\./)).toBeVisible();
    expect(screen.getByText("590 people decided the splits, drawn by chance; the figures are of the other 610 alone.")).toBeVisible();
    expect(
      screen.getByText(/device comes first in 37 of 40 resampled halves, exactly this split in 30\. Otherwise first: no split 3×\./),
    ).toBeVisible();
    expect(screen.getByText(/^90 more started too late/)).toBeVisible();
  });
  it("puts the leaf that is farthest from all first, and says which is not apart", async () => {
    visit(at(DEF), whole());
    const lines = await screen.findAllByText(/^(above all|below all|not apart from all)$/);
    expect(lines.map((line) => line.textContent)).toEqual(["above all", "below all", "not apart from all"]);
  });
  it("opens the people of a leaf, and where one of them is in the tree", async () => {
    const { user, calls, path } = visit(at(DEF), whole());
    await user.click(await screen.findByRole("button", { name: "Leaf 3: 200" }));
    const pane = await screen.findByTestId("drivers-people");
    expect(await within(pane).findByText("is counted")).toBeVisible();
    expect(asked(calls, "/api/analyses/drivers/people")[0]).toMatchObject({ leaf: 3, asked_ms: drivers.asked_ms });
    await user.click(within(pane).getByText("login 10***55"));
    expect(await within(pane).findByText("Leaf 3, in the half that gives the leaf its figure")).toBeVisible();
    expect(path()).toMatch(/rows=(%22)?3/);
  });
  it("says that nothing splits them", async () => {
    const one = { ...drivers.leaves[0], way: [], people: 1200 };
    const alone = { ...drivers, leaves: [one], nodes: drivers.nodes.slice(0, 1), steady: { resamples: 0, same_split: 0, first: [], share: null } };
    visit(at(DEF), { ...whole(), "POST /api/analyses/drivers": ok(alone) });
    expect((await screen.findAllByText(/No split is beyond chance/))[0]).toBeVisible();
    expect(screen.queryByText("The tree")).toBeNull();
  });
  it("asks what its address says, and keeps what has no control", async () => {
    const { user, calls } = visit(at(DEF), whole());
    await waitFor(() => expect(asked(calls)[0]?.definition).toMatchObject({ start: { event: "search" }, by: DEF.by }));
    await user.click(screen.getByRole("combobox", { name: "Figure" }));
    await user.click(await screen.findByTitle("Sum of a field"));
    await waitFor(() => expect(asked(calls).at(-1)?.definition).toMatchObject({ target: { sum: "price" }, by: DEF.by }));
  });
  it("has nothing to click for who may not see people", async () => {
    const user = { ...fixtures.session.user, permissions: ["session.own", "metrics.read"] };
    visit(at(DEF, "&rows=1"), { ...whole(), "GET /api/session": ok({ ...fixtures.session, user }) });
    expect(await screen.findByText("The leaves in numbers")).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Leaf 3/ })).toBeNull();
    expect(screen.queryByTestId("drivers-people")).toBeNull();
  });
});

describe("a driver tree of the address", () => {
  const base = d.readDrivers(DEF) as d.DriversDefinition;
  it("is refused where it is none", () => {
    for (const wrong of [null, {}, { ...DEF, by: "device" }, { ...DEF, by: [{ field: "a", trait: "b" }] }, { ...DEF, target: { within: "1 day" } }])
      expect(d.readDrivers(wrong)).toBeNull();
  });
  it("has drivers of three kinds, of which a field is one", () => {
    expect(d.sorted(base.by)).toEqual({ categories: ["device"], numbers: ["price"], traits: ["tier"] });
    expect(d.withDrivers(base, "numbers", ["device"]).by).toEqual([
      { field: "device", as: "number" },
      { trait: "tier", as: "number" },
    ]);
    expect(d.withDrivers(base, "traits", ["tier", "city"]).by.slice(2)).toEqual([{ trait: "tier", as: "number" }, { trait: "city" }]);
  });
  it("is whole with a driver, and a field where it adds up", () => {
    expect([d.wholeDrivers(base), d.wholeDrivers({ ...base, by: [] }), d.wholeDrivers(d.withTarget(base, { sum: "" }))]).toEqual([
      true,
      false,
      false,
    ]);
  });
  it("makes neighbouring bins of a number one", () => {
    expect(mergedRanges(["under 3", "3 to under 5", "7 to under 9", "9 and more", "(not known)"])).toEqual(["under 5", "7 and more", "(not known)"]);
    expect(mergedRanges(["under 3", "3 and more"])).toEqual(["any"]);
  });
  it("tells how steady a split is, and whose list is open", () => {
    expect(["0.93", "0.7", "0.3", null].map(d.steadiness)).toEqual(["firm", "mostly", "turns", "turns"]);
    expect(["all", "12", "x", undefined].map(d.readLeaf)).toEqual([null, 12, undefined, undefined]);
  });
});
