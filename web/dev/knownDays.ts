/** What a server answers about known days: for the tests and for looking at pages without a server. */

import type { KnownDayList } from "../src/api/knownDays";

const at = (day: string) => Date.parse(`${day}T00:00:00+08:00`);

export const knownDays: KnownDayList = {
  items: [
    {
      id: "calendar:2026-10-01:national_day",
      kind: "holiday",
      starts_ms: at("2026-10-01"),
      ends_ms: at("2026-10-08"),
      where: {},
      title: "National Day",
      source: "calendar",
      by: "",
    },
    {
      id: "day_1",
      kind: "sale",
      starts_ms: at("2026-11-11"),
      ends_ms: at("2026-11-12"),
      where: {},
      title: "Singles' Day sale",
      source: "hand",
      by: "陈立",
    },
  ],
  next: null,
};

export const knownDayAnswers: Record<string, unknown> = {
  "GET /api/known-days": knownDays,
  "POST /api/known-days/import": knownDays,
  "DELETE /api/known-days/day_1": {},
};
