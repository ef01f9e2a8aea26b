/** An answer beside that of an earlier period: which one is chosen, and by how much the one figure that matters moved. */

import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { formatShare, toNumber } from "@/kit/format";
import { Filter } from "@/kit/Page";
import { type Format, useFormat } from "@/kit/use";
import type { Asking } from "./asking";
import type { Headline } from "./earlier";
import { COMPARES } from "./trend";

/** Choose the earlier period. */
// biome-ignore lint/suspicious/noExplicitAny: whatever is asked, the choice is the same.
export function CompareOf({ asking }: { asking: Asking<any, any> }) {
  const { t } = useTranslation();
  return (
    <Filter label={t("trend.compare")}>
      <Select
        size="small"
        aria-label={t("trend.compare")}
        popupMatchSelectWidth={false}
        value={asking.beside?.compare ?? ""}
        options={[
          { value: "", label: t("trend.compareNone") },
          ...COMPARES.map((one) => ({ value: one as string, label: t(`trend.compares.${one}`) })),
        ]}
        onChange={(compare) => asking.go({ compare: compare || undefined })}
      />
    </Filter>
  );
}

/** How a figure is told, and by how much it moved: shares in points, all else in percent. */
function told({ unit, tell }: Headline, format: Format, points: (text: string) => string) {
  const figure = (value: number) => (tell ? tell(value) : unit === "ratio" ? formatShare(value, format.language) : format.figure(value, unit));
  const change = (value: number, before: number) =>
    unit === "ratio"
      ? points(format.points(Math.abs(value - before)).replace(/^\+/, ""))
      : formatShare(Math.abs((value - before) / before), format.language);
  return { figure, change };
}

type Props<A> = {
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  asking: Asking<any, A>;
  answer: A;
  headline: (answer: A, now: A) => Headline;
};

/** Say the figure beside the earlier one. */
export function Beside<A>({ asking, answer, headline }: Props<A>) {
  const { t } = useTranslation();
  const format = useFormat();
  const { beside } = asking;
  if (!beside?.days) return null;
  const { query, days, over } = beside;
  const now = headline(answer, answer);
  const span = format.span(days.from, days.to);
  if (query.error) return <span className="analysis-beside">{t("analysis.besideFailed", { span, message: query.error.message })}</span>;
  if (!query.data) return <span className="analysis-beside muted">{t("analysis.besideLoading", { span })}</span>;
  const [value, before] = [toNumber(now.value), toNumber(headline(query.data, answer).value)];
  const { figure, change } = told(now, format, (points) => t("analysis.points", { points }));
  if (value === null || before === null) return <span className="analysis-beside">{t("analysis.besideNone", { span, name: now.name })}</span>;
  const words = { name: now.name, value: figure(value), before: figure(before), span };
  // What is told alike did not move.
  const moved = words.value === words.before ? "same" : value > before ? "more" : "less";
  return (
    <span className="analysis-beside">
      {before === 0 && now.unit !== "ratio"
        ? t("analysis.beside.only", words)
        : t(`analysis.beside.${moved}`, { ...words, change: moved === "same" ? "" : change(value, before) })}
      {over ? null : `${format.language === "zh" ? "" : " "}${t("analysis.besideOpen")}`}
    </span>
  );
}
