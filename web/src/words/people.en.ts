/** The words of the pages of people, imports and administration in English. */

import { accessEn } from "./access.en";
import type { peopleZh } from "./people.zh";

export const peopleEn: typeof peopleZh = {
  ...accessEn,
  people: { title: "Who are you looking for?" },
  person: { title: "Who is this, and where have they been?" },
  review: { title: "Is this one person?" },
  imports: { title: "Which files came in?" },
};
