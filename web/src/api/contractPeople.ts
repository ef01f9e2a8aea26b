/**
 * What the pages of people read is a narrower reading of what the server describes in schema.gen.ts.
 *
 * Nothing here runs. A field that the server renames or drops makes this file, and with it the check, fail.
 */

import type * as t from "./people";
import type { components } from "./schema.gen";

type Described = components["schemas"];
type Narrower<Read extends Wide, Wide> = Read;

export type PeopleContract = [
  Narrower<t.PeoplePage, Described["PeopleAnswer"]>,
  Narrower<t.Person, Described["PersonAnswer"]>,
  Narrower<t.TimelinePage, Described["TimelineAnswer"]>,
  Narrower<t.SuggestionsPage, { items: Described["SuggestionAnswer"][]; next: string | null }>,
  Narrower<t.Policy, Described["PolicyAnswer"]>,
  Narrower<t.PolicyPreview, Described["windsock__identity__routes__PreviewAnswer"]>,
  Narrower<t.Amended, Described["AmendAnswer"]>,
];
