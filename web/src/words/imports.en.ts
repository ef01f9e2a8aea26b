/** The words of imports in English. */

import type { importsZh } from "./imports.zh";

export const importsEn: typeof importsZh = {
  imports: { title: "Which files came in?" },
};
