/** The words of the pages of people, imports and administration in Chinese; the shape that people.en.ts must match. */

export const peopleZh = {
  people: { title: "要找的是谁？" },
  person: { title: "这个人是谁，走过哪些路？" },
  review: { title: "这是同一个人吗？" },
  imports: { title: "导入了哪些文件？" },
  members: { title: "谁在这里工作？" },
  access: { title: "谁能做什么，哪些程序能进来？" },
};
