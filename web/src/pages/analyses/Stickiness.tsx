/** The answer of stickiness: on how many days people were active in a bucket, and a day's people beside those of a week and of a month. */

import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { StickinessAnswer, StickyBucket, StickyDay, StickyPlace } from "@/api/activity";
import { type Course, Lines } from "@/charts/Lines";
import { useLook } from "@/charts/look";
import { PartBars } from "@/charts/PartBars";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Column, Sheet } from "@/kit/Sheet";
import { useFormat } from "@/kit/use";
import { lookedAt, WINDOWS } from "./activityDefinition";
import { useBucketNames } from "./activityNames";
import { share } from "./given";

const SPREAD_HEIGHT = 230;
const DAYS_HEIGHT = 210;
const WINDOW_NAMES = { 1: "DAU", 7: "WAU", 30: "MAU" } as const;
type Open = ((place: StickyPlace) => void) | undefined;
const ofBucket = (bucket: string, days: number | null = null, at_least = false): StickyPlace => ({ bucket, days, at_least, day: null, window: 1 });
const ofDay = (day: string, window: StickyPlace["window"]): StickyPlace => ({ bucket: null, days: null, at_least: false, day, window });

/** What is looked at closer, as the address carries it: a bucket, and whether days are so many or more: "2026-10-05+". */
export const readLook = (text: string | undefined) => ({ bucket: text?.replace("+", "") || undefined, least: text?.endsWith("+") ?? false });

type SpreadProps = { answer: StickinessAnswer; look: string | undefined; turn: (look: string | undefined) => void; open: Open };

function Spread({ answer, look, turn, open }: SpreadProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { series } = useLook();
  const names = useBucketNames(answer.by);
  const { bucket: named, least } = readLook(look);
  const bucket = lookedAt(answer.buckets, named);
  if (!bucket) return null;
  const set = (next: string, more: boolean) => turn(`${next}${more ? "+" : ""}`);
  const values = bucket.by_days.map((one) => (least ? one.at_least : one.people));
  const days = (index: number) => t("activity.onDays", { count: index + 1 });
  return (
    <Panel
      title={t("activity.spread")}
      hint={t("activity.spreadHint")}
      action={
        <>
          <Segmented<string>
            size="small"
            aria-label={t("activity.mode")}
            value={least ? "least" : "exactly"}
            options={[
              { value: "exactly", label: t("activity.exactly") },
              { value: "least", label: t("activity.atLeast") },
            ]}
            onChange={(next) => set(bucket.bucket, next === "least")}
          />
          <Select
            size="small"
            aria-label={t("activity.which")}
            popupMatchSelectWidth={false}
            value={bucket.bucket}
            options={[...answer.buckets].reverse().map((one) => ({
              value: one.bucket,
              label: `${names.long(one.bucket)}${one.over ? "" : ` · ${t("activity.notOver")}`}`,
            }))}
            onChange={(next) => set(next, least)}
          />
        </>
      }
    >
      <PartBars
        name={t("activity.spread")}
        bars={values.map((_, index) => ({
          short: days(index),
          long: `${names.long(bucket.bucket)} · ${least ? `${t("activity.atLeast")} ` : ""}${days(index)}`,
        }))}
        parts={[{ key: "people", name: t("activity.people"), colour: series, values }]}
        more={(index) => {
          const part = share(values[index] ?? 0, bucket.people);
          return [{ name: t("activity.ofPeople"), value: part === null ? MISSING : formatShare(part, format.language) }];
        }}
        partialFrom={bucket.over ? null : 0}
        format={format}
        height={SPREAD_HEIGHT}
        {...(open ? { pick: (index: number) => open(ofBucket(bucket.bucket, index + 1, least)) } : {})}
      />
    </Panel>
  );
}

function Days({ answer, open }: { answer: StickinessAnswer; open: Open }) {
  const { t } = useTranslation();
  const format = useFormat();
  const over = answer.days.findLast((day) => day.over)?.day ?? null;
  const course = (key: string, name: string, unit: string, value: (day: StickyDay) => string | number | null): Course => ({
    key,
    name,
    unit,
    rest: false,
    points: answer.days.map((day) => ({ period: day.day, value: value(day) })),
  });
  const counts = [
    course("30", WINDOW_NAMES[30], "count", (day) => day.mau),
    course("7", WINDOW_NAMES[7], "count", (day) => day.wau),
    course("1", WINDOW_NAMES[1], "count", (day) => day.dau),
  ];
  const ratios = [course("7", "DAU/WAU", "ratio", (day) => day.dau_wau), course("30", "DAU/MAU", "ratio", (day) => day.dau_mau)];
  const pick = open ? { pick: (one: Course, day: string) => open(ofDay(day, WINDOWS.find((window) => String(window) === one.key) ?? 1)) } : {};
  return (
    <div className="activity-two">
      <Panel title={t("activity.counts")} hint={t("activity.countsHint")}>
        <Lines name={t("activity.counts")} courses={counts} format={format} height={DAYS_HEIGHT} wholeUntil={over} {...pick} />
      </Panel>
      <Panel title={t("activity.ratios")} hint={t("activity.ratiosHint")}>
        <Lines name={t("activity.ratios")} courses={ratios} format={format} height={DAYS_HEIGHT} wholeUntil={null} {...pick} />
      </Panel>
    </div>
  );
}

function Buckets({ answer, open }: { answer: StickinessAnswer; open: Open }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBucketNames(answer.by);
  const figure = (value: string | null) => (value === null ? MISSING : format.figure(value, "count", { even: true }));
  const columns: Column<StickyBucket>[] = [
    {
      key: "bucket",
      title: t("activity.when"),
      cell: (row) => (
        <>
          {names.long(row.bucket)} {row.over ? null : <span className="muted">· {t("activity.notOver")}</span>}
        </>
      ),
    },
    {
      key: "people",
      title: t("activity.people"),
      number: true,
      cell: (row) => {
        const count = format.count(row.people);
        if (!open || !row.people) return count;
        const label = t("activity.openBucket", { bucket: names.long(row.bucket), count: count as unknown as number });
        return (
          <button type="button" className="analysis-number num" aria-label={label} onClick={() => open(ofBucket(row.bucket))}>
            {count}
          </button>
        );
      },
    },
    { key: "days", title: t("activity.personDays"), number: true, cell: (row) => format.count(row.person_days) },
    { key: "average", title: t("activity.averageDays"), number: true, cell: (row) => figure(row.average_days) },
    {
      key: "ratio",
      title: t("activity.ratio"),
      number: true,
      cell: (row) => {
        const ratio = toNumber(row.ratio);
        return ratio === null ? MISSING : formatShare(ratio, format.language);
      },
    },
  ];
  return (
    <Panel title={t("activity.buckets")} hint={t("activity.bucketsHint")}>
      <Sheet<StickyBucket> label={t("activity.buckets")} rows={[...answer.buckets].reverse()} rowKey={(row) => row.bucket} columns={columns} />
    </Panel>
  );
}

/** Show an answer. */
export function StickinessBody(props: SpreadProps) {
  return (
    <>
      <Spread {...props} />
      <Days answer={props.answer} open={props.open} />
      <Buckets answer={props.answer} open={props.open} />
    </>
  );
}
