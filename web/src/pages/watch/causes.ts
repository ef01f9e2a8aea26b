/** Alerts by what explains them: alerts of one cause are one thing to handle, the dearest first. */

import type { Alert } from "@/api/alerts";

export type CauseGroup = { cause: string; lead: Alert; rest: Alert[]; moneyHour: number | null; money: number | null; since: number };

const amount = (alert: Alert) => (alert.money === null ? null : Number(alert.money));
const most = (values: (number | null)[]) =>
  values.reduce<number | null>((best, value) => (value !== null && value > (best ?? -1) ? value : best), null);
const RANK: Record<string, number> = { critical: 3, high: 2, normal: 1, low: 0 };

/** Group alerts. Money of a cause is that of its dearest alert: others of it see the same loss from another side. */
export function causesOf(alerts: readonly Alert[]): CauseGroup[] {
  const by = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const cause = alert.why?.cause ?? alert.id;
    by.set(cause, [...(by.get(cause) ?? []), alert]);
  }
  const groups = [...by].map(([cause, all]) => {
    const sorted = [...all].sort(
      (a, b) => (b.why?.money_hour ?? -1) - (a.why?.money_hour ?? -1) || (amount(b) ?? -1) - (amount(a) ?? -1) || a.first_ms - b.first_ms,
    );
    const [lead, ...rest] = sorted as [Alert, ...Alert[]];
    return {
      cause,
      lead,
      rest,
      moneyHour: most(all.map((one) => one.why?.money_hour ?? null)),
      money: most(all.map(amount)),
      since: Math.min(...all.map((one) => one.first_ms)),
    };
  });
  return groups.sort(
    (a, b) =>
      (b.moneyHour ?? -1) - (a.moneyHour ?? -1) ||
      (b.money ?? -1) - (a.money ?? -1) ||
      (RANK[b.lead.severity] ?? 0) - (RANK[a.lead.severity] ?? 0) ||
      b.since - a.since,
  );
}
