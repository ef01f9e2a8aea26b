import { describe, expect, it } from "vitest";
import { itemOf, NAV } from "./nav";

describe("the rail", () => {
  it("lights the item of the page, and the nearest one above pages without an item", () => {
    expect(itemOf("/")).toBe("/");
    expect(itemOf("/people/101")).toBe("/people");
    expect(itemOf("/people/review")).toBe("/people/review");
    expect(itemOf("/data/sources/web")).toBe("/data/sources");
    expect(itemOf("/peoples")).toBe("/");
  });
  it("has each address once", () => {
    const all = NAV.flatMap((group) => group.items.map((item) => item.to));
    expect(new Set(all).size).toBe(all.length);
  });
});
