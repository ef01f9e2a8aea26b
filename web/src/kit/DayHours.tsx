/** The hours of a day, or of some days, beside those of the same weekday before. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type BoardAsk, type BoardPanel, boardDataOptions, type PanelData } from "@/api/boards";
import { catalogueOptions } from "@/api/keys";
import type { Condition, Span } from "@/api/types";
import { type Course, Lines } from "@/charts/Lines";
import { Bone, Shown } from "./states";
import { type Format, useFormat } from "./use";

/** What is asked for the course of one metric: the one panel of a dashboard that nobody keeps. */
export function courseAsk(metric: string, grain: BoardPanel["grain"], span: Span, where: Condition[] = [], clock: string | null = null): BoardAsk {
  const at = { x: 0, y: 0, w: 12, h: 4 };
  const panel = { id: "course", kind: "line" as const, title: { en: "", zh: "" }, at, metrics: [metric], by: [], grain, top: 8, text: null };
  return { panels: [{ ...panel, where, clock }], from: span.start, to: span.end, days: 28, compare: "previous", where: [] };
}

/** The courses of a panel of one metric, with what they are compared with. */
export function useCourses(data: PanelData | undefined, format: Format): Course[] {
  const { t } = useTranslation();
  return useMemo(() => {
    const metric = data?.answer?.metrics[0];
    return (data?.lines ?? []).map((line) => ({
      key: line.kind,
      name: line.kind === "before" ? t("hours.before") : format.say(metric?.title),
      unit: metric?.unit ?? "count",
      rest: false,
      before: line.kind === "before",
      points: line.points,
    }));
  }, [data, format, t]);
}

/** Whether a course has any value. */
export function known(courses: Course[]): boolean {
  return courses.some((course) => course.points.some((point) => point.value !== null));
}

type Props = { metric: string; day: string; where?: Condition[]; clock?: string | null };

/** Show the hours of a day; nothing for metrics whose clock knows dates only. */
export function DayHours({ metric, day, where, clock }: Props) {
  const { t } = useTranslation();
  const { data: catalogue } = useQuery(catalogueOptions());
  const hourly = catalogue?.metrics.find((one) => one.name === metric)?.hourly ?? false;
  const query = useQuery({ ...boardDataOptions(courseAsk(metric, "hour", { start: day, end: day }, where, clock)), enabled: hourly });
  const format = useFormat(query.data?.currency);
  const panel = query.data?.panels[0];
  const courses = useCourses(panel, format);
  // A clock that was asked for may know dates only, where the metric's own knows hours.
  if (!hourly || panel?.error) return null;
  return (
    <section className="day-hours" data-testid="day-hours" aria-label={t("hours.ofDay")}>
      <h3>{t("hours.ofDay")}</h3>
      <Shown query={query} what={t("hours.ofDay")} permission="metrics.read" skeleton={<Bone height={150} />}>
        {() =>
          known(courses) ? (
            <Lines courses={courses} format={format} name={t("hours.ofDay")} height={150} wholeUntil={panel?.whole_until ?? null} />
          ) : (
            <p className="muted">{t("chart.noData")}</p>
          )
        }
      </Shown>
    </section>
  );
}
