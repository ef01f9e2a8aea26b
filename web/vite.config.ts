/** The build of the page: out into the Python package, so that the wheel carries it. */

import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { mockServer } from "./dev/mock.ts";

const api = process.env.WINDSOCK_DEV_API ?? "http://127.0.0.1:8901";
const mocked = process.env.WINDSOCK_DEV_MOCK === "1";

export default defineConfig({
  plugins: [react(), ...(mocked ? [mockServer()] : [])],
  resolve: { alias: { "@": resolve(import.meta.dirname, "src") } },
  build: {
    outDir: process.env.WINDSOCK_WEB_OUT ?? resolve(import.meta.dirname, "../src/windsock/http/static"),
    emptyOutDir: true,
    // No inline module preload script and no data: URLs, because the page is served with a strict content security policy.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    target: "es2022",
  },
  server: {
    host: "127.0.0.1",
    port: 5173,
    strictPort: true,
    ...(mocked ? {} : { proxy: { "/api": api, "/health": api } }),
  },
  test: {
    environment: "happy-dom",
    setupFiles: ["src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    testTimeout: 20_000,
    maxWorkers: "100%", // the default leaves a core idle, half the time on a machine with two
  },
});
