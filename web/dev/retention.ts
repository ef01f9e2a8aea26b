/** What the server answers about retention, for the page's tests and for looking at it without a server. */

import type { RetentionAnswer, RetentionCell, RetentionPeople, RetentionProof, RetentionRow } from "../src/api/retention";

const cell = (judged: number, returned: number | null): RetentionCell => ({
  judged,
  returned,
  rate: returned === null || !judged ? null : (returned / judged).toFixed(6),
  measure: null,
  per_member: null,
});

function row(kind: RetentionRow["kind"], size: number, returned: (number | null)[], more: Partial<RetentionRow> = {}): RetentionRow {
  return { kind, cohort: null, value: null, shown: null, size, cells: returned.map((count) => cell(count === null ? 0 : size, count)), ...more };
}

export const retention: RetentionAnswer = {
  name: "Retention",
  grain: "day",
  cohorts_by: "day",
  starts: "recurring",
  returns: "on",
  period: { from: "2026-11-18", to: "2026-11-20" },
  until: "2026-11-21T08:00:00+08:00",
  interval: null,
  interval_days: null,
  cells: ["day 0", "day 1", "day 2"],
  brackets: [],
  measure: null,
  people: 1100,
  total: { ...row("total", 1500, []), cells: [cell(1500, 1500), cell(1000, 250), cell(400, 80)] },
  cohorts: [
    row("cohort", 400, [400, 120, 80], { cohort: "2026-11-18" }),
    row("cohort", 600, [600, 130, null], { cohort: "2026-11-19" }),
    row("cohort", 500, [500, null, null], { cohort: "2026-11-20" }),
  ],
  breakdown: [
    row("value", 900, [900, 200, 60], { value: "android", shown: "android" }),
    row("value", 500, [500, 45, 18], { value: null, shown: "a***@g***.example" }),
    row("other", 70, [70, 3, 1]),
    row("none", 30, [30, 2, 1]),
  ],
  notes: [{ code: "never_stored", en: "No event called 'pay' was ever stored.", zh: "从未收到过名为“pay”的事件。" }],
  asked_ms: 1_795_000_000_000,
};

export const retentionPeople: RetentionPeople = {
  total: 280,
  people: [
    {
      person: 12,
      name: "login 10***55",
      cohort: "2026-11-18",
      started: "2026-11-18T10:00:00+08:00",
      value: "android",
      returned: null,
      interval_days: null,
    },
    { person: 40, name: "", cohort: "2026-11-18", started: "2026-11-18T11:00:00+08:00", value: null, returned: null, interval_days: null },
  ],
  next: "50",
};

const seen = { event: "search", key: "1:7", at: "2026-11-18T10:00:00.000+08:00" };

export const retentionProof: RetentionProof = {
  person: 12,
  nobody: null,
  cohorts: [
    {
      cohort: "2026-11-18",
      start: seen,
      interval_days: null,
      cells: [
        { cell: 0, label: "day 0", why: "returned", event: seen, en: "returned: search at 2026-11-18T10:00:00.000+08:00", zh: "留存：search" },
        { cell: 1, label: "day 1", why: "never", event: null, en: "did not return after the start as far as is known", zh: "起始之后至今未返回" },
        { cell: 2, label: "day 2", why: "not_over", event: null, en: "not over yet, no return so far", zh: "该时段尚未结束，暂未返回" },
      ],
    },
  ],
  more: 0,
};

export const retentionAnswers: Record<string, unknown> = {
  "POST /api/analyses/retention": retention,
  "POST /api/analyses/retention/people": retentionPeople,
  "POST /api/analyses/retention/explain": retentionProof,
};
