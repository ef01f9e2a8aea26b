/** An RFM grid as data: what the address carries, how the builder changes it, and whose list is open. */

import type { Known } from "@/api/analyses";
import type { RfmAnswer, RfmCell, RfmPlace } from "@/api/money";
import { toNumber } from "@/kit/format";
import { type Asked, isObject, readObject, readPeriod } from "./given";
import { type Money, readMoney, usualMonths, wholeMoney } from "./money";
import { wholeWho } from "./who";

export const AXES = ["recency", "frequency", "monetary"] as const;
export type Axis = (typeof AXES)[number];
export const SCORES = [5, 4, 3, 2, 1] as const;
/** Codes of the eight groups, much money first; in each row from recent and often to neither. */
export const CODES = ["111", "101", "011", "001", "110", "100", "010", "000"] as const;
export type Code = (typeof CODES)[number];
export const SIDES = ["mean", "median", "given"] as const;
export type Side = (typeof SIDES)[number];

export type Cuts = Record<Axis, number[]>;
export type Thresholds = Record<Axis, number>;
export type Rfm = Asked & { money?: Money; monetary?: "order" | "total"; cuts?: Cuts; thresholds?: "mean" | "median" | Thresholds };

/** Where scores begin when somebody wants fixed ones: days fall. */
export const CUTS: Cuts = { recency: [180, 90, 30, 7], frequency: [2, 3, 5, 10], monetary: [500, 1000, 2000, 5000] };
export const THRESHOLDS: Thresholds = { recency: 90, frequency: 2, monetary: 1500 };
const CUTS_EACH = 4;

const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every((one) => typeof one === "number");
const hasAxes = (value: unknown, is: (one: unknown) => boolean): boolean => isObject(value) && AXES.every((axis) => is(value[axis]));

/** A definition of the address in the form that the builder edits; null where the page can't show it. */
export function readRfm(value: unknown): Rfm | null {
  const found = readObject(value);
  const money = found ? readMoney(found.money) : null;
  if (!found || money === null) return null;
  const { thresholds, cuts } = found;
  const sides = thresholds === undefined || thresholds === "mean" || thresholds === "median" || hasAxes(thresholds, (one) => typeof one === "number");
  if (!sides || (cuts !== undefined && !hasAxes(cuts, isNumbers))) return null;
  const { money: _, ...rest } = found;
  return { ...rest, ...(money === undefined ? {} : { money }), period: readPeriod(found.period) } as Rfm;
}

/** What the page asks where its address says nothing: who paid in the last twelve months. */
export const usualRfm = (known: Known): Rfm => ({ period: usualMonths(known) });

/** Whether it says enough to be asked. */
export const wholeRfm = ({ money, who }: Rfm): boolean => wholeMoney(money) && wholeWho(who);

export const sideOf = ({ thresholds }: Rfm): Side => (thresholds === undefined ? "mean" : typeof thresholds === "string" ? thresholds : "given");

/** Four numbers as people write them, in the order of the better scores; null where they are not. */
export function readCuts(text: string, axis: Axis): number[] | null {
  const found = text
    .split(/[^\d.]+/)
    .filter(Boolean)
    .map(Number);
  const cuts = [...new Set(found)].sort((a, b) => (axis === "recency" ? b - a : a - b));
  return cuts.length === CUTS_EACH && cuts.every(Number.isFinite) ? cuts : null;
}

const WRITTEN = /^(?:all|g([01]{3})|r([1-5])(?:f([1-5]))?)$/;

/** Whose list is open, as the address carries it: "all", "g101" (a group), "r5f2" (a cell), "r5" (a score of recency). */
export function readRfmPlace(text: string | undefined): RfmPlace | null {
  const match = WRITTEN.exec(text ?? "");
  if (!match) return null;
  const score = (one: string | undefined) => (one ? Number(one) : null);
  return { group: match[1] ?? null, recency: score(match[2]), frequency: score(match[3]) };
}

export const writeRfmPlace = ({ recency, frequency, group }: RfmPlace): string =>
  group ? `g${group}` : recency ? `r${recency}${frequency ? `f${frequency}` : ""}` : "all";

export const VIEWS = ["people", "each", "money"] as const;
export type View = (typeof VIEWS)[number];

/** What a view tells of a cell; null where nobody is in it and there is nothing to tell. */
export function figureOf(cell: RfmCell, view: View): number | null {
  if (view === "people") return cell.people;
  return cell.people ? toNumber(view === "each" ? cell.money_each : cell.money) : null;
}

/** A share of the money; null where there is none, or where refunds outweigh it. */
export function moneyShare(money: string, answer: RfmAnswer): number | null {
  const whole = toNumber(answer.total.money);
  const part = toNumber(money);
  return whole && whole > 0 && part !== null && part >= 0 ? part / whole : null;
}

/** The cell of two scores. */
export const cellOf = (answer: RfmAnswer, recency: number, frequency: number): RfmCell | undefined =>
  answer.cells.find((one) => one.recency === recency && one.frequency === frequency);

/** What the sides of a code are: recent, often, much. */
export const sidesOf = (code: string): Record<Axis, boolean> => ({ recency: code[0] === "1", frequency: code[1] === "1", monetary: code[2] === "1" });
