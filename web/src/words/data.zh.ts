/** The words of the data pages in Chinese; the shape that data.en.ts must match. */

export const dataZh = {
  sources: { title: "数据进来了吗？" },
  source: { title: "{{name}}正在送来什么？" },
  plan: { title: "该采集什么，采到的对吗？" },
  quarantine: { title: "哪些数据没有收下，为什么？" },
  quality: { title: "数据可信吗？" },
};
