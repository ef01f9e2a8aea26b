/** The builder of driver trees: from which start, to what within how long, split by what; and, opened, how deep, how small, whose. */

import { InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { EventsOf, FieldOf, FieldsOf, MoreButton, PeriodOf, WhereOf } from "./Asked";
import { DEPTH, DEPTHS, DRIVERS_MOST, type DriversDefinition, LEAST, sorted, withDrivers, withTarget } from "./driversDefinition";
import { patched } from "./given";
import { LengthOf } from "./LengthOf";
import { TraitsOf } from "./TraitsOf";
import { WhoOf } from "./WhoOf";

type Props = { definition: DriversDefinition; known: Known; change: (definition: DriversDefinition) => void };

function TargetOf({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const { target } = definition;
  const sums = target.sum !== undefined;
  return (
    <>
      <EventsOf
        part={{ event: target.did, ...(target.where ? { where: target.where } : {}) }}
        known={known}
        label={t("drivers.target")}
        change={(part) => change(withTarget(definition, { did: part.event, where: part.where }))}
      />
      <LengthOf text={target.within} label={t("drivers.within")} change={(within) => change(withTarget(definition, { within }))} />
      <Filter label={t("drivers.driven.ask")}>
        <Select
          aria-label={t("drivers.driven.ask")}
          popupMatchSelectWidth={false}
          value={sums ? "sum" : "did"}
          options={[
            { value: "did", label: t("drivers.measure.did") },
            { value: "sum", label: t("drivers.measure.sum") },
          ]}
          onChange={(measure) => change(withTarget(definition, { sum: measure === "sum" ? "price" : undefined }))}
        />
        {sums ? (
          <FieldOf
            value={target.sum || undefined}
            known={known}
            label={t("drivers.sumOf")}
            none={t("drivers.sumOf")}
            change={(sum) => change(withTarget(definition, { sum: sum ?? "" }))}
          />
        ) : null}
      </Filter>
    </>
  );
}

function More({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const number = (key: "least" | "seed", label: string, usual: number, [low, high]: [number, number]) => (
    <Filter label={label}>
      <InputNumber
        aria-label={label}
        className="analysis-count"
        min={low}
        max={high}
        changeOnWheel={false}
        value={definition[key] ?? usual}
        onChange={(value) => (value === null ? undefined : change(patched(definition, { [key]: value === usual ? undefined : value })))}
      />
    </Filter>
  );
  return (
    <div className="analysis-more">
      <Filter label={t("drivers.depth")}>
        <Select
          aria-label={t("drivers.depth")}
          popupMatchSelectWidth={false}
          value={definition.depth ?? DEPTH}
          options={DEPTHS.map((depth) => ({ value: depth as number, label: String(depth) }))}
          onChange={(depth) => change(patched(definition, { depth: depth === DEPTH ? undefined : depth }))}
        />
      </Filter>
      {number("least", t("drivers.least"), LEAST, [10, 1_000_000])}
      {number("seed", t("drivers.seed"), 1, [0, 2_147_483_647])}
      <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
      <WhereOf where={definition.where} known={known} change={(where) => change(patched(definition, { where }))} />
    </div>
  );
}

/** Edit a driver tree. */
export function DriversBuilder({ definition, known, change, opened, open }: Props & { opened: boolean; open: (more: boolean) => void }) {
  const { t } = useTranslation();
  const { categories, numbers, traits } = sorted(definition.by);
  const set = (kind: "categories" | "numbers" | "traits") => (names: string[]) => change(withDrivers(definition, kind, names));
  const left = DRIVERS_MOST - definition.by.length;
  return (
    <>
      <div className="filters">
        <EventsOf part={definition.start} known={known} label={t("drivers.start")} any change={(start) => change({ ...definition, start })} />
        <TargetOf definition={definition} known={known} change={change} />
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
      </div>
      <div className="filters">
        <Filter label={t("drivers.by")}>
          <FieldsOf
            fields={categories}
            known={known}
            most={categories.length + left}
            label={t("drivers.by")}
            none={t("drivers.none")}
            change={set("categories")}
          />
        </Filter>
        <Filter label={t("drivers.numbers")}>
          <FieldsOf
            fields={numbers}
            known={known}
            most={numbers.length + left}
            label={t("drivers.numbers")}
            none={t("drivers.none")}
            change={set("numbers")}
          />
        </Filter>
        <TraitsOf traits={traits} most={traits.length + left} known={known} change={set("traits")} />
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? <More definition={definition} known={known} change={change} /> : null}
    </>
  );
}
