/** The builder of baskets: which items, in which baskets, of which time; and, opened, how often at least, in which order, filters, whose. */

import { InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Filter } from "@/kit/Page";
import { EventsOf, FieldsOf, MoreButton, PeriodOf, WhereOf } from "./Asked";
import type { Building } from "./asking";
import {
  type Basket,
  BYS,
  type By,
  hasCancelled,
  ITEMS_MOST,
  insideOf,
  KINDS,
  LEAST,
  ofEvents,
  othersOf,
  withCancelled,
  withInside,
  withOthers,
} from "./basketDefinition";
import { patched } from "./given";
import { LengthOf } from "./LengthOf";
import { useNames } from "./names";
import { WhoOf } from "./WhoOf";

type Props = Pick<Building<Basket>, "definition" | "known" | "change">;
const FAR = "7 days";
const LEAST_MOST = 1_000_000;
const GAP_MOST = 365;

function Inside({ definition, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  const { field } = useNames();
  const inside = insideOf(definition);
  const told = (name: string) =>
    (KINDS as readonly string[]).includes(name) ? t(`basket.in.${name as "order"}`) : t("basket.inField", { field: field(name) });
  const able = definition.event ? [...new Set(["order_ref", "session_id", "person", inside])] : [...KINDS];
  return (
    <>
      <Filter label={t("basket.inLabel")}>
        <Select
          aria-label={t("basket.inLabel")}
          popupMatchSelectWidth={false}
          value={inside}
          options={able.map((one) => ({ value: one as string, label: told(one) }))}
          onChange={(one) => change(withInside(definition, one))}
        />
      </Filter>
      {inside === "trip" ? (
        <Filter label={t("basket.gap")}>
          <InputNumber
            aria-label={t("basket.gap")}
            className="analysis-count"
            min={0}
            max={GAP_MOST}
            changeOnWheel={false}
            value={definition.gap ?? 1}
            onChange={(gap) => (gap === null ? undefined : change(patched(definition, { gap: gap === 1 ? undefined : gap })))}
          />
        </Filter>
      ) : null}
      {inside === "person" ? (
        <Filter label={t("basket.within")}>
          <Select
            aria-label={t("basket.within")}
            popupMatchSelectWidth={false}
            value={definition.within ? "within" : "all"}
            options={(["all", "within"] as const).map((one) => ({ value: one, label: t(`basket.withinKinds.${one}`) }))}
            onChange={(one) => change(patched(definition, { within: one === "within" ? FAR : undefined }))}
          />
          {definition.within ? (
            <LengthOf text={definition.within} label={t("basket.withinLength")} change={(within) => change({ ...definition, within })} />
          ) : null}
        </Filter>
      ) : null}
    </>
  );
}

function Source({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const kinds = [...(known.orders || !definition.event ? (["orders"] as const) : []), ...(known.events.length ? (["events"] as const) : [])];
  return (
    <>
      {kinds.length > 1 ? (
        <Filter label={t("basket.source")}>
          <Select
            aria-label={t("basket.source")}
            popupMatchSelectWidth={false}
            value={definition.event ? "events" : "orders"}
            options={kinds.map((one) => ({ value: one as string, label: t(`basket.sources.${one}`) }))}
            onChange={(one) => change(ofEvents(definition, one === "events"))}
          />
        </Filter>
      ) : null}
      {definition.event ? (
        <EventsOf part={definition.event} known={known} label={t("basket.event")} change={(event) => change({ ...definition, event })} />
      ) : null}
    </>
  );
}

function More({ definition, known, change }: Props) {
  const { t } = useTranslation();
  return (
    <div className="analysis-more" id="analysis-more">
      <Filter label={t("basket.least")}>
        <InputNumber
          aria-label={t("basket.least")}
          className="analysis-count"
          min={1}
          max={LEAST_MOST}
          changeOnWheel={false}
          value={definition.least ?? LEAST}
          onChange={(least) => (least === null ? undefined : change(patched(definition, { least: least === LEAST ? undefined : least })))}
        />
      </Filter>
      <Filter label={t("basket.by")}>
        <Select<By>
          aria-label={t("basket.by")}
          popupMatchSelectWidth={false}
          value={definition.by ?? "lift"}
          options={BYS.map((one) => ({ value: one, label: t(`basket.bys.${one}`) }))}
          onChange={(by) => change(patched(definition, { by: by === "lift" ? undefined : by }))}
        />
      </Filter>
      <WhereOf
        where={othersOf(definition)}
        known={known}
        {...(definition.event ? {} : { label: t("basket.everyLine") })}
        change={(where) => change(withOthers(definition, where))}
      />
      <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
    </div>
  );
}

/** Edit a basket analysis. */
export function BasketRules({ definition, known, change, opened, open }: Building<Basket>) {
  const { t } = useTranslation();
  // Lines of orders have fields of their own.
  const fields = definition.event ? known : { ...known, fields: known.line_fields };
  return (
    <>
      <div className="filters">
        <Source definition={definition} known={known} change={change} />
        <Filter label={t("basket.items")}>
          <FieldsOf
            fields={definition.items}
            known={fields}
            most={ITEMS_MOST}
            label={t("basket.items")}
            none={t("basket.itemsNone")}
            change={(items) => change({ ...definition, items })}
          />
        </Filter>
        <Inside definition={definition} change={change} />
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
        {definition.event ? null : (
          <Filter label={t("basket.cancelled")}>
            <Select
              aria-label={t("basket.cancelled")}
              popupMatchSelectWidth={false}
              value={hasCancelled(definition) ? "in" : "out"}
              options={(["out", "in"] as const).map((one) => ({ value: one, label: t(`basket.cancelledKinds.${one}`) }))}
              onChange={(one) => change(withCancelled(definition, one === "in"))}
            />
          </Filter>
        )}
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? <More definition={definition} known={fields} change={change} /> : null}
    </>
  );
}
