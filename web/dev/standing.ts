/** What a server answers about where buyers stand: for the tests and for looking at pages without a server. */

import type { Standing, StandingMonth, StandingPeople } from "../src/api/standing";

const CODES = ["111", "101", "011", "001", "110", "100", "010", "000"];
const month = (name: string, important: number, lost: number): StandingMonth => ({
  month: name,
  frozen_ms: 1_793_600_000_000,
  version: 0,
  rules: {},
  thresholds: { recency: "121.5", frequency: "2.4", monetary: "1250" },
  classed: 1000,
  classes: CODES.map((code) => ({ code, people: code === "111" ? important : code === "000" ? 1000 - important : 0, money: "1000.0000" })),
  stages: [
    { stage: "new", people: 100 },
    { stage: "growing", people: 150 },
    { stage: "mature", people: 200 },
    { stage: "dozing", people: 150 },
    { stage: "at_risk", people: 100 },
    { stage: "lost", people: 300 + lost },
  ],
  moves: [
    { before: "mature", stage: "mature", people: 180 },
    { before: "at_risk", stage: "lost", people: lost },
    { before: null, stage: "new", people: 100 },
  ],
  active_before: 700,
  lost,
});
export const standing: Standing = {
  rules: {},
  version: 0,
  currency: "CNY",
  classes: CODES.map((code) => ({ code, en: code === "111" ? "Champions" : `Class ${code}`, zh: code === "111" ? "重要价值客户" : `分层 ${code}` })),
  months: [month("2026-08", 180, 42), month("2026-09", 190, 35)],
};
export const standingPeople: StandingPeople = {
  total: 1,
  people: [
    {
      person: 12,
      name: "login 10***55",
      rfm: "111",
      stage: "mature",
      before: "mature",
      member: true,
      days: 12,
      orders: 9,
      money: "18200.0000",
      gap: 31.5,
    },
  ],
  next: null,
};
export const standingAnswers = { "GET /api/standing": standing, "GET /api/standing/2026-09/people": standingPeople };
