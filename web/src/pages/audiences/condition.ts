/** A condition as the builder edits it: the JSON itself, and for each kind of leaf the parts that it may have. */

import { isObject } from "@/pages/analyses/given";

export type Node = Record<string, unknown>;
export const JOINTS = ["all", "any", "not"] as const;
export type Joint = (typeof JOINTS)[number];
export const LEAVES = ["did", "did_not", "measure", "sequence", "first", "last", "orders", "trip", "trait", "has_id", "segment", "tag"] as const;
export type Leaf = (typeof LEAVES)[number];
/** How a part is edited. */
export type How =
  | "events"
  | "bound"
  | "tests"
  | "span"
  | "length"
  | "field"
  | "steps"
  | "text"
  | "op"
  | "value"
  | "segment"
  | "flag"
  | readonly string[];
export type Part = { key: string; how: How; optional?: boolean };

const MEASURES = ["days", "distinct", "sum", "min", "max", "average", "times"] as const;
const IDS = ["login", "member", "customer", "phone", "email", "unionid", "openid", "device"] as const;
const CLOCKS = ["booked", "paid", "cancelled", "travelled"] as const;
const WHERE: Part = { key: "where", how: "tests", optional: true };
const PERIOD: Part = { key: "period", how: "span", optional: true };

/** The parts of each kind of leaf, in the order in which they are read. */
export const PARTS: Record<Leaf, Part[]> = {
  did: [
    { key: "did", how: "events" },
    { key: "times", how: "bound", optional: true },
    { key: "same", how: "field", optional: true },
    { key: "within", how: "length", optional: true },
    WHERE,
    PERIOD,
  ],
  did_not: [{ key: "did_not", how: "events" }, WHERE, PERIOD],
  measure: [
    { key: "measure", how: MEASURES },
    { key: "of", how: "field", optional: true },
    { key: "event", how: "events", optional: true },
    { key: "is", how: "bound" },
    WHERE,
    PERIOD,
  ],
  sequence: [
    { key: "sequence", how: "steps" },
    { key: "within", how: "length" },
    { key: "same", how: "field", optional: true },
    { key: "strict", how: "flag", optional: true },
    PERIOD,
  ],
  first: [
    { key: "first", how: "events" },
    { key: "is", how: "tests", optional: true },
    { key: "during", how: "span", optional: true },
    WHERE,
    PERIOD,
  ],
  last: [{ key: "last", how: "events" }, { key: "is", how: "tests", optional: true }, { key: "during", how: "span", optional: true }, WHERE, PERIOD],
  orders: [
    { key: "orders", how: ["count", "sum"] },
    { key: "is", how: "bound" },
    { key: "currency", how: "text", optional: true },
    { key: "clock", how: CLOCKS, optional: true },
    WHERE,
    PERIOD,
  ],
  trip: [{ key: "trip", how: ["departs", "returns"] }, { key: "within", how: "span", optional: true }, WHERE],
  trait: [
    { key: "trait", how: "text" },
    { key: "op", how: "op" },
    { key: "value", how: "value" },
  ],
  has_id: [{ key: "has_id", how: IDS }],
  segment: [{ key: "segment", how: "segment" }],
  tag: [
    { key: "tag", how: "text" },
    { key: "op", how: "op", optional: true },
    { key: "value", how: "value", optional: true },
    { key: "weight", how: "bound", optional: true },
  ],
};

const RECENT = { last: 30, unit: "day" };

/** A new leaf of a kind. */
export function fresh(kind: Leaf): Node {
  switch (kind) {
    case "did":
      return { did: "", period: RECENT };
    case "did_not":
      return { did_not: "", period: RECENT };
    case "measure":
      return { measure: "days", is: 2, period: RECENT };
    case "sequence":
      return { sequence: ["", ""], within: "24 hours" };
    case "first":
    case "last":
      return { [kind]: "", during: RECENT };
    case "orders":
      return { orders: "count", is: 1 };
    case "trip":
      return { trip: "departs", within: { next: 7, unit: "day" } };
    case "trait":
      return { trait: "", op: "=", value: "" };
    case "has_id":
      return { has_id: "member" };
    default:
      return { [kind]: "" };
  }
}

export const jointOf = (node: Node): Joint | null => JOINTS.find((joint) => joint in node) ?? null;
export const leafOf = (node: Node): Leaf | null => LEAVES.find((leaf) => leaf in node) ?? null;

/** What stands below a joint. */
export function below(node: Node, joint: Joint): Node[] {
  const inside = node[joint];
  if (joint === "not") return isObject(inside) ? [inside] : [];
  return Array.isArray(inside) ? inside.filter(isObject) : [];
}

/** A joint of some parts; `not` takes one, and several of them become an `any`. */
export function joined(joint: Joint, parts: Node[]): Node {
  if (joint !== "not") return { [joint]: parts };
  return { not: parts.length === 1 ? (parts[0] as Node) : { any: parts } };
}

const told = (value: unknown): boolean =>
  typeof value === "string" ? value.trim() !== "" : Array.isArray(value) ? value.length > 0 && value.every(told) : value !== undefined;

/** Whether a condition says enough to be asked. */
export function ready(node: Node): boolean {
  const joint = jointOf(node);
  if (joint) {
    const parts = below(node, joint);
    return parts.length > 0 && parts.every(ready);
  }
  const leaf = leafOf(node);
  return leaf !== null && PARTS[leaf].every((part) => (part.optional ? part.how !== "tests" || testsReady(node[part.key]) : told(node[part.key])));
}

const testsReady = (value: unknown): boolean =>
  !Array.isArray(value) || value.every((test) => isObject(test) && told(test.field) && (String(test.op).includes("null") || told(test.value)));

/** With a part set, or without it. */
export function put(node: Node, key: string, value: unknown): Node {
  const { [key]: _, ...rest } = node;
  if (value === undefined) return rest;
  return key in node ? Object.fromEntries(Object.entries(node).map(([name, old]) => [name, name === key ? value : old])) : { ...node, [key]: value };
}

/** JSON as a condition; null where it is none. */
export function parsed(text: string): Node | null {
  try {
    const found: unknown = JSON.parse(text);
    return isObject(found) ? found : null;
  } catch {
    return null;
  }
}
