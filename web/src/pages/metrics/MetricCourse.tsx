/** The course of a metric in its pane: by day with what was expected, by hour beside the same weekdays; a day opens its hours. */

import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { boardDataOptions } from "@/api/boards";
import type { Span } from "@/api/types";
import { BandLine } from "@/charts/BandLine";
import { Lines } from "@/charts/Lines";
import { courseAsk, known, useCourses } from "@/kit/DayHours";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";

type Props = { metric: { name: string; hourly: boolean }; span: Span };

/** Show the course. */
export function MetricCourse({ metric, span }: Props) {
  const { t } = useTranslation();
  const [grain, setGrain] = useState<"day" | "hour">("day");
  const [day, setDay] = useState<string | null>(null);
  const query = useQuery(boardDataOptions(courseAsk(metric.name, grain, day ? { start: day, end: day } : span)));
  const format = useFormat(query.data?.currency);
  const panel = query.data?.panels[0];
  const courses = useCourses(panel, format);
  const unit = panel?.answer?.metrics[0]?.unit ?? "count";
  const choose = (next: "day" | "hour") => {
    setGrain(next);
    setDay(null);
  };
  const drill = (picked: string) => {
    if (!metric.hourly || !picked) return;
    setGrain("hour");
    setDay(picked);
  };
  return (
    <section className="block" data-testid="course" data-grain={grain} data-day={day ?? ""}>
      <header className="course-head">
        <h3>{day ? format.day(day) : t("hours.course")}</h3>
        {day ? (
          <Button size="small" onClick={() => choose("day")}>
            {t("hours.back")}
          </Button>
        ) : null}
        <Segmented
          size="small"
          aria-label={t("boards.grainLabel")}
          value={grain}
          disabled={!metric.hourly}
          options={(["day", "hour"] as const).map((value) => ({ value, label: t(`boards.grain.${value}`) }))}
          onChange={choose}
        />
      </header>
      <Shown query={query} what={t("hours.course")} permission="metrics.read" skeleton={<Bone height={180} />}>
        {() =>
          panel?.error ? (
            <p className="muted" role="alert">
              {panel.error.message} {panel.error.fix}
            </p>
          ) : grain === "day" && panel?.band?.some((point) => point.value !== null) ? (
            <BandLine points={panel.band} unit={unit} name={t("hours.course")} format={format} height={180} pick={drill} anywhere />
          ) : known(courses) ? (
            <Lines
              courses={courses}
              format={format}
              name={t("hours.course")}
              height={180}
              wholeUntil={panel?.whole_until ?? null}
              pick={(_, period) => drill(period.slice(0, 10))}
              anywhere
            />
          ) : (
            <p className="muted">{t("chart.noData")}</p>
          )
        }
      </Shown>
      <p className="muted course-foot">{metric.hourly ? (day ? null : t("hours.drill")) : t("hours.datesOnly")}</p>
    </section>
  );
}
