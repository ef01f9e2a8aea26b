/** The words of the pages of people, imports and administration in Chinese; the shape that people.en.ts must match. */

import { accessZh } from "./access.zh";

export const peopleZh = {
  ...accessZh,
  people: { title: "要找的是谁？" },
  person: { title: "这个人是谁，走过哪些路？" },
  review: { title: "这是同一个人吗？" },
  imports: { title: "导入了哪些文件？" },
};
