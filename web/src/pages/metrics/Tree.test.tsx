import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { catalogue, hotelTree, tree } from "../../../dev/fixtures";
import { splits } from "./Drill";
import { NODE, place, thickness } from "./layout";

fourStates("Metric tree", {
  path: "/metrics/tree",
  question: { en: "What changed, and which driver moved it?", zh: "什么变了，是哪一段带动的？" },
  request: "POST /api/metrics/tree",
  data: "How revenue is made",
  empty: { body: { ...tree, nodes: tree.nodes.map((node) => ({ ...node, from: null, to: null })) }, text: "No data in this period" },
});

describe("Metric tree", () => {
  it("asks for the last 28 whole days against the 28 before", async () => {
    const { calls } = visit("/metrics/tree", whole());
    await screen.findByTestId("tree");
    expect(calls.find((call) => call.path === "/api/metrics/tree")?.body).toEqual({
      from: "2026-09-26:2026-10-23",
      to: "2026-10-24:2026-11-20",
      clock: null,
      where: [],
      view: "revenue",
      method: "shapley",
      below: [],
    });
  });
  it("reads everything from the address", async () => {
    const { calls } = visit("/metrics/tree?start=2016-01-01&end=2016-12-31&vs=last_year&clock=arrival&where=property:City%2520Hotel", whole());
    await screen.findByTestId("tree");
    expect(calls.find((call) => call.path === "/api/metrics/tree")?.body).toEqual({
      from: "2015-01-01:2015-12-31",
      to: "2016-01-01:2016-12-31",
      clock: "arrival",
      where: [{ field: "property", op: "=", value: "City Hotel" }],
      view: "revenue",
      method: "shapley",
      below: [],
    });
    // A tab opened on this address has no token yet; its first question must carry one all the same.
    expect(calls.find((call) => call.path === "/api/metrics/tree")?.headers.get("X-Windsock-CSRF")).toBe("token");
    expect(screen.getByRole("button", { name: /Drop the filter: Property: City Hotel/ })).toBeVisible();
  });
  it("splits the chosen node and keeps one value by a click", async () => {
    const { calls, user, path } = visit("/metrics/tree?node=revenue", whole());
    await user.click(await screen.findByText("OTA A"));
    await waitFor(() => expect(path()).toContain("where=sales_channel"));
    const asked = calls.filter((call) => call.path === "/api/metrics/decompose").map((call) => call.body);
    expect(asked[0]).toMatchObject({ metric: "revenue", by: "sales_channel" });
    // The dimension that is filtered on is no longer offered as a split.
    await waitFor(() => expect(calls.filter((call) => call.path === "/api/metrics/decompose").at(-1)?.body).toMatchObject({ by: "property" }));
    expect(screen.getByText(/The rows sum to the change of \+¥2,191,670\.75/)).toBeVisible();
  });
  it("opens the rows behind a node", async () => {
    const { calls, user } = visit("/metrics/tree?node=revenue", whole());
    await user.click(await screen.findByRole("button", { name: "Open the rows behind" }));
    expect(await screen.findByText("GA820144")).toBeVisible();
    expect(calls.find((call) => call.path === "/api/metrics/rows")?.body).toMatchObject({ metric: "revenue", from: "2026-10-24", to: "2026-11-20" });
  });
  it("says so when the data has no visits", async () => {
    visit("/metrics/tree?node=tracked.uv", { ...whole(), "POST /api/metrics/tree": ok(hotelTree) });
    expect(await screen.findByText("This data has no visits: the tree starts from orders.")).toBeVisible();
    expect((await screen.findAllByText("No visits in this data")).length).toBeGreaterThan(0);
  });
});

describe("the layout of the tree", () => {
  const places = place(tree.nodes);
  it("gives every node a place of its own", () => {
    expect(places.size).toBe(tree.nodes.length);
    const all = [...places.values()];
    for (const a of all)
      for (const b of all) if (a.id !== b.id && a.depth === b.depth) expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual(NODE.height);
  });
  it("puts a parent in the middle of its children", () => {
    const y = (id: string) => places.get(id)?.y ?? Number.NaN;
    expect(y("revenue")).toBeCloseTo((y("tracked") + y("untracked")) / 2);
  });
  it("keeps nodes whose parent is missing", () => {
    expect(place(tree.nodes.filter((node) => node.id !== "revenue")).size).toBe(tree.nodes.length - 1);
  });
  it("draws lines by money", () => {
    expect(thickness(null, 10)).toBe(1);
    expect(thickness(-10, 10)).toBeGreaterThan(thickness(5, 10));
    expect(thickness(1, 0)).toBe(1);
  });
  it("offers the dimensions a metric has, the most telling first", () => {
    expect(splits(catalogue.dimensions, ["device", "sales_channel"]).map((dimension) => dimension.name)).toEqual(["sales_channel", "device"]);
    expect(splits(catalogue.dimensions, [])).toEqual([]);
  });
});

describe("below the tree", () => {
  it("opens the chosen split in the tree and closes it again", async () => {
    const { calls, user, path } = visit("/metrics/tree?node=revenue", whole());
    await user.click(await screen.findByRole("button", { name: "Show in the tree" }));
    await waitFor(() => expect(path()).toContain("open=revenue"));
    await waitFor(() =>
      expect(calls.filter((call) => call.path === "/api/metrics/tree").at(-1)?.body).toMatchObject({
        below: [{ node: "revenue", by: "sales_channel" }],
      }),
    );
    await user.click(screen.getByRole("button", { name: /^Close Revenue/ }));
    await waitFor(() => expect(path()).not.toContain("open="));
  });
  it("asks for the net view and the method that the address names", async () => {
    const { calls } = visit("/metrics/tree?view=net&start=2026-10-24&end=2026-11-20", whole());
    await screen.findByTestId("tree");
    expect(calls.find((call) => call.path === "/api/metrics/tree")?.body).toMatchObject({ view: "net", method: "shapley", below: [] });
  });
  it("says what drivers did together, and how much of its target a node reached", async () => {
    visit("/metrics/tree", whole());
    expect(await screen.findByText(/Together:/)).toHaveTextContent("visitors × conversion");
    expect(screen.getByTestId("node-revenue")).toHaveTextContent("96.0 % of target");
  });
});
