/** The builder of sessions: which events take part, after how long a silence and at what else they are over; and, opened, how ends are told apart, whose. */

import { Checkbox } from "antd";
import { useTranslation } from "react-i18next";
import { Filter } from "@/kit/Page";
import { EventPicker, FieldOf, MoreButton, PeriodOf, TrendOf, WhereOf } from "./Asked";
import type { Building } from "./asking";
import { eventsOf, patched } from "./given";
import { LengthOf } from "./LengthOf";
import { withNames } from "./pathsDefinition";
import type { SessionsDefinition } from "./sessionsDefinition";
import { WhoOf } from "./WhoOf";

const GAP_MOST = 1_440;

/** Edit sessions. */
export function SessionsBuilder({ definition, known, change, opened, open }: Building<SessionsDefinition>) {
  const { t } = useTranslation();
  const cut = typeof definition.breakdown === "string" ? definition.breakdown : definition.breakdown?.field;
  const by = typeof definition.by === "string" ? definition.by : definition.by?.field;
  return (
    <>
      <div className="filters">
        <Filter label={t("sessions.events")}>
          <EventPicker
            part={{ event: definition.events.flatMap(eventsOf) }}
            known={known}
            label={t("sessions.events")}
            change={(event) => change(withNames(definition, eventsOf({ event })))}
          />
          {definition.events.length ? null : <span className="muted">{t("paths.allEvents")}</span>}
        </Filter>
        <LengthOf text={definition.gap} label={t("sessions.gap")} most={GAP_MOST} change={(gap) => change({ ...definition, gap })} />
        <Filter label={t("sessions.also")}>
          <Checkbox
            checked={definition.midnight === true}
            onChange={(event) => change(patched(definition, { midnight: event.target.checked || undefined }))}
          >
            {t("sessions.midnight")}
          </Checkbox>
          <Checkbox
            checked={Boolean(definition.campaign)}
            onChange={(event) => change(patched(definition, { campaign: event.target.checked || undefined }))}
          >
            {t("sessions.campaign")}
          </Checkbox>
        </Filter>
      </div>
      <div className="filters">
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
        <Filter label={t("analysis.breakdown")}>
          <FieldOf
            value={cut}
            known={known}
            label={t("analysis.breakdown")}
            none={t("analysis.breakdownNone")}
            change={(breakdown) => change(patched(definition, { breakdown }))}
          />
        </Filter>
        <TrendOf trend={definition.trend} change={(trend) => change(patched(definition, { trend }))} />
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? (
        <div className="analysis-more">
          <Filter label={t("sessions.by")}>
            <FieldOf
              value={by}
              known={known}
              label={t("sessions.by")}
              none={t("paths.byNone")}
              change={(field) => change(patched(definition, { by: field }))}
            />
          </Filter>
          <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
          <WhereOf where={definition.where} known={known} change={(where) => change(patched(definition, { where }))} />
        </div>
      ) : null}
    </>
  );
}
