/** Where the nodes of the tree stand: the root at the left, leaves in a column at the right, parents in the middle of their children. */

export const NODE = { width: 204, height: 64 };
/** What stands below an opened node is one line high, so that many can be seen. */
export const BELOW = { height: 36 };
const GAP = { x: 64, y: 9, branch: 16 };

/** What must be known of a node to place it. */
export type Placed = { id: string; parent: string | null; by?: string | null };
export type Place = { id: string; x: number; y: number; depth: number };

/** How high a node is drawn. */
export const heightOf = (node: { by?: string | null }) => (node.by ? BELOW.height : NODE.height);

/** Place each node. Children keep the order in which they are given. */
export function place(nodes: readonly Placed[]): Map<string, Place> {
  const known = new Set(nodes.map((node) => node.id));
  const children = new Map<string | null, Placed[]>();
  for (const node of nodes) {
    const parent = node.parent !== null && known.has(node.parent) ? node.parent : null;
    children.set(parent, [...(children.get(parent) ?? []), node]);
  }
  const places = new Map<string, Place>();
  let cursor = 0;
  const walk = (node: Placed, depth: number): number => {
    const below = children.get(node.id) ?? [];
    let y: number;
    if (below.length === 0) {
      y = cursor;
      cursor += heightOf(node) + GAP.y;
    } else {
      const middles = below.map((child) => walk(child, depth + 1));
      y = ((middles[0] ?? 0) + (middles.at(-1) ?? 0)) / 2;
      // A parent may be higher than all that stands beside it.
      cursor = Math.max(cursor, y + heightOf(node) + GAP.y) + GAP.branch;
    }
    places.set(node.id, { id: node.id, x: depth * (NODE.width + GAP.x), y, depth });
    return y;
  };
  for (const root of children.get(null) ?? []) walk(root, 0);
  return places;
}

/** How thick the line to a node is: by the money it brought, against the largest of all. */
export function thickness(contribution: number | null, most: number): number {
  return contribution === null || most <= 0 ? 1 : 1.5 + 12.5 * Math.min(1, Math.abs(contribution) / most);
}
