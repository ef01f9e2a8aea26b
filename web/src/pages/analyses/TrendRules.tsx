/** The builder of a trend: its figures, the formula, the grain, cuts and comparisons. */

import { CloseOutlined, FilterOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Input, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { EventPicker, FieldOf, FieldsOf, MoreButton, PeriodOf, WhereOf } from "./Asked";
import { patched } from "./given";
import { TestsEditor } from "./TestsEditor";
import { COMPARES, type Definition, GRAINS, LETTERS, MEASURES, OF_FIELD, SERIES_MOST, type Series, without } from "./trend";
import { WhoOf } from "./WhoOf";

type Props = { definition: Definition; known: Known; change: (definition: Definition) => void };
const MOVING = [3, 7, 14, 28];

function OneSeries({ letter, one, known, change }: { letter: string; one: Series; known: Known; change: (one: Series) => void }) {
  const { t } = useTranslation();
  const measure = one.measure ?? "events";
  const { of: _, ...bare } = one;
  return (
    <>
      <EventPicker part={one} known={known} label={t("trend.seriesEvents", { letter })} change={(event) => change({ ...one, event })} />
      <Select
        size="small"
        aria-label={t("trend.measure", { letter })}
        popupMatchSelectWidth={false}
        value={measure}
        options={MEASURES.map((name) => ({ value: name as string, label: t(`trend.measures.${name}`) }))}
        onChange={(name) => change(OF_FIELD.includes(name) ? { ...one, measure: name } : { ...bare, measure: name })}
      />
      {OF_FIELD.includes(measure) ? (
        <FieldOf
          label={t("trend.of", { letter })}
          none={t("trend.ofNone")}
          value={one.of}
          known={known}
          change={(of) => change(of ? { ...one, of } : bare)}
        />
      ) : null}
      {one.where?.length ? (
        <TestsEditor
          tests={one.where}
          known={known}
          change={(where) => {
            const { where: __, ...rest } = one;
            change(where ? { ...rest, where } : rest);
          }}
        />
      ) : null}
      <Button
        size="small"
        type="text"
        icon={<FilterOutlined />}
        aria-label={t("trend.addTest", { letter })}
        title={t("analysis.addTest")}
        onClick={() => change({ ...one, where: [...(one.where ?? []), { field: "", op: "=", value: "" }] })}
      />
    </>
  );
}

/** A formula is asked for when it is complete: on Enter, or when one leaves the field. */
function FormulaOf({ formula, change }: { formula: string | undefined; change: (formula: string | undefined) => void }) {
  const { t } = useTranslation();
  const [text, write] = useState(formula ?? "");
  useEffect(() => write(formula ?? ""), [formula]);
  const done = () => {
    if (text.trim() !== (formula ?? "")) change(text.trim() || undefined);
  };
  return (
    <Filter label={t("trend.formula")}>
      <Input
        className="trend-formula mono"
        size="small"
        allowClear
        maxLength={200}
        aria-label={t("trend.formula")}
        placeholder={t("trend.formulaHint")}
        value={text}
        onChange={(event) => write(event.target.value)}
        onPressEnter={done}
        onBlur={done}
      />
    </Filter>
  );
}

/** Edit the figures. */
export function SeriesList({ definition, known, change }: Props) {
  const { t } = useTranslation();
  const { series } = definition;
  return (
    <ol className="trend-series" aria-label={t("trend.series")}>
      {series.map((one, index) => {
        const letter = LETTERS[index] ?? "";
        return (
          <li key={letter}>
            <span className="trend-letter mono">{letter}</span>
            <OneSeries
              letter={letter}
              one={one}
              known={known}
              change={(next) => change({ ...definition, series: series.map((other, at) => (at === index ? next : other)) })}
            />
            <Button
              size="small"
              type="text"
              icon={<CloseOutlined />}
              disabled={series.length < 2}
              aria-label={t("trend.remove", { letter })}
              onClick={() => change(without(definition, index))}
            />
          </li>
        );
      })}
      <li>
        {series.length < SERIES_MOST ? (
          <Button
            size="small"
            type="dashed"
            icon={<PlusOutlined aria-hidden />}
            onClick={() => change({ ...definition, series: [...series, { event: "", measure: "events" }] })}
          >
            {t("trend.add")}
          </Button>
        ) : null}
        <FormulaOf formula={definition.formula} change={(formula) => change(patched(definition, { formula }))} />
      </li>
    </ol>
  );
}

/** Edit the rules. */
export function TrendRules({ definition, known, change, opened, open }: Props & { opened: boolean; open: (more: boolean) => void }) {
  const { t } = useTranslation();
  const cut = definition.breakdown;
  const fields = cut ? (Array.isArray(cut.field) ? cut.field : [cut.field]) : [];
  return (
    <>
      <div className="filters">
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
        <Filter label={t("trend.grain")}>
          <Select
            aria-label={t("trend.grain")}
            popupMatchSelectWidth={false}
            value={definition.grain ?? "day"}
            options={GRAINS.map((one) => ({ value: one as string, label: t(`trend.grains.${one}`) }))}
            onChange={(grain) => change({ ...definition, grain })}
          />
        </Filter>
        <Filter label={t("analysis.breakdown")}>
          <FieldsOf
            fields={fields}
            known={known}
            change={(next) =>
              change(
                patched(definition, {
                  breakdown: next.length ? { top: 5, ...cut, field: next.length === 1 ? (next[0] as string) : next } : undefined,
                }),
              )
            }
          />
        </Filter>
        <Filter label={t("trend.compare")}>
          <Select
            aria-label={t("trend.compare")}
            popupMatchSelectWidth={false}
            value={definition.compare ?? ""}
            options={[
              { value: "", label: t("trend.compareNone") },
              ...COMPARES.map((one) => ({ value: one as string, label: t(`trend.compares.${one}`) })),
            ]}
            onChange={(compare) => change(patched(definition, { compare: compare || undefined }))}
          />
        </Filter>
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? (
        <div className="analysis-more">
          <Filter label={t("trend.moving")}>
            <Select
              aria-label={t("trend.moving")}
              popupMatchSelectWidth={false}
              value={definition.moving ?? 0}
              options={[
                { value: 0, label: t("trend.movingNone") },
                ...[...new Set([...MOVING, ...(definition.moving ? [definition.moving] : [])])].map((count) => ({
                  value: count,
                  label: t("trend.movingOf", { count }),
                })),
              ]}
              onChange={(moving) => change(patched(definition, { moving: moving || undefined }))}
            />
          </Filter>
          <Checkbox
            checked={definition.cumulative ?? false}
            onChange={(event) => change(patched(definition, { cumulative: event.target.checked || undefined }))}
          >
            {t("trend.cumulative")}
          </Checkbox>
          <WhereOf where={definition.where} known={known} change={(where) => change(patched(definition, { where }))} />
          <WhoOf who={definition.who} known={known} change={(who) => change(patched(definition, { who }))} />
        </div>
      ) : null}
    </>
  );
}
