/** What the server answers about sessions and clusters, for the pages' tests and for looking at them without a server. */

import type { ClustersAnswer, ClustersPeople } from "../src/api/clusters";
import type { SessionsAnswer, SessionsPeople } from "../src/api/sessions";
import { asked_ms, period, proof } from "./flows.ts";

const times = { count: 300, least_ms: 0, p25_ms: 0, median_ms: 95_000, p75_ms: 600_000, most_ms: 7_200_000, mean_ms: 412_000 };
const visits = {
  sessions: 300,
  people: 180,
  per_person: "1.666667",
  events: 1200,
  events_each: "4",
  bounces: 90,
  bounce_share: "0.3",
  times,
  bins: [90, 10, 20, 20, 30, 40, 50, 30, 6, 4, 0, 0],
  still_open: 2,
  cut_off: 0,
};
const edge = (name: string | null, sessions: number, masked = false) => ({
  name,
  value: null,
  other: name === null,
  masked,
  sessions,
  people: sessions,
  share: String(sessions / 300),
  bounces: 30,
  bounce_share: String(30 / sessions),
});

export const sessions: SessionsAnswer = {
  name: "Sessions",
  period,
  gap_ms: 1_800_000,
  midnight: false,
  campaign: [],
  field: "device",
  bins: [0, 1, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600].map((low, index, all) => ({
    from_ms: low * 1_000,
    below_ms: all[index + 1] === undefined ? null : (all[index + 1] as number) * 1_000,
  })),
  total: { kind: "total", masked: false, ...visits },
  breakdown: [
    { kind: "value", value: "android", masked: false, ...visits, sessions: 200 },
    { kind: "value", value: "a***", masked: true, ...visits, sessions: 60 },
    { kind: "other", masked: false, ...visits, sessions: 40 },
  ],
  trend: [
    { kind: "bucket", bucket: "2026-11-18", masked: false, ...visits, sessions: 140, still_open: 0 },
    { kind: "bucket", bucket: "2026-11-19", masked: false, ...visits, sessions: 160 },
  ],
  entries: [edge("search", 200), edge("page_view", 80), edge(null, 20)],
  exits: [edge("payment_succeeded", 160), edge("search", 140)],
  notes: [{ code: "still_open", en: "2 sessions may still go on.", zh: "有 2 个会话可能仍在继续。" }],
  asked_ms,
};

export const sessionsPeople: SessionsPeople = {
  total: 200,
  of_people: 150,
  people: [
    {
      person: 12,
      name: "login 10***55",
      start: "2026-11-19T10:00:00+08:00",
      length_ms: 185_000,
      events: 4,
      entry: { name: "search", value: null },
      exit: { name: "payment_succeeded", value: null },
      value: "android",
      still_open: false,
      cut_off: false,
    },
  ],
  next: null,
};

export const sessionsProof = proof(
  [
    "gap",
    "Session 2 began at 10:31: 31 minutes after the event before it, gap 30 minutes",
    "会话 2 始于 10:31：距前一事件 31 分钟，间隔上限 30 分钟",
  ],
  ["event", "search at 10:31", "10:31 的“search”"],
  ["bounce", "one event: a bounce", "仅一个事件：跳出"],
);

const feature = (name: string, zh: string, measure: ClustersAnswer["features"][number]["measure"], median: string) => ({
  name,
  title: { en: name, zh },
  measure,
  log: true,
  constant: false,
  median,
  mean: median,
});
const profile = (median: string, difference: string) => ({ median, mean: median, difference });

export const clusters: ClustersAnswer = {
  name: "Clusters",
  period,
  until: period.to,
  currency: "CNY",
  people: 1000,
  fitted: 1000,
  k: { asked: null, found: 2 },
  silhouettes: [
    { k: 2, value: "0.61" },
    { k: 3, value: "0.48" },
  ],
  explained: "0.64",
  stability: { seeds: "1", halves: "0.97", stable: true, bound: "0.8" },
  features: [feature("searched", "搜索", "times", "4"), feature("orders", "订单数", "orders", "0")],
  clusters: [
    {
      number: 1,
      title: { en: "searched often, no orders", zh: "搜索多、订单数为零" },
      people: 700,
      share: "0.7",
      features: [profile("6", "0.7"), profile("0", "-0.9")],
    },
    { number: 2, title: { en: "many orders", zh: "订单数多" }, people: 300, share: "0.3", features: [profile("2", "-0.4"), profile("3", "2.1")] },
  ],
  notes: [],
  asked_ms,
};

export const clustersPeople: ClustersPeople = {
  total: 300,
  people: [{ person: 12, name: "login 10***55", cluster: 2, distance: "0.12", values: ["2", "3"] }],
  next: null,
};

export const clustersProof = proof(
  ["feature", "orders: 3; all people: median 0, mean 0.40; on the scale 2.10", "订单数：3；全体中位数 0，均值 0.40；标准化后 2.10"],
  ["nearest", "Cluster 2 (many orders): distance 0.120, the nearest", "第 2 群（订单数多）：距离 0.120，最近"],
);

export const kindAnswers: Record<string, unknown> = {
  "POST /api/analyses/sessions": sessions,
  "POST /api/analyses/sessions/people": sessionsPeople,
  "POST /api/analyses/sessions/explain": sessionsProof,
  "POST /api/analyses/clusters": clusters,
  "POST /api/analyses/clusters/people": clustersPeople,
  "POST /api/analyses/clusters/explain": clustersProof,
};
