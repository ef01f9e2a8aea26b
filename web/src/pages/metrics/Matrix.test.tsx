import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { choose, fourStates, visit, whole } from "@/test/page";
import { matrix } from "../../../dev/channels";
import { differs } from "./Matrix";

fourStates("Matrix", {
  path: "/metrics/matrix",
  question: { en: "Which work moves which goal?", zh: "哪项运营动作影响哪个目标？" },
  request: "GET /api/metrics/matrix",
  data: "Operation modules and goals",
  empty: { body: { ...matrix, cells: [] }, text: "The matrix has no places" },
});

describe("Matrix", () => {
  it("shows the judgement beside what was measured, and that they differ", async () => {
    visit("/metrics/matrix", whole());
    const cell = await screen.findByRole("button", { name: "Price on Conversion: Lowers" });
    expect(cell).toHaveTextContent("+3.2");
    expect(cell.querySelector(".differs")).not.toBeNull();
    const filled = matrix.cells[1];
    expect(filled && differs(filled)).toBe(true);
  });
  it("fills a cell with the version that was seen", async () => {
    const { calls, user, path } = visit("/metrics/matrix", whole());
    await user.click(await screen.findByRole("button", { name: "Stock on Visitors (UV): not judged" }));
    expect(path()).toContain("cell=stock.uv");
    choose(await screen.findByText("Raises"));
    await user.click(screen.getByRole("button", { name: "Keep" }));
    await waitFor(() => expect(calls.some((call) => call.method === "PUT")).toBe(true));
    expect(calls.find((call) => call.method === "PUT")).toMatchObject({
      path: "/api/metrics/matrix/stock/uv",
      body: { direction: "up", size: 1, effort: 0, note: "", version: 0 },
    });
  });
});
