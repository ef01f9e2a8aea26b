/** The marks of large numbers, which belong to a language as its words do. */

export const LARGE = {
  en: [
    { from: 999_950_000, by: 1e9, mark: "B" },
    { from: 999_950, by: 1e6, mark: "M" },
    { from: 10_000, by: 1e3, mark: "K" },
  ],
  zh: [
    { from: 99_995_000, by: 1e8, mark: "\u2009亿" },
    { from: 10_000, by: 1e4, mark: "\u2009万" },
  ],
};
