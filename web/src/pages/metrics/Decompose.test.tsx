import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { NestedPart } from "@/api/types";
import { fourStates, ok, visit, whole } from "@/test/page";
import { catalogue, decomposition } from "../../../dev/fixtures";
import { nested } from "./Decompose";
import { groupOf, groups } from "./dimensions";
import { openedText, readOpened, writeOpened } from "./TreeBelow";

fourStates("Decomposition", {
  path: "/metrics/decompose",
  question: { en: "What changed, and where inside?", zh: "变化发生在哪里？" },
  request: "POST /api/metrics/decompose",
  data: "The change, one dimension inside another",
  empty: { body: { ...decomposition, parts: [] }, text: "Nothing to split" },
});

const part = (extra: object): NestedPart =>
  ({ kind: "value", from: "1", to: "2", change: "1", rate: null, mix: null, share_from: null, share_to: null, ...extra }) as unknown as NestedPart;

describe("Decomposition", () => {
  it("asks for one dimension inside another, as the address says", async () => {
    const { calls } = visit("/metrics/decompose?metric=revenue&start=2026-10-24&end=2026-11-20&by=sales_channel,property", whole());
    await waitFor(() =>
      expect(calls.find((call) => call.path === "/api/metrics/decompose")?.body).toMatchObject({ by: ["sales_channel", "property"] }),
    );
  });
  it("warns of Simpson's case", async () => {
    visit("/metrics/decompose", { ...whole(), "POST /api/metrics/decompose": ok({ ...decomposition, simpson: true }) });
    expect(await screen.findByText(/the mix did it/)).toBeVisible();
  });
  it("does not ask for the parts of a percentile, and says why", async () => {
    const percentile = { ...catalogue.metrics[0], name: "time_to_pay", title: { en: "Time to pay", zh: "支付用时" }, additivity: "none" };
    const { calls } = visit("/metrics/decompose?metric=time_to_pay&start=2026-10-24&end=2026-11-20", {
      ...whole(),
      "GET /api/metrics/catalogue": ok({ ...catalogue, metrics: [...catalogue.metrics, percentile] }),
    });
    expect(await screen.findByText("Time to pay can't be split")).toBeVisible();
    expect(calls.filter((call) => call.path === "/api/metrics/decompose")).toEqual([]);
  });
  it("puts parts under the value they stand in", () => {
    const rows = nested([part({ a: "x", inside: [part({ a: "x", b: "y" })] })], ["a", "b"], (by, one) => String(one[by]));
    expect(rows[0]?.name).toBe("x");
    expect(rows[0]?.children?.[0]?.name).toBe("y");
  });
});

describe("the groups of dimensions", () => {
  it("puts each into the group that people look for", () => {
    expect([groupOf("sales_channel"), groupOf("route"), groupOf("room_type"), groupOf("member"), groupOf("weather")]).toEqual([
      "channel",
      "market",
      "product",
      "customer",
      "other",
    ]);
    expect(groups(catalogue.dimensions)[0]?.group).toBe("channel");
  });
});

describe("what is open below the tree", () => {
  it("reads what it wrote, and drops what is no dimension", () => {
    const opened = [
      { node: "revenue", by: "sales_channel" },
      { node: "revenue/sales_channel=web", by: "route" },
    ];
    expect(readOpened(writeOpened(opened))).toEqual(opened);
    expect(readOpened("revenue|DROP TABLE")).toEqual([]);
    expect(readOpened(Array(9).fill("revenue|route").join("~"))).toHaveLength(6);
    expect(openedText({ node: "revenue/sales_channel=web", by: "route" }, () => "Route")).toBe("web › Route");
  });
});
