/** The builder of a retention: who starts, what a return is, the cells; and, opened, how starts and returns count, the same value, a measure, filters. */

import { Input, InputNumber, Select, Tooltip } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { EventsOf, FieldOf, MoreButton, PeriodOf, WhereOf } from "./Asked";
import { eventsOf, patched } from "./given";
import {
  CELLS_MOST,
  COHORTS,
  cellsOf,
  DAYS_FARTHEST,
  GRAINS,
  type Grain,
  grained,
  type Measure,
  type Retention,
  readBrackets,
} from "./retentionDefinition";
import { WhoOf } from "./WhoOf";

type Props = { definition: Retention; known: Known; change: (definition: Retention) => void };

function Parts({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const back = definition.return ?? definition.start;
  return (
    <div className="filters analysis-line">
      <EventsOf part={definition.start} known={known} label={t("retention.start")} any change={(start) => change({ ...definition, start })} />
      <EventsOf
        part={back}
        known={known}
        label={t("retention.back")}
        any
        change={(part) => {
          // Left out, a return is the start again; so it is where nothing is chosen.
          const same = JSON.stringify(part) === JSON.stringify(definition.start) || eventsOf(part).length === 0;
          change(patched(definition, { return: same ? undefined : part }));
        }}
      />
    </div>
  );
}

function Brackets({ definition, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  const written = (definition.brackets ?? []).join(", ");
  const [text, write] = useState(written);
  useEffect(() => write(written), [written]);
  const done = () => {
    const brackets = readBrackets(text);
    if (brackets) change({ ...definition, brackets });
    else write(written);
  };
  return (
    <Tooltip title={t("retention.bracketsHint")}>
      <Input
        aria-label={t("retention.brackets")}
        className="retention-brackets num"
        value={text}
        onChange={(event) => write(event.target.value)}
        onBlur={done}
        onPressEnter={done}
      />
    </Tooltip>
  );
}

function Interval({ definition, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  const given = /^(\d{1,4}) days?$/.exec(definition.interval ?? "");
  const use = given ? "given" : definition.interval === "own" ? "own" : "site";
  return (
    <Filter label={t("retention.intervalLabel")}>
      <Select
        aria-label={t("retention.intervalLabel")}
        popupMatchSelectWidth={false}
        value={use}
        options={(["site", "own", "given"] as const).map((one) => ({ value: one, label: t(`retention.use.interval.${one}`) }))}
        onChange={(next) => change(patched(definition, { interval: next === "given" ? "90 days" : next === "own" ? "own" : undefined }))}
      />
      {given ? (
        <InputNumber
          aria-label={t("retention.intervalDays")}
          className="analysis-count"
          min={1}
          max={DAYS_FARTHEST}
          changeOnWheel={false}
          value={Number(given[1])}
          onChange={(days) => (days ? change({ ...definition, interval: `${days} days` }) : undefined)}
        />
      ) : null}
    </Filter>
  );
}

function Cells({ definition, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  return (
    <>
      <Filter label={t("retention.grainLabel")}>
        <Select<Grain>
          aria-label={t("retention.grainLabel")}
          popupMatchSelectWidth={false}
          value={definition.grain}
          options={GRAINS.map((grain) => ({ value: grain, label: t(`retention.grain.name.${grain}`) }))}
          onChange={(grain) => change(grained(definition, grain))}
        />
        {definition.grain === "brackets" ? (
          <Brackets definition={definition} change={change} />
        ) : (
          <InputNumber
            aria-label={t("retention.cells")}
            className="analysis-count"
            min={1}
            max={CELLS_MOST}
            changeOnWheel={false}
            value={cellsOf(definition)}
            onChange={(cells) => (cells ? change({ ...definition, cells }) : undefined)}
          />
        )}
      </Filter>
      {definition.grain === "trip" ? <Interval definition={definition} change={change} /> : null}
    </>
  );
}

function MeasureOf({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const { measure } = definition;
  const use = measure === undefined ? "none" : typeof measure === "string" ? measure : "sum";
  const set = (next: string) => {
    const { returns: _, ...rest } = definition;
    // A measure is of the events of one cell.
    if (next === "none") change(patched(definition, { measure: undefined }));
    else change({ ...rest, measure: next === "sum" ? { sum: "price" } : (next as Measure) });
  };
  return (
    <Filter label={t("retention.measure")}>
      <Select
        aria-label={t("retention.measure")}
        popupMatchSelectWidth={false}
        value={use}
        options={(["none", "count", "days", "sum"] as const).map((one) => ({ value: one as string, label: t(`retention.use.measure.${one}`) }))}
        onChange={set}
      />
      {typeof measure === "object" ? (
        <FieldOf
          label={t("retention.measureField")}
          none={t("retention.measureField")}
          value={measure.sum || undefined}
          known={known}
          change={(sum) => change({ ...definition, measure: { sum: sum ?? "" } })}
        />
      ) : null}
    </Filter>
  );
}

function More({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const own = !(COHORTS as readonly string[]).includes(definition.grain);
  return (
    <div className="analysis-more" id="analysis-more">
      <Filter label={t("retention.starts")}>
        <Select
          aria-label={t("retention.starts")}
          popupMatchSelectWidth={false}
          value={definition.starts ?? "recurring"}
          options={(["recurring", "first"] as const).map((one) => ({ value: one as string, label: t(`retention.use.start.${one}`) }))}
          onChange={(starts) => change(patched(definition, { starts: starts === "recurring" ? undefined : starts }))}
        />
      </Filter>
      <Filter label={t("retention.returns")}>
        <Select
          aria-label={t("retention.returns")}
          popupMatchSelectWidth={false}
          disabled={definition.measure !== undefined}
          value={definition.returns ?? "on"}
          options={(["on", "on_or_after"] as const).map((one) => ({ value: one as string, label: t(`retention.use.return.${one}`) }))}
          onChange={(returns) => change(patched(definition, { returns: returns === "on" ? undefined : returns }))}
        />
      </Filter>
      {own ? (
        <Filter label={t("retention.cohorts")}>
          <Select
            aria-label={t("retention.cohorts")}
            popupMatchSelectWidth={false}
            value={definition.cohorts ?? "day"}
            options={COHORTS.map((one) => ({ value: one as string, label: t(`retention.use.cohort.${one}`) }))}
            onChange={(cohorts) => change({ ...definition, cohorts })}
          />
        </Filter>
      ) : null}
      <Filter label={t("retention.same")}>
        <FieldOf
          label={t("retention.same")}
          none={t("retention.sameNone")}
          value={definition.same}
          known={known}
          change={(same) => change(patched(definition, { same }))}
        />
      </Filter>
      <MeasureOf definition={definition} known={known} change={change} />
      <WhereOf where={definition.where} known={known} change={(where) => change(patched(definition, { where }))} />
      <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
    </div>
  );
}

/** Edit a retention. */
export function RetentionRules({ definition, known, change, opened, open }: Props & { opened: boolean; open: (more: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Parts definition={definition} known={known} change={change} />
      <div className="filters">
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
        <Cells definition={definition} change={change} />
        <Filter label={t("analysis.breakdown")}>
          <FieldOf
            label={t("analysis.breakdown")}
            none={t("analysis.breakdownNone")}
            value={definition.breakdown?.field}
            known={known}
            change={(field) => change(patched(definition, { breakdown: field ? { ...definition.breakdown, field } : undefined }))}
          />
        </Filter>
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? <More definition={definition} known={known} change={change} /> : null}
    </>
  );
}
