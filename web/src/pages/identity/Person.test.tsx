import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { dayEnd } from "@/kit/dayEnd";
import { withRights } from "@/test/admin";
import { fourStates, ok, refused, visit, whole } from "@/test/page";
import { person, timeline } from "../../../dev/persons";
import { CARD, pairs, place } from "./graph";
import { byDay } from "./Timeline";

fourStates("Person", {
  path: "/people/101",
  question: { en: "Who is this, and where have they been?", zh: "这个人是谁，走过哪些路？" },
  request: "GET /api/people/101",
  data: "138****1234",
  permission: "people.see",
});

describe("Person", () => {
  it("says who, worth what, and what other sources said", async () => {
    const { user } = visit("/people/101", whole());
    expect(await screen.findByText(/7 orders worth .12,840.50, 42 visits/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "1 other version" }));
    expect(await screen.findByText("Li Wei")).toBeVisible();
  });
  it("shows what happened by day and opens an order", async () => {
    const { user, path } = visit("/people/101", whole());
    expect(await screen.findByText("App opened")).toBeVisible();
    expect(screen.getByText("SHA-PEK")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Payment" }));
    await waitFor(() => expect(path()).toContain("order="));
    expect(await screen.findByTestId("order")).toBeVisible();
  });
  it("says why evidence does not count, and parts two ids only with a reason", async () => {
    const { user, calls } = visit("/people/101?tab=evidence", whole());
    await user.click((await screen.findAllByText("does not count"))[0] as HTMLElement);
    const pane = await screen.findByTestId("pair");
    expect(within(pane).getByText("Both sides have signed in as different members")).toBeVisible();
    expect(within(pane).queryByRole("button", { name: "Part into two people" })).toBeNull();
    await user.click((screen.getAllByText("GA***455").at(-1) as HTMLElement).closest("tr") as HTMLElement);
    await user.click(await within(pane).findByRole("button", { name: "Part into two people" }));
    const ask = await screen.findByTestId("reason");
    const go = within(ask).getByRole("button", { name: "Part into two people" });
    expect(go).toBeDisabled();
    await user.click(within(ask).getByLabelText("Reason"));
    await user.paste("A shared phone of two colleagues");
    await user.click(go);
    await waitFor(() =>
      expect(calls.find((call) => call.path === "/api/people/split")?.body).toMatchObject({ reason: "A shared phone of two colleagues" }),
    );
  }, 60_000);
  it("erases only with a reason, as a job", async () => {
    const { user, calls } = visit("/people/101", whole());
    await user.click(await screen.findByRole("button", { name: "What this person may ask for" }));
    await user.click(await screen.findByText("Erase this person"));
    const ask = await screen.findByTestId("reason");
    await user.click(within(ask).getByLabelText("Reason"));
    await user.paste("Asked by letter");
    await user.click(within(ask).getByRole("button", { name: "Erase this person" }));
    await waitFor(() => expect(calls.find((call) => call.path === "/api/people/101/erase")?.body).toMatchObject({ reason: "Asked by letter" }));
    expect(await screen.findByText("Erasing")).toBeVisible();
  }, 60_000);
  it("joins with somebody who was found", async () => {
    const { user, calls } = visit("/people/101", whole());
    await user.click(await screen.findByRole("button", { name: /Join with somebody/ }));
    const pane = await screen.findByTestId("merge");
    await user.click(await within(pane).findByText("Anna Berg"));
    const ask = await screen.findByTestId("reason");
    await user.click(within(ask).getByLabelText("Reason"));
    await user.paste("Told by the call centre");
    await user.click(within(ask).getByRole("button", { name: "Join into one person" }));
    await waitFor(() =>
      expect(calls.find((call) => call.path === "/api/people/merge")?.body).toEqual({ did_a: 101, did_b: 201, reason: "Told by the call centre" }),
    );
  }, 60_000);
  it("shows what was known at a day, and changes nothing from there", async () => {
    const { calls } = visit("/people/101?as_of=2026-05-01", whole());
    expect(await screen.findByText(/This is what was known at the end of/)).toBeVisible();
    await waitFor(() =>
      expect(calls.some((call) => call.path === "/api/people/101" && call.search.includes("2026-05-01T23%3A59%3A59%2B08%3A00"))).toBe(true),
    );
    expect(screen.queryByRole("button", { name: /Join with somebody/ })).toBeNull();
  });
  it("gives no way to join to who may not", async () => {
    visit("/people/101", withRights(whole(), ["session.own", "people.see"]));
    expect(await screen.findByText("App opened")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Join with somebody/ })).toBeNull();
    expect(screen.queryByRole("button", { name: "Payment" })).toBeNull();
  });
  it("says that there is nobody, and that nothing had to be joined", async () => {
    visit("/people/9", { ...whole(), "GET /api/people/9": refused(404, { code: "not_found", message: "No." }) });
    expect(await screen.findByText("There is no such person")).toBeVisible();
  });
  it("says that one id needs no evidence", async () => {
    const lonely = { ...person, graph: { nodes: person.graph.nodes.slice(0, 1), edges: [], complete: true } };
    visit("/people/101", { ...whole(), "GET /api/people/101": ok(lonely) });
    expect(await screen.findByText(/There is one id only/)).toBeVisible();
  });
});

describe("the graph on paper", () => {
  it("puts the best known id in the middle and leaves no two cards on one another", () => {
    const placed = [...place(person.graph).values()];
    expect(placed).toHaveLength(person.graph.nodes.length);
    expect(placed.find((at) => at.node.did === 101)).toMatchObject({ x: 0, y: 0 });
    for (const one of placed)
      for (const other of placed)
        if (one !== other) expect(Math.abs(one.x - other.x) > CARD.width || Math.abs(one.y - other.y) > CARD.height).toBe(true);
  });
  it("places ids that nothing ties, and none at all", () => {
    const graph = { ...person.graph, edges: [] };
    expect(place(graph).size).toBe(graph.nodes.length);
    expect(place({ nodes: [], edges: [], complete: true }).size).toBe(0);
  });
  it("has room for a hundred ids", () => {
    const nodes = Array.from({ length: 100 }, (_, did) => ({ did, namespace: "anon", shown: String(did), pid: 0, mine: true }));
    const first = person.graph.edges[0];
    if (!first) throw new Error("no edge");
    const edges = nodes.slice(1).map(({ did }) => ({ ...first, edge_id: did, a: 0, b: did }));
    const placed = [...place({ nodes, edges, complete: true }).values()];
    const near = (one: { x: number; y: number }, other: { x: number; y: number }) => Math.hypot(one.x - other.x, one.y - other.y);
    expect(Math.min(...placed.slice(2).map((at, index) => near(at, placed[index + 1] ?? at)))).toBeGreaterThan(CARD.height);
  });
  it("brings the evidence of a pair together, what counts first", () => {
    const edge = person.graph.edges[7];
    const other = person.graph.edges[1];
    if (!edge || !other) throw new Error("no edge");
    const found = pairs([edge, { ...other, edge_id: 99, a: edge.b, b: edge.a }]);
    expect(found).toHaveLength(1);
    expect(found[0]?.applied).toBe(true);
    expect(found[0]?.edges.map((entry) => entry.edge_id)).toEqual([99, 8]);
  });
});

describe("days and their ends", () => {
  it("are those of the server's zone", () => {
    expect(byDay(timeline.items).map((day) => [day.day, day.moments.length])).toEqual([
      ["2026-11-20", 3],
      ["2026-11-18", 1],
      ["2026-03-04", 1],
      ["2026-03-03", 1],
    ]);
    expect(dayEnd("2026-11-20", "Asia/Shanghai")).toBe("2026-11-20T23:59:59+08:00");
    expect(dayEnd("2026-11-20", "America/New_York")).toBe("2026-11-20T23:59:59-05:00");
    expect(dayEnd("2026-07-20", "UTC")).toBe("2026-07-20T23:59:59+00:00");
  });
});
