/** The graph of evidence on paper: ids in columns by their kind, one line for each pair, however much evidence it has. */

import type { Graph, GraphEdge, GraphNode } from "@/api/people";

export const CARD = { width: 152, height: 42 } as const;
const GAP = { x: 88, y: 34 } as const;
const SWEEPS = 4;

/** From what a visit leaves, over how to be reached, to who somebody is. */
const COLUMNS: Record<string, number> = {
  anon: 0,
  cookie: 0,
  device: 0,
  openid: 1,
  unionid: 1,
  email: 1,
  phone: 1,
  login: 2,
  customer: 2,
  member: 2,
  document: 3,
  pnr_name: 3,
};

export type Pair = { id: string; a: number; b: number; edges: GraphEdge[]; applied: boolean };
export type Placed = { node: GraphNode; x: number; y: number; column: number };

const column = (node: GraphNode) => COLUMNS[node.namespace] ?? 2;

/** Bring the evidence of each pair of ids together; what counts comes first. */
export function pairs(edges: GraphEdge[]): Pair[] {
  const found = new Map<string, Pair>();
  for (const edge of edges) {
    const [a, b] = edge.a < edge.b ? [edge.a, edge.b] : [edge.b, edge.a];
    const id = `${a}-${b}`;
    const pair = found.get(id) ?? { id, a, b, edges: [], applied: false };
    pair.edges.push(edge);
    pair.applied ||= edge.applied;
    found.set(id, pair);
  }
  for (const pair of found.values()) pair.edges.sort((one, other) => Number(other.applied) - Number(one.applied));
  return [...found.values()];
}

/** Give each id its place: columns by kind, empty ones left out, rows so that lines cross little. */
export function place(graph: Graph): Map<number, Placed> {
  const used = [...new Set(graph.nodes.map(column))].sort((a, b) => a - b);
  const columns = used.map((at) =>
    graph.nodes.filter((node) => column(node) === at).sort((a, b) => Number(b.mine) - Number(a.mine) || a.did - b.did),
  );
  const beside = new Map<number, number[]>();
  for (const { a, b } of graph.edges) {
    beside.set(a, [...(beside.get(a) ?? []), b]);
    beside.set(b, [...(beside.get(b) ?? []), a]);
  }
  const rank = new Map<number, number>();
  const number = (nodes: GraphNode[]) => {
    for (const [index, node] of nodes.entries()) rank.set(node.did, index - (nodes.length - 1) / 2);
  };
  columns.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const order = sweep % 2 ? [...columns].reverse() : columns;
    for (const nodes of order) {
      const pull = new Map(
        nodes.map((node) => {
          const ranks = (beside.get(node.did) ?? []).map((did) => rank.get(did) ?? 0);
          return [node.did, ranks.length ? ranks.reduce((sum, value) => sum + value, 0) / ranks.length : (rank.get(node.did) ?? 0)];
        }),
      );
      nodes.sort((a, b) => (pull.get(a.did) ?? 0) - (pull.get(b.did) ?? 0) || a.did - b.did);
      number(nodes);
    }
  }
  const placed = new Map<number, Placed>();
  columns.forEach((nodes, at) => {
    nodes.forEach((node, index) => {
      const y = (index - (nodes.length - 1) / 2) * (CARD.height + GAP.y);
      placed.set(node.did, { node, x: at * (CARD.width + GAP.x), y, column: at });
    });
  });
  return placed;
}
