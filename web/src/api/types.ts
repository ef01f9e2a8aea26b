/** The shapes that the pages speak about: what schema.gen.ts describes, read more narrowly where only some texts can stand. */

import type { components } from "./schema.gen";

type Described = components["schemas"];

export type Language = "zh" | "en";
export type Theme = "light" | "dark";
/** The colour that means "good": green (West) or red (China). */
export type GoodColour = "green" | "red";
export type Words = { en: string; zh: string };
export type Unit = string;
export type Direction = "up" | "down" | "none";
/** A decimal as exact text, a count, or null where the figure is missing. */
export type Figure = string | number | null;

export type ErrorBody = { error: { code: string; message: string; where?: string | null; fix?: string | null; request_id?: string | null } };

export type WorkspaceInfo = {
  name: string;
  timezone: string;
  currency: string;
  language: Language;
  week_start: number;
  good_colour: GoodColour;
};
export type State = { version: string; first_run: boolean; workspace: WorkspaceInfo; ui_built: boolean };
export type User = {
  id: string;
  name: string;
  email: string;
  role: string;
  language: Language;
  theme: Theme | "auto";
  good_colour: GoodColour;
  permissions: string[];
};
export type SessionBody = { user: User; csrf: string; workspace: WorkspaceInfo };
export type Setup = { link: string; name: string; email: string; password: string; language: Language };
export type SignIn = { email: string; password: string };
export type SessionPatch = { language?: Language; theme?: Theme; good_colour?: GoodColour };

export type Metric = {
  name: string;
  /** Shipped with the library, or made here and certified (then `version` is the one in force). */
  state: "library" | "certified";
  version: number | null;
  class: string;
  scope: "people" | "goods" | "place";
  use: string[];
  monitorable: boolean;
  unit: Unit;
  direction: Direction;
  owner: string;
  clock: string;
  clocks: string[];
  /** Whether its own clock knows hours. */
  hourly: boolean;
  additivity: string;
  lag_hours: number;
  minimum_sample: number;
  title: Words;
  description: Words;
  formula: Words;
  expression: string | null;
  dimensions: string[];
  depends_on: string[];
  used_by: string[];
  example: Record<string, unknown> | null;
  /** Only in a definition that was asked for by name. */
  sql?: string;
};
export type Dimension = { name: string; title: Words; kind: string; values: Record<string, Words> };
export type Hierarchy = { name: string; title: Words; levels: string[] };
export type Catalogue = { metrics: Metric[]; dimensions: Dimension[]; hierarchies: Hierarchy[] };
export type ValueNames = { values: Record<string, Record<string, Words>> };

/** What is asked, exactly as the server describes it. */
export type Query = Described["Question"];
export type RowsAsk = Described["RowsQuestion"];
export type TreeAsk = Described["TreeQuestion"];
export type DecomposeAsk = Described["DecomposeQuestion"];
export type Condition = { field: string; op: string; value: string | number | boolean | null | (string | number | boolean | null)[] };
export type Note = { code: string; en: string; zh: string };
export type AnswerMetric = {
  name: string;
  title: Words;
  unit: Unit;
  direction: Direction;
  clock: string;
  currency: string | null;
  additivity: string;
};
export type Answer = {
  metrics: AnswerMetric[];
  by: string[];
  grain: string;
  period: { from: string; to: string };
  compared_with: { from: string; to: string } | null;
  rows: Record<string, Figure>[];
  total: Record<string, Figure> | null;
  complete_until: string | null;
  as_of: string;
  notes: Note[];
  next_cursor: string | null;
};

export type RowsColumn = { name: string; title: Words; kind: string };
export type RowsPage = { fact: string; columns: RowsColumn[]; rows: Record<string, Figure | boolean>[]; next_cursor: string | null; total: number };

export type Span = { start: string; end: string };
export type Point = { period: string; value: Figure };
export type TreeNode = {
  id: string;
  parent: string | null;
  metric: string;
  title: Words;
  operator: "sum" | "product" | "leaf";
  unit: Unit;
  direction: Direction;
  from: Figure;
  to: Figure;
  change: Figure;
  change_rate: string | null;
  contribution: string | null;
  /** What the factor would have brought alone, its target, and for what stands below an opened node its dimension and value. */
  alone: string | null;
  target: Figure;
  by: string | null;
  value: string | null;
  spark: Point[];
  missing: Words | null;
  collapsed: boolean;
  factors: string[];
  where: Condition[];
};
export type Sentence = Words & { node: string; amount: string };
export type WaterfallStep = { label: Words; node: string; amount: string; kind: "start" | "part" | "end" };
export type Why = { sentences: Sentence[]; waterfall: WaterfallStep[]; from: Span; to: Span; notes: Note[]; currency: string | null };
export type Interaction = { branch: string; nodes: string[]; amount: string };
export type Tree = Why & {
  method: string;
  interactions: Interaction[];
  complete_until: string | null;
  clock: string | null;
  nodes: TreeNode[];
};
/** A value of the dimension (under the dimension's own name) and its part of the change. */
export type Part = Record<string, Figure> & {
  kind: string;
  from: Figure;
  to: Figure;
  change: Figure;
  rate: Figure;
  mix: Figure;
  share_from: string | null;
  share_to: string | null;
};
/** A part with what stands inside it. */
export type NestedPart = Part & { inside?: NestedPart[]; money?: string | null };
export type Decomposition = {
  metric: string;
  title: Words;
  unit: Unit;
  currency: string | null;
  by: string | string[];
  from: Span & { value: Figure };
  to: Span & { value: Figure };
  change: Figure;
  parts: Part[];
  sums: boolean;
  simpson: boolean;
  worth: string | null;
  sentences: Sentence[];
  notes: Note[];
};

export type TodayCard = {
  metric: string;
  title: Words;
  unit: Unit;
  value: Figure;
  previous: Figure;
  same_weekday: Figure;
  change_rate: string | null;
  direction: Direction;
  spark: Point[];
  complete: boolean;
  owner: string;
  /** Against its expected range: below, within or above; null where there is none. */
  state: string | null;
  expected: string | null;
  plan: { value: string; grain: string; target: string; rate: string | null } | null;
};
/** Something that is on or happened, with its dates. */
export type DayFlag = Words & { start: string; end: string; kind: string; link: string };
/** A line that costs money now. */
export type RedLine = Words & { id: string; kind: string; metric: string; money: string | null; owner: string; link: string };
export type BandPoint = { period: string; value: string | null; low: string | null; high: string | null; expected: string | null; partial: boolean };
export type Late = {
  source: string;
  name: string;
  complete_until: string | null;
  lag_ms: number | null;
  kind: string;
  state: string;
  note: Words;
};
export type Changed = { metric: string; title: Words; unit: Unit; at_snapshot: Figure; now: Figure };
export type Today = {
  date: string;
  snapshot: { id: string; as_of: string } | null;
  cards: TodayCard[];
  band: { metric: string; points: BandPoint[] };
  why: Why | null;
  late: Late[];
  changed_since: Changed[];
  flags: DayFlag[];
  red: RedLine[];
  runs: DayFlag[];
  notes: Note[];
  currency: string;
  complete_until: string | null;
};

export type OrderDetail = Record<string, unknown>;
