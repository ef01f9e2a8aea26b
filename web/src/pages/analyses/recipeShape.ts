/** What the editor of a recipe changes. */

import type { RecipeBody, RecipeStep } from "@/api/recipes";
import type { Words } from "@/api/types";

/** The address of a recipe that is not saved yet; no recipe can have this name. */
export const NEW_RECIPE = "+";
const NAME = /^[a-z0-9][a-z0-9_-]{0,79}$/;

export const isName = (name: string) => NAME.test(name);

/** What a new recipe begins with; a copy has another name. */
export const emptyRecipe = (): RecipeBody => ({ recipe: "", title: { en: "", zh: "" }, purpose: { en: "", zh: "" }, steps: [] });
export const copyOf = (body: RecipeBody): RecipeBody => ({ ...body, recipe: `${body.recipe}_2`.slice(0, 80) });

/** A text in the language of the page; one that was never written in the other language follows it. */
export function worded(now: Words, language: "zh" | "en", text: string): Words {
  const other = language === "zh" ? "en" : "zh";
  const follows = !now[other] || now[other] === now[language];
  return { ...now, [language]: text, ...(follows ? { [other]: text } : {}) };
}

/** The recipe with its steps in another order: the one at a place moved by one. */
export function moved(steps: RecipeStep[], from: number, by: number): RecipeStep[] {
  const to = from + by;
  if (to < 0 || to >= steps.length) return steps;
  const next = [...steps];
  const [one] = next.splice(from, 1);
  if (one) next.splice(to, 0, one);
  return next;
}

/** What is sent: a step has its definition or the name of what was saved, and nothing that is empty. */
export function sent(body: RecipeBody): RecipeBody {
  const steps = body.steps.map(({ kind, definition, saved, title, note }) => ({
    title,
    note,
    ...(kind ? { kind } : {}),
    ...(definition ? { definition } : { saved: saved ?? "" }),
  }));
  return { ...body, steps: steps as RecipeStep[] };
}

/** Whether it can be saved. */
export const isWhole = (body: RecipeBody) =>
  isName(body.recipe) &&
  Boolean(body.title.en || body.title.zh) &&
  body.steps.length > 0 &&
  body.steps.every((step) => step.title.en || step.title.zh);
