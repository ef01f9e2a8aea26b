/** What the server answers about stickiness and the life cycle, for the page's tests and for looking at it without a server. */

import type { ActivityProof, LifecycleAnswer, StagePeople, StickinessAnswer, StickyBucket, StickyPeople } from "../src/api/activity";

const counts = [300, 80, 20, 0, 0, 0, 0];

function bucket(first: string, over: boolean): StickyBucket {
  const by_days = counts.map((people, index) => ({
    days: index + 1,
    people,
    at_least: counts.slice(index).reduce((sum, count) => sum + count, 0),
  }));
  const ratio = over ? "0.185714" : null;
  return { bucket: first, days: 7, over, people: 400, person_days: 520, average_days: "1.300000", ratio, by_days };
}

export const stickiness: StickinessAnswer = {
  name: "Stickiness",
  by: "week",
  period: { from: "2026-11-09", to: "2026-11-21" },
  until: "2026-11-21T08:00:00+08:00",
  buckets: [bucket("2026-11-09", true), bucket("2026-11-16", false)],
  days: [
    { day: "2026-11-20", over: true, dau: 75, wau: 410, mau: 1500, dau_wau: "0.182927", dau_mau: "0.050000" },
    { day: "2026-11-21", over: false, dau: 10, wau: 380, mau: 1480, dau_wau: null, dau_mau: null },
  ],
  notes: [],
  asked_ms: 1_795_000_000_000,
};

export const stickyPeople: StickyPeople = {
  total: 80,
  people: [{ person: 12, name: "login 10***55", days: 2, first: "2026-11-09T10:00:00+08:00" }],
  next: null,
};

export const lifecycle: LifecycleAnswer = {
  name: "Lifecycle",
  by: "week",
  period: { from: "2026-11-09", to: "2026-11-22" },
  until: "2026-11-21T08:00:00+08:00",
  buckets: [
    { bucket: "2026-11-09", over: true, active: 400, new: 150, returning: 120, resurrected: 130, dormant: 240 },
    { bucket: "2026-11-16", over: false, active: 300, new: 100, returning: 110, resurrected: 90, dormant: null },
  ],
  notes: [],
  asked_ms: 1_795_000_000_000,
};

export const stagePeople: StagePeople = {
  total: 240,
  people: [{ person: 12, name: "login 10***55", state: "dormant", first: null, before: "2026-11-04T10:00:00+08:00" }],
  next: null,
};

const seen = { event: "search", key: "1:7", at: "2026-11-04T10:00:00.000+08:00" };

export const stickyProof: ActivityProof = {
  person: 12,
  buckets: [
    {
      bucket: "2026-11-09",
      why: "sticky",
      event: null,
      before: null,
      days: 2,
      of: 7,
      active: [{ day: "2026-11-09", event: seen, en: "active: first search at 2026-11-09T10:00:00.000+08:00", zh: "活跃：首次“search”" }],
      en: "active on 2 of 7 days",
      zh: "7 天中活跃 2 天",
    },
  ],
  more: 0,
};

export const stageProof: ActivityProof = {
  person: 12,
  buckets: [
    {
      bucket: "2026-11-09",
      why: "dormant",
      event: seen,
      before: null,
      days: null,
      of: null,
      active: [],
      en: "dormant: not active, but in the bucket before",
      zh: "沉默：未活跃",
    },
  ],
  more: 2,
};

export const activityAnswers: Record<string, unknown> = {
  "POST /api/analyses/stickiness": stickiness,
  "POST /api/analyses/stickiness/people": stickyPeople,
  "POST /api/analyses/stickiness/explain": stickyProof,
  "POST /api/analyses/lifecycle": lifecycle,
  "POST /api/analyses/lifecycle/people": stagePeople,
  "POST /api/analyses/lifecycle/explain": stageProof,
};
