/** Stickiness and the life cycle: how often people are here, and who is new, comes back or stays away. The address is the analysis. */

import { useTranslation } from "react-i18next";
import {
  type ActivityKind,
  fetchStageFile,
  fetchStickyFile,
  type LifecycleAnswer,
  type LifecycleBucket,
  lifecycleOptions,
  type StickinessAnswer,
  stickinessOptions,
} from "@/api/activity";
import type { Known } from "@/api/analyses";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { useFormat } from "@/kit/use";
import { StagePeoplePane, StickyPeoplePane } from "./ActivityPeople";
import { ActivityRules } from "./ActivityRules";
import { Analysis, WithKnown } from "./Analysis";
import {
  type Activity,
  asKind,
  bucketsOf,
  isWholeActivity,
  lookedAt,
  readActivity,
  readKind,
  readStagePlace,
  readStickyPlace,
  usualActivity,
  writeStagePlace,
  writeStickyPlace,
} from "./activityDefinition";
import { useBucketNames } from "./activityNames";
import { type Asking, NOTHING_PICKED, useAddress, useAsking } from "./asking";
import { staleSince } from "./given";
import { LifecycleBody } from "./Lifecycle";
import { nameOf } from "./Saved";
import { readLook, StickinessBody } from "./Stickiness";
import "./activity.css";

const active = (bucket: LifecycleBucket) => bucket.active > 0 || Boolean(bucket.dormant);

/** The mean of what is over, in whole people; null of nothing. */
const mean = (counts: number[]): number | null => (counts.length ? Math.round(counts.reduce((sum, count) => sum + count, 0) / counts.length) : null);

/** How both kinds read the address; each has buckets of its own. */
const way = (kind: ActivityKind) => ({
  kind,
  usual: usualActivity,
  read: (value: unknown) => {
    const found = readActivity(value);
    return found && bucketsOf(kind).includes(found.by) ? found : null;
  },
  whole: isWholeActivity,
});

/** What the frame asks of either kind, and the builder, in which one turns into the other. */
function useFrame<A>(kind: ActivityKind, { search, go, definition, building }: Asking<Activity, A>) {
  const { t } = useTranslation();
  const turn = (next: ActivityKind) =>
    go({
      view: next === "lifecycle" ? next : undefined,
      ...(search.def === undefined ? {} : { def: asKind(definition, next) }),
      ...NOTHING_PICKED,
      saved: undefined,
    });
  return {
    title: t(`activity.kind.${kind}.title`),
    what: t("activity.what"),
    unfinished: { title: t("activity.unfinishedTitle"), text: t("activity.unfinishedText") },
    empty: { title: t("activity.emptyTitle"), text: t("activity.emptyText") },
    builderTitle: t("activity.builder"),
    builder: <ActivityRules kind={kind} turn={turn} {...building} />,
  };
}

/** Since when there is no data, where that is days ago. */
function Stale({ known }: { known: Known }) {
  const { t } = useTranslation();
  const format = useFormat();
  const stale = staleSince(known);
  return stale ? ` ${t("analysis.stale", { day: format.weekday(stale) })}` : null;
}

type StickyProps = { answer: StickinessAnswer; name: string; look: string | undefined; known: Known };

function StickySentence({ answer, name, look, known }: StickyProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBucketNames(answer.by);
  const bucket = lookedAt(answer.buckets, readLook(look).bucket);
  const day = answer.days.findLast((one) => one.over);
  const share = (value: string | null) => (value === null ? MISSING : formatShare(toNumber(value) ?? 0, format.language));
  const gap = format.language === "zh" ? "" : " ";
  if (!answer.days.some((one) => one.dau)) return null;
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {bucket?.over
        ? t("activity.stickyAnswer", {
            bucket: names.long(bucket.bucket),
            people: t("activity.count.person", { count: format.count(bucket.people) as unknown as number }),
            days: format.figure(bucket.average_days, "count", { even: true }),
            ratio: share(bucket.ratio),
          })
        : t("activity.early")}
      {gap}
      {day ? t("activity.dayAnswer", { day: format.weekday(day.day), dau: format.count(day.dau), mau: share(day.dau_mau) }) : null}
      <Stale known={known} />
    </>
  );
}

function LifeSentence({ answer, name, known }: { answer: LifecycleAnswer; name: string; known: Known }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBucketNames(answer.by);
  const one = lookedAt(answer.buckets, undefined);
  if (!answer.buckets.some(active)) return null;
  if (!one || one.dormant === null) return t("activity.early");
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {t("activity.lifeAnswer", {
        bucket: names.long(one.bucket),
        active: format.count(one.active),
        fresh: format.count(one.new),
        returning: format.count(one.returning),
        resurrected: format.count(one.resurrected),
        dormant: format.count(one.dormant),
        net: format.figure(one.new + one.resurrected - one.dormant, "count", { sign: true }),
      })}
      <Stale known={known} />
    </>
  );
}

function StickinessAsked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const asking = useAsking(known, { ...way("stickiness"), options: stickinessOptions, compares: true });
  const frame = useFrame("stickiness", asking);
  const { definition, search, go } = asking;
  return (
    <Analysis
      {...frame}
      asking={asking}
      sentence={(answer) => <StickySentence answer={answer} name={nameOf(definition, "stickiness")} look={search.pick} known={known} />}
      headline={(answer) => ({
        name: t("activity.averageDay"),
        value: mean(answer.days.filter((day) => day.over).map((day) => day.dau)),
        unit: "count",
      })}
      file={(answer) => fetchStickyFile(definition, answer.asked_ms, null)}
      nothing={(answer) => !answer.days.some((day) => day.dau)}
      pane={(answer) => <StickyPeoplePane answer={answer} definition={definition} place={readStickyPlace(search.rows)} {...asking.pane} />}
    >
      {(answer) => <StickinessBody answer={answer} look={search.pick} turn={(pick) => go({ pick })} open={asking.lister(writeStickyPlace)} />}
    </Analysis>
  );
}

function LifecycleAsked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const asking = useAsking(known, { ...way("lifecycle"), options: lifecycleOptions, compares: true });
  const frame = useFrame("lifecycle", asking);
  const { definition, search } = asking;
  return (
    <Analysis
      {...frame}
      asking={asking}
      sentence={(answer) => <LifeSentence answer={answer} name={nameOf(definition, "lifecycle")} known={known} />}
      headline={(answer) => ({
        name: t(`activity.averageBucket.${definition.by}`),
        value: mean(answer.buckets.filter((bucket) => bucket.over).map((bucket) => bucket.active)),
        unit: "count",
      })}
      file={(answer) => fetchStageFile(definition, answer.asked_ms, null)}
      nothing={(answer) => !answer.buckets.some(active)}
      pane={(answer) => <StagePeoplePane answer={answer} definition={definition} place={readStagePlace(search.rows)} {...asking.pane} />}
    >
      {(answer) => <LifecycleBody answer={answer} open={asking.lister(writeStagePlace)} />}
    </Analysis>
  );
}

/** Show the page. */
export function ActivityPage() {
  const { t } = useTranslation();
  const kind = readKind(useAddress().search.view);
  const Kind = kind === "lifecycle" ? LifecycleAsked : StickinessAsked;
  return (
    <WithKnown title={t(`activity.kind.${kind}.title`)} what={t("activity.what")}>
      {(known) => <Kind known={known} />}
    </WithKnown>
  );
}
