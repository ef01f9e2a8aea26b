import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { asAdmin } from "@/test/admin";
import { fourStates, refused, visit, whole } from "@/test/page";
import { members } from "../../../dev/people";
import { found } from "./Members";

fourStates("Members", {
  path: "/admin/members",
  question: { en: "Who works here?", zh: "谁在这里工作？" },
  request: "GET /api/members",
  data: "Pat Okafor",
  permission: "members.manage",
  empty: { body: { members: [], next_cursor: null }, text: "No member fits" },
});

describe("Members", () => {
  it("counts who may sign in, and finds by a word in the address", async () => {
    visit("/admin/members?q=chen", whole());
    expect(await screen.findByText("chen@gull.example")).toBeVisible();
    expect(screen.queryByText("pat@gull.example")).toBeNull();
    expect(screen.getByText("3 members may sign in, 1 of them an administrator; 1 disabled.")).toBeVisible();
  });
  it("adds a member and shows the first password once", async () => {
    const { user, calls } = visit("/admin/members", whole());
    await user.click(await screen.findByRole("button", { name: /Add a member/ }));
    const pane = await screen.findByTestId("add-member");
    await user.type(within(pane).getByLabelText("Name"), "Mei");
    await user.type(within(pane).getByLabelText("E-mail"), "mei@gull.example");
    const password = (within(pane).getByLabelText("First password") as HTMLInputElement).value;
    expect(password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    await user.click(within(pane).getByRole("radio", { name: "Analyst" }));
    await user.click(within(pane).getByRole("button", { name: "Add member" }));
    expect(await screen.findByTestId("secret")).toHaveTextContent(password);
    const sent = calls.find((call) => call.method === "POST" && call.path === "/api/members")?.body;
    expect(sent).toEqual({ name: "Mei", email: "mei@gull.example", password, role: "analyst", language: "en" });
  });
  it("keeps the form and says why when the address is taken", async () => {
    const taken = refused(409, { message: "A member with this e-mail address exists.", where: "email", fix: "Use another address." });
    const { user } = visit("/admin/members", { ...whole(), "POST /api/members": taken });
    await user.click(await screen.findByRole("button", { name: /Add a member/ }));
    const pane = await screen.findByTestId("add-member");
    await user.type(within(pane).getByLabelText("Name"), "Mei");
    await user.type(within(pane).getByLabelText("E-mail"), "pat@gull.example");
    await user.click(within(pane).getByRole("button", { name: "Add member" }));
    expect(await within(pane).findByRole("alert")).toHaveTextContent("Use another address.");
    expect(within(pane).getByLabelText("Name")).toHaveValue("Mei");
  });
  it("changes a role, disables only after asking, and shows what somebody did", async () => {
    const { user, calls } = visit("/admin/members?member=mem_2", asAdmin(whole()));
    const pane = await screen.findByTestId("member");
    expect(await within(pane).findByText("metrics.exported")).toBeVisible();
    await user.click(within(pane).getByRole("radio", { name: "Viewer" }));
    await user.click(within(pane).getByRole("button", { name: "Make Viewer" }));
    await waitFor(() => expect(calls.find((call) => call.method === "PATCH")?.body).toEqual({ role: "viewer" }));
    await user.click(within(pane).getByRole("button", { name: "Disable account" }));
    const ask = await screen.findByTestId("reason");
    expect(calls.filter((call) => call.method === "PATCH")).toHaveLength(1);
    await user.click(within(ask).getByRole("button", { name: "Disable account" }));
    await waitFor(() => expect(calls.filter((call) => call.method === "PATCH").at(-1)?.body).toEqual({ state: "disabled" }));
  });
  it("leaves the only administrator alone", async () => {
    visit("/admin/members?member=usr_1", whole());
    const pane = await screen.findByTestId("member");
    expect(within(pane).getByText(/only administrator/)).toBeVisible();
    expect(within(pane).getByRole("button", { name: "Disable account" })).toBeDisabled();
  });
});

describe("the filter", () => {
  it("looks into names and addresses, and by role", () => {
    const ids = (asked: string, role = "") => found(members.members, asked, role).map((entry) => entry.id);
    expect(ids("PAT")).toEqual(["mem_2"]);
    expect(ids("陈")).toEqual(["mem_3"]);
    expect(ids("gull", "viewer")).toEqual(["mem_4"]);
    expect(ids("")).toHaveLength(4);
  });
});
