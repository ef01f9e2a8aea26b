import { screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { answer } from "../../dev/fixtures";
import { ok, visit, whole } from "../test/page";

const some = (count: number) => ok({ ...answer, rows: [{ internal_events: count }] });

describe("what is left out", () => {
  it("is said beside the answer and leads to the rules", async () => {
    visit("/metrics/tree", { ...whole(), "POST /api/metrics/query": some(1234) });
    const said = await screen.findByText("1,234 internal events left out");
    expect(said).toHaveAttribute("href", expect.stringMatching(/^\/data\/plan\?view=internal/));
  });
  it("is one event where it is one", async () => {
    visit("/", { ...whole(), "POST /api/metrics/query": some(1) });
    expect(await screen.findByText("1 internal event left out")).toBeVisible();
  });
  it("is not spoken of where there is none", async () => {
    const { calls } = visit("/metrics/tree", { ...whole(), "POST /api/metrics/query": some(0) });
    await screen.findByTestId("tree");
    await expect.poll(() => calls.filter((call) => call.path === "/api/metrics/query").length).toBeGreaterThan(0);
    expect(screen.queryByText(/left out/)).toBeNull();
  });
});
