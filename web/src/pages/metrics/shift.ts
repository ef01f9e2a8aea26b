/** Assumptions that are tried: kept in the address as short text, laid over those that everybody sees. */

import type { Assumptions } from "@/api/channels";

export const REACHES = ["buys_direct", "member", "visitor", "stranger", "unknown"] as const;
export const MOVABLE = ["buys_direct", "member", "visitor", "stranger"] as const;
export const PLAIN = ["incentive", "repeat_value", "direct_take_rate", "direct_cost_rate"] as const;
const NUMBER = /^\d{1,12}(\.\d{1,12})?$/;

/** Read `member:0.05~incentive:10`; what is no number or no assumption is left out. */
export function readTrial(text: string | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of (text ?? "").split("~")) {
    const at = entry.lastIndexOf(":");
    const [name, value] = [entry.slice(0, at), entry.slice(at + 1)];
    const known = (MOVABLE as readonly string[]).includes(name) || (PLAIN as readonly string[]).includes(name) || name.startsWith("service.");
    if (at > 0 && known && NUMBER.test(value)) found[name] = value;
  }
  return found;
}

/** Write what is tried; undefined when it is nothing. */
export function writeTrial(trial: Record<string, string>): string | undefined {
  return (
    Object.entries(trial)
      .map(([name, value]) => `${name}:${value}`)
      .join("~") || undefined
  );
}

/** Lay what is tried over the kept assumptions. */
export function laid(kept: Assumptions, trial: Record<string, string>): Assumptions {
  const moves = { ...kept.move_rate };
  const service = { ...kept.service_cost };
  const plain: Partial<Assumptions> = {};
  for (const [name, value] of Object.entries(trial)) {
    if ((MOVABLE as readonly string[]).includes(name)) moves[name] = value;
    else if (name.startsWith("service.")) service[name.slice(8)] = value;
    else plain[name as (typeof PLAIN)[number]] = value;
  }
  return {
    service_cost: service,
    move_rate: moves,
    incentive: plain.incentive ?? kept.incentive,
    repeat_value: plain.repeat_value ?? kept.repeat_value,
    direct_take_rate: plain.direct_take_rate ?? kept.direct_take_rate,
    direct_cost_rate: plain.direct_cost_rate ?? kept.direct_cost_rate,
  };
}
