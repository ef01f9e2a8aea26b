/** The identity policy as a form: what differs, and what is blocked under which name. */

import type { PolicyBody } from "@/api/people";

/** Ids that a limit makes sense for. */
export const LIMITED = ["login", "member", "customer", "email", "phone", "openid", "unionid", "document", "device", "cookie", "anon"] as const;
/** Evidence that nobody has confirmed never joins people by itself. */
export const NEVER = new Set(["claim", "probable"]);
export const BLOCKS = ["blocked_mailboxes", "blocked_domains", "phone", "email"] as const;
export type Block = (typeof BLOCKS)[number];

/** The blocked values of one list. */
export function blocked(body: PolicyBody, block: Block): string[] {
  if (block === "blocked_mailboxes" || block === "blocked_domains") return body[block];
  return body.blocked[block] ?? [];
}

/** The body with other blocked values in one list. */
export function withBlocked(body: PolicyBody, block: Block, values: string[]): PolicyBody {
  const kept = [...new Set(values.map((value) => value.trim()).filter(Boolean))];
  if (block === "blocked_mailboxes" || block === "blocked_domains") return { ...body, [block]: kept };
  const { [block]: _, ...others } = body.blocked;
  return { ...body, blocked: kept.length ? { ...others, [block]: kept } : others };
}

/** The body with another limit; none is no limit. */
export function withLimit(body: PolicyBody, namespace: string, most: number | null): PolicyBody {
  const { [namespace]: _, ...others } = body.limits;
  return { ...body, limits: most === null ? others : { ...others, [namespace]: most } };
}

function leaves(value: unknown, path: string): [string, string][] {
  if (Array.isArray(value)) return [[path, JSON.stringify([...value].sort())]];
  if (typeof value === "object" && value !== null) return Object.entries(value).flatMap(([key, held]) => leaves(held, `${path}.${key}`));
  return [[path, JSON.stringify(value)]];
}

/** How many settings differ between two bodies. */
export function differences(one: PolicyBody, other: PolicyBody): number {
  const before = new Map(leaves(one, ""));
  const after = new Map(leaves(other, ""));
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).length;
}
