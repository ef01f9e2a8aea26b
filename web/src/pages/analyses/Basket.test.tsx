import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { fourStates, ok, visit, whole } from "@/test/page";
import { known } from "../../../dev/analyses";
import { basket } from "../../../dev/basket";
import * as fixtures from "../../../dev/fixtures";

const at = (definition: unknown, more = "") => `/analyse/basket?def=${encodeURIComponent(JSON.stringify(definition))}${more}`;
type Body = { definition: Record<string, unknown> } & Record<string, unknown>;
const asked = (calls: { method: string; path: string; body: unknown }[], path = "/api/analyses/basket") =>
  calls.filter((call) => call.path === path && call.method === "POST").map((call) => call.body as Body);
const PERIOD = { last: 7, unit: "day" };

fourStates("Basket", {
  path: "/analyse/basket",
  question: { en: "What goes together?", zh: "哪些东西常常一起买？" },
  request: "POST /api/analyses/basket",
  data: "All pairs",
  empty: { body: { ...basket, pairs: [] }, text: "No pair is frequent enough" },
});

describe("Basket", () => {
  it("says how many pairs are no chance and which is strongest, and asks without cancelled lines", async () => {
    const { calls } = visit("/analyse/basket", whole());
    expect(
      await screen.findByText(
        /1,000 orders: of 4 pairs, 2 go together more than by chance\. Strongest: flight \+ bag, 1\.5 times as often as by chance; 30\.0.% of those with flight have bag\./,
      ),
    ).toBeVisible();
    expect(asked(calls)[0]?.definition).toMatchObject({ items: "goods_id", where: [{ field: "cancelled", op: "=", value: false }], top: 300 });
    expect(screen.getByText(/^Not chance/, { selector: "tr:nth-of-type(2) *" })).toBeVisible();
    expect(screen.getAllByText(/^May be chance/)).toHaveLength(2);
  });
  it("shows what goes with one item, seen from it", async () => {
    const { user, path } = visit("/analyse/basket", whole());
    const table = () => screen.getByRole("table", { name: "All pairs" });
    await user.click((await screen.findAllByTitle("Show what goes with seat"))[0] as HTMLElement);
    await waitFor(() => expect(path()).toContain("pick=seat"));
    expect(await screen.findByText("What goes with seat")).toBeVisible();
    const row = within(table()).getByText("bag").closest("tr") as HTMLElement;
    expect([...row.querySelectorAll("td")].slice(0, 5).map((cell) => cell.textContent?.replace(/\s/g, ""))).toEqual([
      "seat",
      "bag",
      "60",
      "6.00%",
      "30.0%",
    ]);
    expect(screen.getByText(/^1 item goes with seat more than by chance\./)).toBeVisible();
  });
  it("opens the baskets of a pair, also of nobody, and what each of somebody's holds", async () => {
    const { user, calls } = visit("/analyse/basket", whole());
    await user.click(await screen.findByRole("button", { name: "Show who has both flight and bag: 120" }));
    const pane = await screen.findByTestId("basket-people");
    expect(await within(pane).findByText("2 of 120 shown")).toBeVisible();
    expect(asked(calls, "/api/analyses/basket/people")[0]).toMatchObject({ one: "flight", other: "bag", asked_ms: basket.asked_ms });
    await user.click(within(pane).getByText("Nobody is known"));
    expect(within(pane).getByText("2 of 120 shown")).toBeVisible();
    await user.click(within(pane).getByText("login 10***55"));
    const lines = await within(pane).findAllByRole("listitem");
    expect(lines.map((line) => [line.getAttribute("data-why"), line.lastChild?.textContent])).toEqual([
      ["not", "flight + golf (too rare to be compared)"],
      ["counted", "flight + bag"],
    ]);
  });
  it("has no list for a masked pair", async () => {
    visit("/analyse/basket", whole());
    const row = (await screen.findByText("a***@g***.example")).closest("tr") as HTMLElement;
    expect(within(row).queryByRole("button")).toBeNull();
  });
  it("changes baskets in what is asked, and drops what has no meaning there", async () => {
    const { user, calls } = visit(at({ items: ["route"], in: "person", within: "3 days", period: PERIOD }), whole());
    await waitFor(() => expect(asked(calls)[0]?.definition).toMatchObject({ items: "route", in: "person", within: "3 days" }));
    await user.click(await screen.findByRole("combobox", { name: "Together in" }));
    await user.click(await screen.findByTitle("One trip"));
    await waitFor(() => expect(asked(calls).at(-1)?.definition).toMatchObject({ in: "trip" }));
    expect(asked(calls).at(-1)?.definition).not.toHaveProperty("within");
    await user.click(screen.getByRole("combobox", { name: "Cancelled" }));
    await user.click(await screen.findByTitle("Left out"));
    await waitFor(() => expect(asked(calls).at(-1)?.definition.where).toEqual([{ field: "cancelled", op: "=", value: false }]));
  });
  it("asks events where there are no orders", async () => {
    const { calls } = visit("/analyse/basket", { ...whole(), "GET /api/analyses/known": ok({ ...known, orders: null }) });
    await waitFor(() => expect(asked(calls)[0]?.definition).toMatchObject({ items: "route", event: { event: "search" }, in: "person" }));
  });
  it("is unfinished without items", async () => {
    visit(at({ items: [], period: PERIOD }), whole());
    expect(await screen.findByText("Finish the rules first")).toBeVisible();
  });
  it("has nothing to click for who may not see people", async () => {
    const user = { ...fixtures.session.user, permissions: ["session.own", "metrics.read"] };
    visit("/analyse/basket", { ...whole(), "GET /api/session": ok({ ...fixtures.session, user }) });
    expect(await screen.findByText("All pairs")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Show who|Show all/ })).toBeNull();
  });
});
