import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, visit, whole } from "@/test/page";
import { assessment } from "../../../dev/targets";

fourStates("Assessment", {
  path: "/metrics/assessment",
  question: { en: "Who reached what?", zh: "谁达成了多少？" },
  request: "GET /api/assessment",
  data: "Pace so far 92.0: 0 of 1 target on pace, 1 behind.",
  empty: { body: { ...assessment, owners: [], open: 0 }, text: "This period has no target" },
});

describe("Assessment", () => {
  it("says that a running period is provisional, and what is only tracked", async () => {
    visit("/metrics/assessment", whole());
    expect(await screen.findByText("Provisional")).toBeVisible();
    const owner = screen.getByRole("region", { name: /Operations lead/ });
    expect(owner).toHaveTextContent("92.0 points");
    expect(within(owner).getByText("tracked only")).toBeVisible();
  });
  it("opens the target behind a line", async () => {
    const { user, path } = visit("/metrics/assessment?period=2026-11", whole());
    await user.click((await screen.findAllByText("Revenue"))[0] as HTMLElement);
    await waitFor(() => expect(path()).toContain("/metrics/targets?period=2026-11&target=target_1"));
  });
});
