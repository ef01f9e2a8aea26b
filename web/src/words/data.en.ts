/** The words of the data pages in English. */

import type { dataZh } from "./data.zh";

export const dataEn: typeof dataZh = {
  sources: { title: "Is data coming in?" },
  source: { title: "What is arriving from {{name}}?" },
  plan: { title: "What should arrive, and does it?" },
  quarantine: { title: "What was refused, and why?" },
  quality: { title: "Can the data be trusted?" },
};
