/** The builder of paths: where they start or end, which events take part, how many steps; and, opened, pauses, repeats, names, whose. */

import { InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { EventPicker, EventsOf, FieldOf, MoreButton, PeriodOf, WhereOf } from "./Asked";
import { type Events, eventsOf, patched } from "./given";
import { LengthOf } from "./LengthOf";
import {
  ANCHORS,
  type Anchor,
  anchored,
  anchorOf,
  type PathsDefinition,
  REPEATS,
  STEPS_LEAST,
  STEPS_MOST,
  TOP_MOST,
  withNames,
} from "./pathsDefinition";
import { WhoOf } from "./WhoOf";

const LABELS = { steps: "paths.steps", top: "paths.top" } as const;

type Props = { definition: PathsDefinition; known: Known; change: (definition: PathsDefinition) => void };

function AnchorOf({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const anchor = anchorOf(definition);
  const rows = definition.start ?? definition.end;
  const first = definition.events.flatMap(eventsOf)[0] ?? known.events[0]?.name ?? "";
  return (
    <>
      <Filter label={t("paths.anchor")}>
        <Select
          aria-label={t("paths.anchor")}
          popupMatchSelectWidth={false}
          value={anchor}
          options={ANCHORS.map((one) => ({ value: one, label: t(`paths.anchors.${one}`) }))}
          onChange={(next: Anchor) => change(anchored(definition, next, next === "none" ? undefined : (rows ?? { event: first })))}
        />
      </Filter>
      {rows ? (
        <EventsOf
          part={rows}
          known={known}
          label={t(anchor === "end" ? "paths.endEvent" : "paths.startEvent")}
          change={(next: Events) => change(anchored(definition, anchor, next))}
        />
      ) : null}
    </>
  );
}

function More({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const by = typeof definition.by === "string" ? definition.by : definition.by?.field;
  return (
    <div className="analysis-more">
      <LengthOf text={definition.session_gap} label={t("paths.gap")} most={1_440} change={(session_gap) => change({ ...definition, session_gap })} />
      <Filter label={t("paths.repeats")}>
        <Select
          aria-label={t("paths.repeats")}
          popupMatchSelectWidth={false}
          value={definition.repeats ?? "one"}
          options={REPEATS.map((one) => ({ value: one as string, label: t(`paths.repeat.${one}`) }))}
          onChange={(repeats) => change({ ...definition, repeats })}
        />
      </Filter>
      <Filter label={t("paths.by")}>
        <FieldOf
          value={by}
          known={known}
          label={t("paths.by")}
          none={t("paths.byNone")}
          change={(field) => change(patched(definition, { by: field }))}
        />
      </Filter>
      <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
      <WhereOf where={definition.where} known={known} change={(where) => change(patched(definition, { where }))} />
    </div>
  );
}

/** Edit paths. */
export function PathsBuilder({ definition, known, change, opened, open }: Props & { opened: boolean; open: (more: boolean) => void }) {
  const { t } = useTranslation();
  const number = (key: "steps" | "top", least: number, most: number) => (
    <Filter label={t(LABELS[key])}>
      <InputNumber
        aria-label={t(LABELS[key])}
        className="analysis-count"
        min={least}
        max={most}
        changeOnWheel={false}
        value={definition[key]}
        onChange={(value) => (value ? change({ ...definition, [key]: value }) : undefined)}
      />
    </Filter>
  );
  return (
    <>
      <div className="filters">
        <AnchorOf definition={definition} known={known} change={change} />
        <Filter label={t("paths.events")}>
          <EventPicker
            part={{ event: definition.events.flatMap(eventsOf) }}
            known={known}
            label={t("paths.events")}
            change={(event) => change(withNames(definition, eventsOf({ event })))}
          />
          {definition.events.length ? null : <span className="muted">{t("paths.allEvents")}</span>}
        </Filter>
      </div>
      <div className="filters">
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
        {number("steps", STEPS_LEAST, STEPS_MOST)}
        {number("top", 1, TOP_MOST)}
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? <More definition={definition} known={known} change={change} /> : null}
    </>
  );
}
