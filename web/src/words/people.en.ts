/** The words of the pages of people, imports and administration in English. */

import type { peopleZh } from "./people.zh";

export const peopleEn: typeof peopleZh = {
  people: { title: "Who are you looking for?" },
  person: { title: "Who is this, and where have they been?" },
  review: { title: "Is this one person?" },
  imports: { title: "Which files came in?" },
  members: { title: "Who works here?" },
  access: { title: "Who may do what, and which programs may come in?" },
};
