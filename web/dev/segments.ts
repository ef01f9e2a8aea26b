/** What a server answers about segments: for the tests and for looking at pages without a server. */

import type {
  Segment,
  SegmentFull,
  SegmentHistory,
  SegmentList,
  SegmentMembers,
  SegmentOverlap,
  SegmentPreview,
  SegmentReachable,
  SegmentUpload,
  SegmentUploads,
  SegmentWhy,
} from "../src/api/segments";

const START = Date.parse("2026-10-01T00:00:00Z");
const DAY = 86_400_000;
const looks: Segment = {
  name: "looks-again",
  kind: "live",
  title: { en: "Looks again", zh: "反复浏览未下单" },
  state: "active",
  version: 2,
  newest: 2,
  author: "anna",
  owner: "crm",
  changed: "2026-10-01T09:00:00+08:00",
  people: 1204,
  sizes: [900, 1010, 1180, 1204].map((members, index) => ({ at_ms: START + index * DAY, members })),
  used_by: ["reminded"],
};
const guests: Segment = { ...looks, name: "guests", kind: "list", title: { en: "Guests of partners", zh: "合作伙伴客人" }, people: 310, used_by: [] };
export const segments: SegmentList = { items: [guests, looks], next: null };
export const segmentFull: SegmentFull = {
  ...looks,
  body: {
    segment: "looks-again",
    kind: "live",
    title: looks.title,
    condition: { all: [{ did: "search", times: 3 }, { not: { did: "order_placed" } }] },
  },
  note: "",
  sentence: { en: "did search at least 3 times and not (did order_placed)", zh: "做“搜索”的次数至少 3，并且不是（做过“下单”）" },
  warnings: [],
  may_edit: true,
  may_approve: true,
};
export const segmentPreview: SegmentPreview = {
  people: 1204,
  sentence: segmentFull.sentence as { en: string; zh: string },
  kills: [
    { en: "did search at least 3 times", zh: "做“搜索”的次数至少 3", alone: 2400, without: 9100 },
    { en: "not (did order_placed)", zh: "不是（做过“下单”）", alone: 9100, without: 2400 },
  ],
  warnings: [],
};
const members: SegmentMembers = {
  total: 1204,
  people: [{ person: 12, name: "L***", ids: ["login U1***9"], entered_ms: START }],
  next: "12",
};
const why: SegmentWhy = {
  person: 12,
  met: true,
  leaves: [
    { en: "did search at least 3 times", zh: "做“搜索”的次数至少 3", met: true, figure: "4", bound: ">= 3", last_ms: START },
    { en: "did order_placed", zh: "做过“下单”", met: false, figure: "0", bound: ">= 1", last_ms: null },
  ],
};
const history: SegmentHistory = {
  runs: [3, 2, 1, 0].map((index) => ({
    run: index + 1,
    version: 2,
    at_ms: START + index * DAY,
    kind: index ? "touched" : "full",
    members: [900, 1010, 1180, 1204][index] as number,
    entered: 130,
    lost: 20,
    judged: index ? 400 : null,
    took_ms: 80,
  })),
  next: null,
};
const overlap: SegmentOverlap = {
  parts: [
    { segments: ["looks-again"], people: 1100 },
    { segments: ["looks-again", "guests"], people: 104 },
    { segments: ["guests"], people: 206 },
  ],
};
const reach: SegmentReachable = { total: 1204, ways: [{ namespace: "phone", people: 700 }] };
export const segmentUpload: SegmentUpload = {
  number: 1,
  mode: "replace",
  state: "in_force",
  file_name: "",
  rows: 315,
  ids: 312,
  unknown: 2,
  twice: 1,
  rejected: 2,
  rejections: [{ line: 7, reason: "id", length: 4 }],
  actor: "anna",
  created: "2026-10-01T09:00:00+08:00",
};
const uploads: SegmentUploads = { uploads: [segmentUpload] };

export const segmentAnswers: Record<string, unknown> = {
  "GET /api/segments": segments,
  "POST /api/segments": segmentFull,
  "POST /api/segments/preview": segmentPreview,
  "POST /api/segments/why": why,
  "GET /api/segments/overlap": overlap,
  "GET /api/segments/looks-again": segmentFull,
  "GET /api/segments/looks-again/members": members,
  "GET /api/segments/looks-again/history": history,
  "GET /api/segments/looks-again/reachable": reach,
  "POST /api/segments/looks-again/retire": {},
  "GET /api/segments/guests": { ...segmentFull, ...guests, body: { segment: "guests", kind: "list" }, sentence: null },
  "GET /api/segments/guests/members": members,
  "GET /api/segments/guests/history": history,
  "GET /api/segments/guests/reachable": reach,
  "GET /api/segments/guests/uploads": uploads,
  "POST /api/segments/guests/uploads": segmentUpload,
  "POST /api/segments/guests/uploads/undo": { ...segmentUpload, state: "undone" },
};
