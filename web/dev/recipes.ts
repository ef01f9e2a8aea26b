/** What the server answers about recipes, for the page's tests and for looking at it without a server. */

import type { Headline, ReadyStep, RecipeFull, RecipeItem } from "../src/api/recipes";

const words = (en: string, zh: string) => ({ en, zh });
const period = { from: "2026-11-01", to: "2026-11-14" };
const funnel = { funnel: "Search to payment", steps: ["search", "payment_succeeded"], window: "2 hours", period };
const sessions = { sessions: "Visits", events: "*", period };

const item = (name: string, title: { en: string; zh: string }, more: Partial<RecipeItem> = {}): RecipeItem => ({
  name,
  title,
  purpose: words("Why do fewer people pay?", "为什么付款的人少了？"),
  steps: 3,
  origin: "made",
  state: "active",
  version: 2,
  newest: 2,
  author: "mem_1",
  changed: "2026-11-20T10:00:00.000+08:00",
  ...more,
});

const paying = item("paying", words("Why did payments fall?", "支付为什么下降？"));
export const recipe: RecipeFull = {
  ...paying,
  may_edit: true,
  may_approve: true,
  body: {
    recipe: "paying",
    title: paying.title,
    purpose: paying.purpose,
    steps: [
      {
        title: words("Who pays?", "谁付款？"),
        note: words("Below 8 % ask the provider.", "低于 8% 就问渠道。"),
        kind: "funnel",
        definition: funnel,
        saved: null,
      },
      { title: words("Gone", "已删除"), note: words("", ""), kind: null, definition: null, saved: "ana_gone" },
      { title: words("Visits", "访问"), note: words("", ""), kind: "sessions", definition: sessions, saved: null },
    ],
  },
};

const told = words("No such thing is saved.", "没有保存过。");
export const readySteps: ReadyStep[] = recipe.body.steps.map((step) => ({
  title: step.title,
  note: step.note,
  kind: step.kind ?? null,
  definition: step.definition ?? null,
  saved: step.saved ?? null,
  saved_id: null,
  error: step.saved ? { code: "not_found", message: told.en, where: "steps[2].saved", fix: "Name another one." } : null,
}));

export const headline: Headline = {
  kind: "funnel",
  name: "Search to payment",
  definition: funnel,
  title: words("Conversion", "转化率"),
  value: "0.0803",
  unit: "ratio",
  currency: null,
  sentence: words("1,520 of 18,918 people came from search to paid: 8.0%.", "18,918 人从 search 开始，1,520 人到达 paid：8.0%。"),
  course: [
    { bucket: "2026-11-13", value: "0.081" },
    { bucket: "2026-11-14", value: "0.079" },
  ],
  notes: [],
  asked_ms: 1_795_000_000_000,
  answer: null,
};

export const recipeAnswers = {
  "GET /api/recipes": {
    items: [
      paying,
      item("route_week", words("A weekly review of routes", "航线周回顾"), { origin: "shipped", version: 0, newest: 0, changed: null }),
    ],
    next: null,
  },
  "GET /api/recipes/paying": recipe,
  "GET /api/recipes/paying/steps": { steps: readySteps },
  "POST /api/recipes": { ...recipe, version: 3, newest: 3 },
  "POST /api/analyses/headline": headline,
};
