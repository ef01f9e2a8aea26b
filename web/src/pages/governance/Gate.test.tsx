import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { safeBack } from "@/shell/search";
import { ok, refused, visit, whole } from "@/test/page";
import { state } from "../../../dev/fixtures";
import { linkOf } from "./Welcome";

const signedOut = () => ({ ...whole(), "GET /api/session": refused(401, { code: "not_signed_in", message: "Sign in." }) });

describe("sign in", () => {
  it("is where who is not signed in is sent, and leads back", async () => {
    const server = signedOut();
    const { user, path, calls } = visit("/metrics/catalogue?q=uv", server);
    await waitFor(() => expect(path()).toMatch(/^\/signin\?back=/));
    await user.type(await screen.findByLabelText("E-mail"), "lin@gull.example");
    await user.type(screen.getByLabelText("Password"), "correct horse battery");
    server["GET /api/session"] = whole()["GET /api/session"] as never;
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    await waitFor(() => expect(path()).toMatch(/^\/metrics\/catalogue\?q=uv/));
    expect(calls.find((call) => call.method === "POST" && call.path === "/api/session")?.body).toEqual({
      email: "lin@gull.example",
      password: "correct horse battery",
    });
  });
  it("says what is wrong", async () => {
    const { user } = visit("/signin", { ...signedOut(), "POST /api/session": refused(401, { message: "E-mail or password is wrong." }) });
    await user.type(await screen.findByLabelText("E-mail"), "lin@gull.example");
    await user.type(screen.getByLabelText("Password"), "x");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByText("E-mail or password is wrong.")).toBeVisible();
  });
  it("goes back to our own pages only", () => {
    expect(["/metrics/tree", "//evil.example", "/\\evil.example", "https://evil.example", undefined].map(safeBack)).toEqual([
      "/metrics/tree",
      "/",
      "/",
      "/",
      "/",
    ]);
  });
});

describe("the first run", () => {
  it("needs the key of the link", async () => {
    expect(linkOf("#link=abc&x=1")).toBe("abc");
    expect(linkOf("")).toBe("");
    visit("/welcome", { ...whole(), "GET /api/state": ok({ ...state, first_run: true }) });
    expect(await screen.findByText("The link carries no one-time key")).toBeVisible();
  });
  it("refuses a short password and then makes the account", async () => {
    location.hash = "#link=abc";
    const { user, calls, path } = visit("/welcome", { ...whole(), "GET /api/state": ok({ ...state, first_run: true }) });
    await user.type(await screen.findByLabelText("Name"), "Lin");
    await user.type(screen.getByLabelText("E-mail"), "lin@gull.example");
    await user.type(screen.getByLabelText("Password"), "short");
    await user.click(screen.getByRole("button", { name: "Make account and enter" }));
    expect(await screen.findByText("7 more characters needed")).toBeVisible();
    expect(calls.some((call) => call.path === "/api/setup")).toBe(false);
    await user.type(screen.getByLabelText("Password"), " but longer now");
    await user.click(screen.getByRole("button", { name: "Make account and enter" }));
    await waitFor(() => expect(path()).toBe("/"));
    expect(calls.find((call) => call.path === "/api/setup")?.body).toMatchObject({ link: "abc", language: "en", password: "short but longer now" });
    location.hash = "";
  });
  it("is over when there is an administrator", async () => {
    visit("/welcome", whole());
    expect(await screen.findByText("There is an administrator already")).toBeVisible();
  });
});

describe("the shell", () => {
  it("sends the CSRF token with every change, and changes language at once", async () => {
    const { user, calls } = visit("/metrics/catalogue", whole());
    await user.click(await screen.findByText("中文"));
    expect(await screen.findByText("这个数字是什么意思？")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "账户" }));
    await user.click(await screen.findByText("退出登录"));
    await waitFor(() => expect(calls.find((call) => call.method === "DELETE")?.headers.get("X-Windsock-CSRF")).toBe("token"));
  });
  it("shows an unknown address as such", async () => {
    visit("/nowhere", whole());
    expect(await screen.findByText("There is no such page")).toBeVisible();
  });
});
