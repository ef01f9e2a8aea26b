/** Who is behind a figure of stickiness or of the life cycle; and for one of them, what they are in each bucket and why. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import {
  type ActivityKind,
  activityProofOptions,
  fetchStageFile,
  fetchStagePeople,
  fetchStickyFile,
  fetchStickyPeople,
  type LifecycleAnswer,
  type StagePerson,
  type StagePlace,
  type StickinessAnswer,
  type StickyPerson,
  type StickyPlace,
} from "@/api/activity";
import { MISSING } from "@/kit/format";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { Activity } from "./activityDefinition";
import { useBucketNames } from "./activityNames";
import { People, ProofLines } from "./People";

type Props<A, P> = {
  answer: A;
  definition: Activity;
  place: P | null;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};

/** Show who was active on so many days. */
export function StickyPeoplePane({ answer, definition, place, person, open, close }: Props<StickinessAnswer, StickyPlace>) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBucketNames(answer.by);
  const title = () => {
    if (!place) return null;
    if (place.bucket === null) {
      const day = format.weekday(place.day ?? "");
      return place.window === 1 ? t("activity.list.day", { day }) : t("activity.list.window", { day, window: place.window });
    }
    const bucket = names.long(place.bucket);
    if (place.days === null) return t("activity.list.bucket", { bucket });
    return t(place.at_least ? "activity.list.least" : "activity.list.days", { bucket, days: place.days });
  };
  return (
    <People<StickyPerson>
      title={title()}
      person={person}
      proofTitle={t("activity.proof")}
      proof={person === null ? null : <Proof kind="stickiness" answer={answer} definition={definition} person={person} at={place?.bucket ?? null} />}
      about={format.span(answer.period.from, answer.period.to)}
      which={["stickiness", definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchStickyPeople(definition, answer.asked_ms, place as StickyPlace, cursor, signal)}
      file={() => fetchStickyFile(definition, answer.asked_ms, place)}
      fileName="stickiness-people"
      columns={[
        { key: "days", title: t("activity.days"), number: true, width: 90, cell: (row) => format.count(row.days) },
        { key: "first", title: t("activity.first"), width: 170, cell: (row) => format.full(row.first) },
      ]}
      what={t("activity.what")}
      open={(row) => open(row?.person ?? null)}
      close={close}
      testid="activity-people"
    />
  );
}

/** Show who is new, returning, resurrected or dormant. */
export function StagePeoplePane({ answer, definition, place, person, open, close }: Props<LifecycleAnswer, StagePlace>) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBucketNames(answer.by);
  const instant = (at: string | null) => (at ? format.full(at) : <span className="muted">{MISSING}</span>);
  const title = place ? t("activity.list.state", { bucket: names.long(place.bucket), state: t(`activity.state.${place.state}`) }) : null;
  return (
    <People<StagePerson>
      title={title}
      person={person}
      proofTitle={t("activity.proof")}
      proof={person === null ? null : <Proof kind="lifecycle" answer={answer} definition={definition} person={person} at={place?.bucket ?? null} />}
      about={format.span(answer.period.from, answer.period.to)}
      which={["lifecycle", definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchStagePeople(definition, answer.asked_ms, place as StagePlace, cursor, signal)}
      file={() => fetchStageFile(definition, answer.asked_ms, place)}
      fileName="lifecycle-people"
      columns={[
        ...(place?.state === "active"
          ? [{ key: "state", title: t("activity.stateOf"), width: 100, cell: (row: StagePerson) => t(`activity.state.${row.state}`) }]
          : []),
        { key: "first", title: t("activity.firstIn"), width: 160, cell: (row) => instant(row.first) },
        { key: "before", title: t("activity.before"), width: 160, cell: (row) => instant(row.before) },
      ]}
      what={t("activity.what")}
      open={(row) => open(row?.person ?? null)}
      close={close}
      testid="activity-people"
    />
  );
}

type ProofProps = { kind: ActivityKind; answer: LifecycleAnswer | StickinessAnswer; definition: Activity; person: number; at: string | null };
const ACTIVE = new Set(["sticky", "new", "returning", "resurrected"]);

function Proof({ kind, answer, definition, person, at }: ProofProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBucketNames(answer.by);
  const query = useQuery(activityProofOptions(kind, definition, answer.asked_ms, person));
  return (
    <Shown query={query} what={t("activity.proof")} permission="people.see" skeleton={<Bone height={200} />}>
      {(data) => (
        <>
          <ProofLines
            label={t("activity.proof")}
            lines={data.buckets.flatMap((one) => [
              {
                key: one.bucket ?? "none",
                ...(one.bucket ? { head: names.long(one.bucket) } : {}),
                text: format.say(one),
                counted: ACTIVE.has(one.why),
                here: one.bucket === at,
              },
              ...(one.active ?? []).map((day) => ({ key: day.day, text: `${format.weekday(day.day)} · ${format.say(day)}`, counted: true })),
            ])}
          />
          {data.more ? <p className="muted">{t("activity.moreBuckets", { count: format.count(data.more) as unknown as number })}</p> : null}
        </>
      )}
    </Shown>
  );
}
