/** The builder of stickiness and of the life cycle: which of them, the events by which somebody is active, the period and its buckets. */

import { Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { ActivityKind } from "@/api/activity";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { EventsOf, MoreButton, PeriodOf, WhereOf } from "./Asked";
import { type Activity, type Bucket, bucketsOf, KINDS } from "./activityDefinition";
import { patched } from "./given";
import { WhoOf } from "./WhoOf";

type Props = {
  kind: ActivityKind;
  definition: Activity;
  known: Known;
  turn: (kind: ActivityKind) => void;
  change: (definition: Activity) => void;
  opened: boolean;
  open: (more: boolean) => void;
};

/** Edit a definition. */
export function ActivityRules({ kind, definition, known, turn, change, opened, open }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <div className="filters">
        <Segmented<ActivityKind>
          aria-label={t("activity.view")}
          value={kind}
          options={KINDS.map((one) => ({ value: one, label: t(`activity.kind.${one}.name`) }))}
          onChange={turn}
        />
        <EventsOf part={definition.event} known={known} label={t("activity.event")} any change={(event) => change({ ...definition, event })} />
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
        <Filter label={t("activity.by")}>
          <Select<Bucket>
            aria-label={t("activity.by")}
            popupMatchSelectWidth={false}
            value={definition.by}
            options={bucketsOf(kind).map((one) => ({ value: one, label: t(`activity.grain.${one}`) }))}
            onChange={(by) => change({ ...definition, by })}
          />
        </Filter>
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? (
        <div className="analysis-more" id="analysis-more">
          <WhereOf where={definition.where} known={known} change={(where) => change(patched(definition, { where }))} />
          <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
        </div>
      ) : null}
    </>
  );
}
