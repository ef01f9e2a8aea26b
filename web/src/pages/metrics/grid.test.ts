import { describe, expect, it } from "vitest";
import type { At } from "@/api/boards";
import { COLUMNS, clamp, compact, move, overlaps, type Placed, room, step } from "./grid";

const at = (x: number, y: number, w: number, h: number): At => ({ x, y, w, h });
const items: Placed[] = [
  { id: "a", at: at(0, 0, 6, 3) },
  { id: "b", at: at(6, 0, 6, 3) },
  { id: "c", at: at(0, 3, 12, 4) },
];
const where = (placed: Placed[], id: string) => placed.find((item) => item.id === id)?.at;

describe("the grid", () => {
  it("lets panels make way for the one that is moved", () => {
    const moved = move(items, "c", at(0, 0, 12, 4));
    expect(where(moved, "c")).toEqual(at(0, 0, 12, 4));
    expect(where(moved, "a")?.y).toBe(4);
    expect(where(moved, "b")?.y).toBe(4);
  });
  it("leaves nothing in the air", () => {
    expect(where(compact([{ id: "x", at: at(3, 40, 4, 2) }]), "x")?.y).toBe(0);
  });
  it("keeps panels inside twelve columns and above a least size", () => {
    expect(clamp(at(11, -4, 1, 99))).toEqual(at(10, 0, 2, 24));
  });
  it("moves past the neighbour by key, and back", () => {
    const down = step(items, "a", "down");
    expect(where(down, "a")?.y).toBe(where(down, "c") ? (where(down, "c") as At).y + 4 : -1);
    expect(where(step(down, "a", "up"), "a")?.y).toBe(0);
  });
  it("grows by key, to the left where there is no room at the right", () => {
    const wider = where(step(items, "b", "wider"), "b");
    expect(wider).toMatchObject({ x: 5, w: 7 });
  });
  it("never lets two panels cover each other, whatever is done", () => {
    let placed = Array.from({ length: 9 }, (_, index): Placed => ({ id: String(index), at: at((index * 5) % 8, index * 2, 4, 3) }));
    placed = compact(placed);
    let seed = 7;
    const next = (most: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % most;
    };
    for (let turn = 0; turn < 300; turn += 1) {
      placed = move(placed, String(next(9)), at(next(14) - 1, next(20), 1 + next(13), 1 + next(8)));
      const wrong = placed.filter((one) => one.at.x + one.at.w > COLUMNS || placed.some((other) => other !== one && overlaps(one.at, other.at)));
      expect(wrong).toEqual([]);
    }
  });
  it("finds room under everything", () => {
    expect(room(items, 4, 3)).toEqual(at(0, 7, 4, 3));
    expect(room([], 4, 3)).toEqual(at(0, 0, 4, 3));
  });
});
