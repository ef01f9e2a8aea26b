/** The shapes that the pages speak about. */

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
  week_start?: string | number;
  good_colour?: GoodColour;
};
export type State = { version: string; first_run: boolean; workspace: WorkspaceInfo; ui_built: boolean };
export type User = {
  id: string;
  name: string;
  email: string;
  role: string;
  language: Language;
  theme?: Theme | "auto" | null;
  good_colour?: GoodColour | null;
  permissions: string[];
};
export type SessionBody = { user: User; csrf: string; workspace: WorkspaceInfo };
export type Setup = { link: string; name: string; email: string; password: string; language: Language };
export type SignIn = { email: string; password: string };
export type SessionPatch = { language?: Language; theme?: Theme; good_colour?: GoodColour };

export type Metric = {
  name: string;
  class: string;
  scope: "people" | "goods" | "place";
  use: string[];
  monitorable: boolean;
  unit: Unit;
  direction: Direction;
  owner: string;
  clock: string | null;
  clocks: string[];
  additivity: string;
  title: Words;
  description: Words;
  formula: Words;
  expression?: string | null;
  dimensions: string[];
  depends_on: string[];
  used_by: string[];
  example?: Record<string, unknown> | null;
  sql?: string | null;
};
export type Dimension = { name: string; title: Words };
export type Catalogue = { metrics: Metric[]; dimensions: Dimension[] };

export type Condition = { field: string; op: string; value: string | number | boolean | (string | number)[] | null };
export type Note = { code: string; en: string; zh: string };
export type Query = {
  metrics: string[];
  by?: string[];
  where?: Condition[];
  grain?: string;
  from: string;
  to: string;
  clock?: string | null;
  as_of?: string | null;
  compare?: string | null;
  limit?: number;
};
export type AnswerMetric = {
  name: string;
  title: Words;
  unit: Unit;
  direction?: Direction;
  clock?: string | null;
  currency?: string | null;
  additivity?: string;
};
export type Answer = {
  metrics: AnswerMetric[];
  by: string[];
  grain: string;
  period: { from: string; to: string };
  rows: Record<string, Figure>[];
  total: Record<string, Figure> | null;
  complete_until: string | null;
  as_of: string | null;
  notes: Note[];
  next_cursor: string | null;
  query_id?: string;
};

export type RowsAsk = {
  metric: string;
  /** For a metric made of others: which of its base metrics to open. */
  part?: string | null;
  where?: Condition[];
  from: string;
  to: string;
  clock?: string | null;
  as_of?: string | null;
  limit?: number;
  cursor?: string | null;
};
export type RowsColumn = { name: string; title: Words; kind: string };
export type RowsPage = { columns: RowsColumn[]; rows: Record<string, Figure | boolean>[]; next_cursor: string | null; total: number | null };

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
  change_rate: Figure;
  contribution: Figure;
  spark: Point[];
  missing: Words | null;
  collapsed: boolean;
  factors?: string[];
  where?: Condition[];
};
export type Sentence = Words & { node?: string | null; amount?: Figure };
export type WaterfallStep = { label: Words; node: string | null; amount: Figure; kind: "start" | "part" | "end" };
export type Why = { sentences: Sentence[]; waterfall: WaterfallStep[]; from?: Span; to?: Span; notes?: Note[]; currency?: string | null };
export type TreeAsk = { from: string; to: string; clock?: string | null; where?: Condition[] };
export type Tree = Why & {
  from: Span;
  to: Span;
  currency: string | null;
  complete_until: string | null;
  notes: Note[];
  clock: string | null;
  nodes: TreeNode[];
};
export type DecomposeAsk = { metric: string; from: string; to: string; by: string; clock?: string | null; where?: Condition[] };
export type Part = Record<string, Figure>;
export type Decomposition = {
  metric: string;
  unit: Unit;
  currency?: string | null;
  by: string | string[];
  from: Span & { value: Figure };
  to: Span & { value: Figure };
  change: Figure;
  parts: Part[];
  sums: boolean;
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
  change_rate: Figure;
  direction: Direction;
  spark: Point[];
  complete: boolean;
};
export type BandPoint = { period: string; value: Figure; low: Figure; high: Figure; expected: Figure; partial: boolean };
export type Late = {
  source: string;
  name: string;
  complete_until: string | null;
  lag_ms: number | null;
  state: "ok" | "late" | "silent" | string;
  note?: Words | null;
};
export type Changed = { metric: string; title?: Words; unit?: Unit; at_snapshot: Figure; now: Figure };
export type Today = {
  date: string;
  snapshot: { id: string; as_of: string } | null;
  cards: TodayCard[];
  band: { metric: string; points: BandPoint[] } | null;
  why: Why | null;
  late: Late[];
  changed_since: Changed[];
  red: Words[];
  notes: Note[];
  currency: string;
  complete_until: string | null;
};

export type OrderDetail = Record<string, unknown>;
