/**
 * Every shape that the pages read is a narrower reading of what the server describes in schema.gen.ts.
 *
 * Nothing here runs. A field that the server renames, drops or adds makes this file, and with it the check, fail.
 */

import type { components } from "./schema.gen";
import type * as t from "./types";

type Described = components["schemas"];
type Narrower<Read extends Wide, Wide> = Read;

export type Contract = [
  Narrower<t.State, Described["StateAnswer"]>,
  Narrower<t.SessionBody, Described["SessionAnswer"]>,
  Narrower<t.ValueNames, Described["ValueNamesShape"]>,
  Narrower<t.Catalogue, Described["CatalogueShape"]>,
  Narrower<t.Metric & { sql: string }, Described["MetricDetail"]>,
  Narrower<t.Answer, Described["AnswerShape"]>,
  Narrower<t.RowsPage, Described["RowsShape"]>,
  Narrower<t.Tree, Described["TreeShape"]>,
  Narrower<t.Decomposition, Described["DecompositionShape"]>,
  Narrower<t.Today, Described["TodayShape"]>,
];
