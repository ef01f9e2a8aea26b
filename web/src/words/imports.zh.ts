/** The words of imports in Chinese; the shape that imports.en.ts must match. */

export const importsZh = {
  imports: { title: "导入了哪些文件？" },
};
