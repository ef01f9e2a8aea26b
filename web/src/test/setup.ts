/** What every test starts from. */

import "@testing-library/jest-dom/vitest";
import "@/words";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

// Generous, because a busy machine is slow; short output, because the page is long.
configure({ asyncUtilTimeout: 8000, getElementError: (message) => new Error(message?.split("\n")[0] ?? "") });

class StillObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
vi.stubGlobal("ResizeObserver", StillObserver);
// A canvas is not drawn here; what a chart is given is tested where it is made.
vi.mock("@/charts/EChart", async () => {
  const { createElement } = await import("react");
  return { EChart: ({ label }: { label: string }) => createElement("div", { role: "img", "aria-label": label, "data-ready": "1" }), tip: () => "" };
});
HTMLCanvasElement.prototype.getContext = (() => null) as never;

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.stubGlobal("ResizeObserver", StillObserver);
});
