import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { known } from "../../../dev/analyses";
import { seasons } from "../../../dev/separates";
import * as s from "./seasonsDefinition";

type Call = { path: string; body: unknown };
const asked = (calls: Call[], path = "/api/analyses/seasons") =>
  calls.filter((call) => call.path === path).map((call) => call.body as Record<string, unknown> & { definition: s.SeasonsDefinition });
const DEF = { metric: "revenue", period: { last: 60, unit: "day" }, where: ["sales_channel=web"], span: 13 };
const at = (definition: unknown, more = "") => `/analyse/seasons?def=${encodeURIComponent(JSON.stringify(definition))}${more}`;
const missing = seasons.points.map((point) => ({ ...point, value: null }));

fourStates("Seasons", {
  path: "/analyse/seasons",
  question: { en: "What is trend, what comes back, what is left?", zh: "哪些是趋势，哪些会重来，剩下什么？" },
  request: "POST /api/analyses/seasons",
  data: "What the weekday brings",
  empty: { body: { ...seasons, points: missing }, text: "The metric has no values in these days" },
});

describe("Seasons", () => {
  it("say how strong what comes back is, and which day stands out", async () => {
    visit(at(DEF), whole());
    expect(await screen.findByText(/Revenue: the pattern of the week is strong, the trend is weak\./)).toBeVisible();
    expect(
      screen.getByText(/1 of 27 days is unusual, most of all Wed 14 Oct 2026: \+60 beside what was to be expected \(\+20\.2 deviations\)\./),
    ).toBeVisible();
    const table = screen.getByRole("table", { name: "What was unusual, farthest off first" });
    expect(within(table).getByText("393")).toBeVisible();
    expect(within(table).getByText("333")).toBeVisible();
  });
  it("open the rows behind a day, filtered as it was asked", async () => {
    const { user, calls, path } = visit(at(DEF), whole());
    await user.click(await screen.findByRole("cell", { name: "Wed 14 Oct 2026" }));
    const pane = await screen.findByTestId("rows");
    expect(await within(pane).findByText(/\+20\.2 deviations from what was to be expected/)).toBeVisible();
    expect(calls.find((call) => call.path === "/api/metrics/rows")?.body).toMatchObject({
      metric: "revenue",
      from: "2026-10-14",
      to: "2026-10-14",
      where: [{ field: "sales_channel", op: "=", value: "web" }],
    });
    expect(path()).toContain("2026-10-14");
  });
  it("ask what the address says, and for hours of fewer days", async () => {
    const { user, calls } = visit(at(DEF), whole());
    await waitFor(() => expect(asked(calls)[0]?.definition).toEqual(DEF));
    await user.click(screen.getByRole("combobox", { name: "By" }));
    await user.click(await screen.findByTitle("Hour"));
    await waitFor(() => expect(asked(calls).at(-1)?.definition).toEqual({ ...DEF, by: "hour", period: { last: 28, unit: "day" } }));
  });
  it("are there where no event was ever stored", async () => {
    visit(at(DEF), { ...whole(), "GET /api/analyses/known": ok({ ...known, events: [] }) });
    expect(await screen.findByText("What the weekday brings")).toBeVisible();
  });
  it("say that the period is too short for a season", async () => {
    const short = { ...seasons, seasons: [], steady: {}, season_strengths: {}, points: seasons.points.map((point) => ({ ...point, seasons: {} })) };
    visit(at(DEF), { ...whole(), "POST /api/analyses/seasons": ok(short) });
    expect(await screen.findByText(/The period is too short for a season: a week takes 21 days/)).toBeVisible();
    expect(screen.queryByText("What the weekday brings")).toBeNull();
  });
});

describe("a view of seasons of the address", () => {
  it("is refused where it is none", () => {
    for (const wrong of [null, {}, { metric: 1 }, { metric: "a", by: "week" }, { metric: "a", where: [1] }]) expect(s.readSeasons(wrong)).toBeNull();
    expect(s.readSeasons({ metric: "a" })).toEqual({ metric: "a", period: { last: 28, unit: "day" } });
  });
  it("takes its filters to the rows where they can be told", () => {
    expect(s.conditions(["a=b", "c != d e"])).toEqual([
      { field: "a", op: "=", value: "b" },
      { field: "c", op: "!=", value: "d e" },
    ]);
    expect(s.conditions(["a in b,c"])).toBeNull();
    expect(s.conditions(undefined)).toEqual([]);
  });
  it("tells what a weekday brings as it was last, from Monday on", () => {
    const told = s.phases(seasons, "week");
    expect(told.map((phase) => phase.value)).toEqual([40, 5, 33, 4, -6, -42, -34]);
    expect(s.phases({ ...seasons, by: "hour" }, "week")).toEqual([]);
  });
  it("has no more digits than it is worth", () => {
    expect([s.roundly("334.63", "count"), s.roundly("-3.456", "count"), s.roundly("0.1234", "ratio"), s.roundly(null, "count")]).toEqual([
      "335",
      "-3.46",
      "0.1234",
      null,
    ]);
    expect(["0.92", "0.5", "0.1", null].map(s.strength)).toEqual(["strong", "clear", "weak", "none"]);
  });
});
