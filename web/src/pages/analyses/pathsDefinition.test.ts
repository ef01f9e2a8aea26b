import { describe, expect, it } from "vitest";
import { known } from "../../../dev/analyses";
import { paths } from "../../../dev/flows";
import { drawn } from "./PathsFlow";
import {
  anchored,
  askedPaths,
  hopsOf,
  mostExits,
  mostTaken,
  readPaths,
  readPathsPlace,
  usualPaths,
  wholePaths,
  withNames,
  writePathsPlace,
} from "./pathsDefinition";

const PERIOD = { last: 7, unit: "day" };
const back = { ...paths, counted_from: "end" as const, links: paths.links.map((link) => ({ ...link, source: link.target, target: link.source })) };
const words = { paths: "", people: "", ofAll: "", ofHere: "", ends: "end", endsAt: (node: string) => node, beyond: "more", arrow: ">" };
const format = { language: "en", count: String, brief: String } as never;

describe("paths", () => {
  it("are read, with all events where none is named", () => {
    const read = readPaths({ events: "*", start: "search", period: PERIOD });
    expect(read).toMatchObject({ events: [], start: { event: "search" }, session_gap: "30 minutes", steps: 5 });
    expect(askedPaths(read as never).events).toBe("*");
    for (const bad of [null, "x", { events: 5 }, { events: [3] }, { events: "*", start: "a", end: "b" }, { events: "*", start: 5 }])
      expect(readPaths(bad), JSON.stringify(bad)).toBeNull();
  });
  it("begin with what was stored", () => {
    const usual = usualPaths(known);
    expect(usual.start).toEqual({ event: "search" });
    expect(usual.events.map((one) => one.event)).toEqual(["search", "detail_view", "payment_succeeded"]);
    expect(wholePaths(usual)).toBe(true);
    expect(usualPaths({ ...known, events: known.events.slice(1) }).start).toBeUndefined();
  });
  it("have their anchor among what takes part", () => {
    const usual = usualPaths(known);
    const next = anchored(usual, "end", { event: ["payment_succeeded", "refund"] });
    expect(next.start).toBeUndefined();
    expect(next.events.map((one) => one.event)).toEqual(["search", "detail_view", "payment_succeeded", "refund"]);
    expect(anchored(next, "none", undefined)).not.toHaveProperty("end");
    expect(wholePaths({ ...usual, start: { event: "" } })).toBe(false);
  });
  it("keep an entry with filters while its name is chosen", () => {
    const filtered = { event: "search", where: [{ field: "device", op: "=", value: "ios" }] };
    const definition = { ...usualPaths(known), events: [filtered, { event: "detail_view" }] };
    expect(withNames(definition, ["search", "pay"]).events).toEqual([filtered, { event: "pay" }]);
    expect(withNames(definition, ["pay"]).events).toEqual([{ event: "pay" }]);
  });
  it("say the way that most go, and where most end", () => {
    expect(mostTaken(paths).map((turn) => [turn.node?.name ?? null, turn.share])).toEqual([
      ["search", 1],
      ["detail_view", 0.6],
      [null, 0.75],
    ]);
    expect(mostExits(paths)?.id).toBe("2:1");
    expect(mostTaken(back).map((turn) => turn.node?.id ?? null)).toEqual(["1:1", "2:1", null]);
  });
  it("stand in the address, whatever a value is", () => {
    for (const place of [
      { step: 2, node: { name: "a", value: 'x:"y"' }, onto: { name: null, value: null }, exits: false },
      { step: 1, node: null, onto: null, exits: true },
    ])
      expect(readPathsPlace(writePathsPlace(place))).toEqual(place);
    expect(readPathsPlace("3")).toBeNull();
    expect(readPathsPlace("{")).toBeNull();
    expect(readPathsPlace(undefined)).toBeNull();
  });
  it("are drawn so that what comes into a node is what goes out of it", () => {
    for (const answer of [paths, back]) {
      const { nodes, links } = drawn({ answer, called: (node) => node.name ?? "", format, words });
      const column = new Map(nodes.map((node) => [node.id, node.column]));
      for (const link of links) expect((column.get(link.target) ?? 0) - (column.get(link.source) ?? 0), link.title).toBe(1);
      const out = answer === back ? "target" : "source";
      for (const node of answer.nodes)
        expect(
          links.filter((link) => link[out] === node.id).reduce((sum, link) => sum + link.value, 0),
          node.id,
        ).toBe(node.paths);
    }
    expect(hopsOf(back).map((hop) => [hop.from.id, hop.to.id])).toEqual(hopsOf(paths).map((hop) => [hop.from.id, hop.to.id]));
  });
  it("open no list of a masked value", () => {
    const masked = { ...paths, nodes: paths.nodes.map((node) => (node.id === "2:1" ? { ...node, masked: true } : node)) };
    const { nodes, links } = drawn({ answer: masked, called: () => "", format, words });
    expect(nodes.find((node) => node.id === "2:1")?.place).toBeNull();
    expect(links.filter((link) => [link.source, link.target].includes("2:1")).every((link) => link.place === null)).toBe(true);
  });
});
