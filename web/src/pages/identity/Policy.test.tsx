import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { withRights } from "@/test/admin";
import { fourStates, ok, visit, whole } from "@/test/page";
import { policy } from "../../../dev/persons";
import { blocked, differences, withBlocked, withLimit } from "./policy";

fourStates("Identity policy", {
  path: "/people/policy",
  question: { en: "What counts as one person?", zh: "什么样的证据算同一个人？" },
  request: "GET /api/identity/policy",
  data: "Same loyalty card",
  permission: "people.see",
});

describe("Identity policy", () => {
  it("is tried before it can be switched on, then runs in the background", async () => {
    const { user, calls } = visit("/people/policy", whole());
    expect(await screen.findByText(/Version 3 is in force: 11,482 people/)).toBeVisible();
    const enact = screen.getByRole("button", { name: "Switch on" });
    expect(enact).toBeDisabled();
    await user.click(screen.getByRole("switch", { name: "Same device: May join" }));
    expect(screen.getByText("1 change")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Try it" }));
    const found = await screen.findByTestId("preview");
    expect(found).toHaveTextContent("11,390");
    expect(found).toHaveTextContent("\u221292");
    const sent = calls.find((call) => call.path === "/api/identity/policy/preview")?.body as { body: typeof policy.body };
    expect(sent.body.kinds.device).toEqual({ priority: 40, joins: false });
    await waitFor(() => expect(enact).toBeEnabled());
    await user.click(enact);
    const ask = await screen.findByTestId("reason");
    await user.click(within(ask).getByLabelText("Reason"));
    await user.paste("Kiosks");
    await user.click(within(ask).getByRole("button", { name: "Switch on" }));
    expect(await screen.findByTestId("job")).toHaveTextContent(/40.0.% done/);
  }, 60_000);
  it("asks to try again once it was changed since", async () => {
    const { user } = visit("/people/policy", whole());
    await user.click(await screen.findByRole("switch", { name: "Same cookie: May join" }));
    await user.click(screen.getByRole("button", { name: "Try it" }));
    await screen.findByTestId("preview");
    await user.click(screen.getByRole("switch", { name: "Same device: May join" }));
    expect(await screen.findByText("The policy was changed since; try it again.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Switch on" })).toBeDisabled();
    await user.click(screen.getByRole("button", { name: "Drop the changes" }));
    expect(await screen.findByText("The same as the policy in force")).toBeVisible();
  });
  it("never lets a mere claim join, and hides switching from who may not", async () => {
    visit("/people/policy", withRights(whole(), ["session.own", "people.see"]));
    expect(await screen.findAllByText("Never by itself")).toHaveLength(2);
    expect(screen.queryByRole("button", { name: "Switch on" })).toBeNull();
  });
  it("names the built-in policy, and one on its way", async () => {
    visit("/people/policy", { ...whole(), "GET /api/identity/policy": ok({ ...policy, version: 0, pending: 1 }) });
    expect(await screen.findByText(/The built-in policy is in force/)).toBeVisible();
    expect(screen.getByText("Version 1 is being switched on")).toBeVisible();
  });
});

describe("the policy as a form", () => {
  it("counts what differs, whatever the order", () => {
    const { body } = policy;
    expect(differences(body, structuredClone(body))).toBe(0);
    expect(differences(body, { ...body, naming: [...body.naming].reverse() })).toBe(0);
    expect(differences(body, withLimit(body, "phone", 2))).toBe(1);
    expect(differences(body, withLimit(body, "login", null))).toBe(1);
    expect(differences(body, withBlocked(body, "email", ["a@b.example"]))).toBe(1);
  });
  it("keeps blocked values once, and drops an empty list", () => {
    const { body } = policy;
    const more = withBlocked(body, "phone", ["+862112345678", " +8613900000000 ", "+862112345678", ""]);
    expect(blocked(more, "phone")).toEqual(["+862112345678", "+8613900000000"]);
    expect(withBlocked(more, "phone", []).blocked).toEqual({});
    expect(blocked(withBlocked(body, "blocked_domains", ["x.example"]), "blocked_domains")).toEqual(["x.example"]);
  });
});
