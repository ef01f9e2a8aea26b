/** Stickiness and the life cycle: how often people are here, and who is new, comes back or stays away. The address is the analysis. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { type ReactNode, useCallback } from "react";
import { useTranslation } from "react-i18next";
import {
  type ActivityKind,
  fetchStageFile,
  fetchStickyFile,
  type LifecycleAnswer,
  type LifecycleBucket,
  lifecycleOptions,
  type StagePlace,
  type StickinessAnswer,
  type StickyPlace,
  stickinessOptions,
} from "@/api/activity";
import type { Known } from "@/api/analyses";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { Empty } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { AnalysisSearch } from "@/shell/router";
import { useMay } from "@/shell/session";
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
import { staleSince, usualPeriod } from "./given";
import { LifecycleBody } from "./Lifecycle";
import { nameOf } from "./Saved";
import { readLook, StickinessBody } from "./Stickiness";
import "./activity.css";

type Go = (patch: AnalysisSearch) => void;
type Props = { known: Known; search: AnalysisSearch; go: Go };
const active = (bucket: LifecycleBucket) => bucket.active > 0 || Boolean(bucket.dormant);
const shut = { rows: undefined, person: undefined };
const whole = (text: string | undefined) => (text && /^\d{1,15}$/.test(text) ? Number(text) : null);

/** What both kinds make of the address: the definition, the builder and what the frame asks of either. */
function useAsked(kind: ActivityKind, { known, search, go }: Props) {
  const { t } = useTranslation();
  const found = search.def === undefined ? usualActivity(known) : readActivity(search.def);
  const read = found && bucketsOf(kind).includes(found.by) ? found : null;
  const definition: Activity = read ?? usualActivity(known);
  const ready = read !== null && isWholeActivity(definition);
  const change = useCallback((next: Activity) => go({ def: next, ...shut, pick: undefined }), [go]);
  const turn = (next: ActivityKind) =>
    go({
      view: next === "lifecycle" ? next : undefined,
      ...(search.def === undefined ? {} : { def: asKind(definition, next) }),
      ...shut,
      saved: undefined,
      pick: undefined,
    });
  const builder: ReactNode = (
    <Panel title={t("activity.builder")} className="analysis-builder">
      <ActivityRules
        kind={kind}
        definition={definition}
        known={known}
        turn={turn}
        change={change}
        opened={search.more === "1"}
        open={(more) => go({ more: more ? "1" : undefined })}
      />
    </Panel>
  );
  const nobody = (
    <Empty
      title={t("activity.emptyTitle")}
      text={t("activity.emptyText")}
      action={
        <Button type="primary" onClick={() => change({ ...definition, period: usualPeriod(known) })}>
          {t("activity.emptyAction")}
        </Button>
      }
    />
  );
  return {
    definition,
    ready,
    nobody,
    person: whole(search.person),
    open: (person: number | null) => go({ person: person === null ? undefined : String(person) }),
    close: () => go(shut),
    frame: {
      kind,
      title: t(`activity.kind.${kind}.title`),
      what: t("activity.what"),
      definition,
      readable: read !== null,
      ready,
      unfinished: { title: t("activity.unfinishedTitle"), text: t("activity.unfinishedText") },
      saved: search.saved,
      show: (def: unknown, saved: string | undefined) => go({ def, saved, ...shut, pick: undefined }),
      builder,
    },
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

function StickinessAsked(props: Props) {
  const { search, go } = props;
  const may = useMay("people.see");
  const { definition, ready, nobody, person, open, close, frame } = useAsked("stickiness", props);
  const query = useQuery({ ...stickinessOptions(definition), enabled: ready, placeholderData: keepPreviousData });
  const list = (place: StickyPlace) => go({ ...shut, rows: writeStickyPlace(place) });
  return (
    <Analysis<StickinessAnswer>
      {...frame}
      query={query}
      sentence={(answer) => <StickySentence answer={answer} name={nameOf(definition, "stickiness")} look={search.pick} known={props.known} />}
      file={(answer) => fetchStickyFile(definition, answer.asked_ms, null)}
      empty={(answer) => (answer.days.some((day) => day.dau) ? null : nobody)}
      pane={
        may
          ? (answer) => (
              <StickyPeoplePane
                answer={answer}
                definition={definition}
                place={readStickyPlace(search.rows)}
                person={person}
                open={open}
                close={close}
              />
            )
          : undefined
      }
    >
      {(answer) => <StickinessBody answer={answer} look={search.pick} turn={(pick) => go({ pick })} open={may ? list : undefined} />}
    </Analysis>
  );
}

function LifecycleAsked(props: Props) {
  const { search, go } = props;
  const may = useMay("people.see");
  const { definition, ready, nobody, person, open, close, frame } = useAsked("lifecycle", props);
  const query = useQuery({ ...lifecycleOptions(definition), enabled: ready, placeholderData: keepPreviousData });
  const list = (place: StagePlace) => go({ ...shut, rows: writeStagePlace(place) });
  return (
    <Analysis<LifecycleAnswer>
      {...frame}
      query={query}
      sentence={(answer) => <LifeSentence answer={answer} name={nameOf(definition, "lifecycle")} known={props.known} />}
      file={(answer) => fetchStageFile(definition, answer.asked_ms, null)}
      empty={(answer) => (answer.buckets.some(active) ? null : nobody)}
      pane={
        may
          ? (answer) => (
              <StagePeoplePane
                answer={answer}
                definition={definition}
                place={readStagePlace(search.rows)}
                person={person}
                open={open}
                close={close}
              />
            )
          : undefined
      }
    >
      {(answer) => <LifecycleBody answer={answer} open={may ? list : undefined} />}
    </Analysis>
  );
}

/** Show the page. */
export function ActivityPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/analyse/activity" });
  const navigate = useNavigate({ from: "/analyse/activity" });
  const go = useCallback((patch: AnalysisSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const kind = readKind(search.view);
  const Kind = kind === "lifecycle" ? LifecycleAsked : StickinessAsked;
  return (
    <WithKnown title={t(`activity.kind.${kind}.title`)} what={t("activity.what")}>
      {(known) => <Kind known={known} search={search} go={go} />}
    </WithKnown>
  );
}
