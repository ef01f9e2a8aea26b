/** The graph of evidence on paper: the best known id in the middle, the others around it, one line for each pair however much evidence it has. */

import type { Graph, GraphEdge, GraphNode } from "@/api/people";

export const CARD = { width: 152, height: 42 } as const;
/** Ellipses, because cards and screens are wider than high. */
const WIDE = 1.35;
const FIRST = 165;
const NEXT = 112;
const PER_LEAF = 19;

/** What names somebody stands in the middle, if it is tied to as many. */
const NAMING: Record<string, number> = { login: 3, member: 2, email: 1, phone: 1, customer: 1 };

export type Pair = { id: string; a: number; b: number; edges: GraphEdge[]; applied: boolean };
export type Placed = { node: GraphNode; x: number; y: number };

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

function neighbours(ties: Pair[]): Map<number, number[]> {
  const beside = new Map<number, number[]>();
  // What counts is walked first, so that the branches are made of it.
  for (const { a, b } of [...ties].sort((one, other) => Number(other.applied) - Number(one.applied))) {
    beside.set(a, [...(beside.get(a) ?? []), b]);
    beside.set(b, [...(beside.get(b) ?? []), a]);
  }
  return beside;
}

type Branch = { did: number; depth: number; below: Branch[]; leaves: number; angle: number };

function branches(hub: number, beside: Map<number, number[]>, rest: number[]): Branch {
  const root: Branch = { did: hub, depth: 0, below: [], leaves: 1, angle: 0 };
  const seen = new Set([hub]);
  const queue = [root];
  for (let branch = queue.shift(); branch; branch = queue.shift()) {
    const next = (beside.get(branch.did) ?? []).filter((did) => !seen.has(did));
    // What is tied to nothing hangs off the middle, so that it is seen at all.
    if (branch === root) next.push(...rest);
    for (const did of next) {
      if (seen.has(did)) continue;
      seen.add(did);
      const below: Branch = { did, depth: branch.depth + 1, below: [], leaves: 1, angle: 0 };
      branch.below.push(below);
      queue.push(below);
    }
  }
  return root;
}

function spread(branch: Branch, from: number, to: number): void {
  branch.angle = (from + to) / 2;
  let at = from;
  for (const below of branch.below) {
    const share = ((to - from) * below.leaves) / branch.leaves;
    spread(below, at, at + share);
    at += share;
  }
}

function count(branch: Branch): number {
  branch.leaves = branch.below.length ? branch.below.reduce((sum, below) => sum + count(below), 0) : 1;
  return branch.leaves;
}

/** The id in the middle: the one tied to most others, of those the one that names somebody best. */
function middle(nodes: GraphNode[], beside: Map<number, number[]>): number | null {
  const mine = nodes.filter((node) => node.mine);
  const rank = (node: GraphNode) => (beside.get(node.did)?.length ?? 0) * 4 + (NAMING[node.namespace] ?? 0);
  const best = [...(mine.length ? mine : nodes)].sort((one, other) => rank(other) - rank(one) || one.did - other.did)[0];
  return best?.did ?? null;
}

/** Give each id its place around the middle, nearer the fewer steps of evidence lie between. */
export function place(graph: Graph): Map<number, Placed> {
  const known = new Map(graph.nodes.map((node) => [node.did, node]));
  const ties = pairs(graph.edges).filter((pair) => known.has(pair.a) && known.has(pair.b));
  const beside = neighbours(ties);
  const hub = middle(graph.nodes, beside);
  const placed = new Map<number, Placed>();
  if (hub === null) return placed;
  const reached = new Set([hub]);
  const walk = [hub];
  for (let at = walk.shift(); at !== undefined; at = walk.shift()) {
    for (const did of beside.get(at) ?? []) if (!reached.has(did)) walk.push(reached.add(did) && did);
  }
  const root = branches(
    hub,
    beside,
    [...known.keys()].filter((did) => !reached.has(did)).sort((a, b) => a - b),
  );
  const leaves = count(root);
  const first = Math.max(FIRST, leaves * PER_LEAF);
  const start = -Math.PI / 2 + Math.PI / leaves;
  spread(root, start, start + 2 * Math.PI);
  const put = (branch: Branch) => {
    const node = known.get(branch.did);
    const radius = branch.depth === 0 ? 0 : first + (branch.depth - 1) * NEXT;
    if (node) placed.set(branch.did, { node, x: Math.cos(branch.angle) * radius * WIDE || 0, y: Math.sin(branch.angle) * radius || 0 });
    for (const below of branch.below) put(below);
  };
  put(root);
  return placed;
}
