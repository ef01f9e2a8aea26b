import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { choose, fourStates, ok, refused, visit, whole } from "@/test/page";
import { keys, live, sources } from "../../../dev/data";
import { session, workspace } from "../../../dev/fixtures";
import { joined } from "./LiveEvents";
import { codeOf } from "./NewSource";
import { lastHour, stateOf } from "./Sources";

fourStates("Sources", {
  path: "/data/sources",
  question: { en: "Is data coming in?", zh: "数据进来了吗？" },
  request: "GET /api/sources",
  data: "Mini-program",
  empty: { body: { sources: [] }, text: "There is no source of data yet" },
  permission: "sources.read",
});

const mine = () => ({ ...whole(), "GET /api/keys": ok(keys) });
const only = (permissions: string[]) => ok({ ...session, workspace, user: { ...session.user, permissions } });

describe("Sources", () => {
  it("answers first: who is behind, and how much came in the hour", async () => {
    visit("/data/sources", whole());
    expect((await screen.findByText(/Late or silent: Mobile app/)).textContent).toMatch(
      /\(1 of 5 sources\)\. In the last hour [\d,]+ events came, 1\.60/,
    );
  });
  it("puts what is behind first, and a source that never sent is listened to, not silent", async () => {
    visit("/data/sources", whole());
    const rows = within(await screen.findByRole("table")).getAllByRole("row");
    expect(rows[1]).toHaveTextContent(/Late.*Mobile app/);
    expect(screen.getByText("Listening").closest("tr")).toHaveTextContent("Airport kiosks");
  });
  it("shows a dash, never zero, where nothing can be known", async () => {
    visit("/data/sources", whole());
    const row = (await screen.findByText("Booking system")).closest("tr") as HTMLElement;
    expect(row).toHaveTextContent("Imported from files");
    expect(within(row).getAllByText("—").length).toBeGreaterThanOrEqual(4);
  });
  it("opens a source", async () => {
    const { user, path } = visit("/data/sources", mine());
    await user.click(await screen.findByText("Website"));
    await waitFor(() => expect(path()).toBe("/data/sources/web"));
    expect(await screen.findByRole("heading", { level: 1, name: "What is Website sending?" })).toBeVisible();
  });
  it("adds a source with a code from its name, then listens to it", async () => {
    const server = { ...mine(), "GET /api/events/live": ok({ items: [], next: null }) };
    const { user, calls, path } = visit("/data/sources?new=1", server);
    await user.type(await screen.findByLabelText("Name"), "Kiosk");
    expect(screen.getByLabelText("Code")).toHaveValue("kiosk");
    await user.click(screen.getByRole("button", { name: "Add and listen" }));
    await waitFor(() => expect(path()).toBe("/data/sources/kiosk"));
    expect(calls.find((call) => call.method === "POST")?.body).toEqual({ name: "Kiosk", source: "kiosk", kind: "web" });
    expect(await screen.findByTestId("listening")).toHaveTextContent("Listening for the first event");
  });
  it("says what was refused when a source can't be added", async () => {
    const server = { ...whole(), "POST /api/sources": refused(409, { message: "There is a source 'web' already." }) };
    const { user } = visit("/data/sources?new=1", server);
    await user.type(await screen.findByLabelText("Name"), "Web");
    await user.click(screen.getByRole("button", { name: "Add and listen" }));
    expect(await screen.findByText("There is a source 'web' already.")).toBeVisible();
  });
  it("offers nothing to who may only read", async () => {
    visit("/data/sources?new=1", { ...whole(), "GET /api/session": only(["sources.read"]) });
    expect(await screen.findByText("Website")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Add source/ })).toBeNull();
    expect(screen.queryByLabelText("Code")).toBeNull();
    expect(screen.queryByRole("link", { name: /Members/ })).toBeNull();
    expect(screen.getByRole("link", { name: /Quarantine/ })).toBeVisible();
  });
});

fourStates("One source", {
  path: "/data/sources/web",
  question: { en: "What is Website sending?", zh: "Website正在送来什么？" },
  request: "GET /api/sources",
  data: "What is arriving now?",
  empty: { body: { sources: [] }, text: "There is no such source" },
  permission: "sources.read",
});

describe("One source", () => {
  it("shows what arrives, newest first, with what the checks said", async () => {
    visit("/data/sources/web", mine());
    const rows = within((await screen.findAllByRole("table"))[0] as HTMLElement).getAllByRole("row");
    expect(rows[1]).toHaveTextContent("08:59:58");
    expect(screen.getAllByText("needed property missing").length).toBeGreaterThan(0);
    expect(screen.getAllByText("bot").length).toBeGreaterThan(0);
  });
  it("asks for what came since, and for nothing while paused", async () => {
    const { calls, user } = visit("/data/sources/web", mine());
    await screen.findAllByText("needed property missing");
    const asked = () => calls.filter((call) => call.path === "/api/events/live");
    expect(asked()[0]?.search).not.toContain("after");
    await waitFor(() => expect(asked().some((call) => call.search.includes("after=40"))).toBe(true), { timeout: 6000 });
    await user.click(screen.getByRole("button", { name: /Pause/ }));
    expect(screen.getByText("paused")).toBeVisible();
    const count = asked().length;
    await new Promise((resolve) => setTimeout(resolve, 2600));
    expect(asked().length - count).toBeLessThanOrEqual(1);
  });
  it("keeps the filter and the open event in the address", async () => {
    const { user, path } = visit("/data/sources/web", mine());
    await screen.findAllByText("needed property missing");
    const table = () => within(screen.getAllByRole("table")[0] as HTMLElement);
    choose(screen.getByRole("radio", { name: "Quarantined" }));
    await waitFor(() => expect(path()).toContain("state=quarantined"));
    const row = table().getAllByRole("row")[1] as HTMLElement;
    await user.click(row);
    await waitFor(() => expect(path()).toContain("event=e"));
    const pane = await screen.findByTestId("event");
    expect(pane).toHaveTextContent("PVG-CDG");
    expect(within(pane).getByRole("link", { name: "See such events in quarantine" })).toHaveAttribute(
      "href",
      "/data/quarantine?source=web&reason=missing_property",
    );
  });
  it("fills the key into the code and makes a key that is shown once", async () => {
    const { user, calls } = visit("/data/sources/web", mine());
    expect(await screen.findByText(/analytics\.load\("wpk_2f6c9a7d41e84b0c"/)).toBeVisible();
    expect(calls.find((call) => call.path.endsWith("/snippets"))?.search).toBe("?key=key_1");
    await user.click(screen.getByRole("button", { name: "New key" }));
    await user.type(screen.getByLabelText("Used where"), "Night job");
    choose(screen.getByRole("radio", { name: "Server" }));
    await user.click(screen.getByRole("button", { name: "Make key" }));
    expect(await screen.findByText(/shown this once/)).toBeVisible();
    expect(calls.find((call) => call.method === "POST")?.body).toEqual({ source: "web", name: "Night job", kind: "server", sensors_default: false });
  });
  it("asks before a key is revoked", async () => {
    const { user, calls } = visit("/data/sources/web", mine());
    await user.click((await screen.findAllByRole("button", { name: "Revoke" }))[0] as HTMLElement);
    expect(await screen.findByText('Revoke the key "Browser"?')).toBeVisible();
    const buttons = screen.getAllByRole("button", { name: "Revoke" });
    await user.click(buttons[buttons.length - 1] as HTMLElement);
    await waitFor(() => expect(calls.some((call) => call.method === "DELETE" && call.path === "/api/keys/key_1")).toBe(true));
  });
  it("asks before a source is stopped", async () => {
    const { user, calls } = visit("/data/sources/web", mine());
    await user.click(await screen.findByRole("button", { name: "Stop receiving" }));
    expect(await screen.findByText(/What it sends is refused/)).toBeVisible();
    const buttons = screen.getAllByRole("button", { name: "Stop receiving" });
    await user.click(buttons[buttons.length - 1] as HTMLElement);
    await waitFor(() => expect(calls.find((call) => call.method === "PUT")?.body).toEqual({ running: false }));
  });
  it("shows neither events nor code to who may see neither", async () => {
    const { calls } = visit("/data/sources/web", { ...mine(), "GET /api/session": only(["sources.read"]) });
    expect(await screen.findByText(/"events.see"/)).toBeVisible();
    expect(await screen.findByText(/"sources.manage"/)).toBeVisible();
    expect(calls.some((call) => call.path.includes("live") || call.path.includes("snippets"))).toBe(false);
  });
});

describe("what the pages make of a source", () => {
  const [web, , , , kiosk] = sources.sources;
  it("tells states apart", () => {
    if (!web || !kiosk) throw new Error("fixtures");
    expect(stateOf(web)).toBe("ok");
    expect(stateOf(kiosk)).toBe("listening");
    expect(stateOf({ ...web, stopped: "2026-11-20T00:00:00+00:00" })).toBe("stopped");
    expect(lastHour(kiosk)).toBeNull();
    expect(
      lastHour({
        ...web,
        strip: [
          { at: "", received: 5, bad: 1 },
          { at: "", received: 2, bad: 0 },
        ],
      }),
    ).toEqual({ received: 7, bad: 1 });
  });
  it("makes a code of a name", () => {
    expect(codeOf("Mobile App 2")).toBe("mobile-app-2");
    expect(codeOf("  ")).toBe("");
    expect(codeOf("-Café-")).toBe("cafe");
  });
  it("joins what arrives: each event once, the newest kept, a missing cursor changes none", () => {
    const first = joined(undefined, live);
    expect(joined(first, { items: live.items, next: null })).toEqual(first);
    const many = Array.from({ length: 300 }, (_, index) => ({ ...(live.items[0] as (typeof live.items)[0]), id: `x${index}` }));
    const all = joined(first, { items: many, next: "9" });
    expect(all.items).toHaveLength(200);
    expect(all.items.at(-1)?.id).toBe("x299");
    expect(all.next).toBe("9");
  });
});
