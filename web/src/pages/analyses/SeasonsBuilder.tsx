/** The builder of views of seasons: which metric, by day or hour, over which days; and, opened, which seasons, what is unusual, which rows. */

import { useQuery } from "@tanstack/react-query";
import { Checkbox, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { catalogueOptions } from "@/api/keys";
import { Filter } from "@/kit/Page";
import { useFormat } from "@/kit/use";
import { MoreButton, PeriodOf } from "./Asked";
import { patched } from "./given";
import { type By, PARTS, type SeasonsDefinition, UNUSUAL, withBy } from "./seasonsDefinition";

type Props = { definition: SeasonsDefinition; known: Known; change: (definition: SeasonsDefinition) => void };
const SPAN = { least: 7, most: 99, step: 2 };

function MetricOf({ definition, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: catalogue } = useQuery(catalogueOptions());
  const metrics = (catalogue?.metrics ?? []).filter((metric) => definition.by !== "hour" || metric.hourly);
  const named = metrics.some((metric) => metric.name === definition.metric);
  return (
    <Filter label={t("seasons.metric")}>
      <Select
        showSearch
        aria-label={t("seasons.metric")}
        className="seasons-metric"
        popupMatchSelectWidth={false}
        optionFilterProp="label"
        loading={!catalogue}
        value={definition.metric}
        options={[
          ...(named ? [] : [{ value: definition.metric, label: definition.metric }]),
          ...metrics.map((metric) => ({ value: metric.name, label: `${format.say(metric.title)} \u00b7 ${metric.name}` })),
        ]}
        onChange={(metric) => change(patched(definition, { metric, clock: undefined }))}
      />
    </Filter>
  );
}

function More({ definition, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  const by = definition.by ?? "day";
  return (
    <div className="analysis-more">
      <Filter label={t("seasons.which")}>
        <Select
          mode="multiple"
          aria-label={t("seasons.which")}
          className="analysis-cut"
          popupMatchSelectWidth={false}
          placeholder={t("seasons.whichAll")}
          value={definition.of ?? []}
          options={PARTS[by].map((season) => ({ value: season, label: t(`seasons.seasonOf.${season as "week"}`) }))}
          onChange={(of: string[]) => change(patched(definition, { of: of.length ? of : undefined }))}
        />
      </Filter>
      <Filter label={t("seasons.unusualFrom")}>
        <InputNumber
          aria-label={t("seasons.unusualFrom")}
          className="analysis-count"
          min={1}
          max={20}
          changeOnWheel={false}
          value={definition.unusual ?? UNUSUAL}
          onChange={(unusual) => (unusual ? change(patched(definition, { unusual: unusual === UNUSUAL ? undefined : unusual })) : undefined)}
        />
      </Filter>
      <Filter label={t("seasons.span")}>
        <InputNumber
          aria-label={t("seasons.span")}
          className="analysis-count"
          min={SPAN.least}
          max={SPAN.most}
          step={SPAN.step}
          changeOnWheel={false}
          placeholder={t("seasons.spanUsual")}
          value={definition.span ?? null}
          onChange={(span) => change(patched(definition, { span: span ? span - ((span + 1) % 2) : undefined }))}
        />
      </Filter>
      <Filter label={t("seasons.where")}>
        <Select
          mode="tags"
          aria-label={t("seasons.where")}
          className="spread-bins"
          open={false}
          suffixIcon={null}
          placeholder={t("seasons.whereHint")}
          value={definition.where ?? []}
          onChange={(where: string[]) => change(patched(definition, { where: where.length ? where : undefined }))}
        />
      </Filter>
      <Checkbox
        checked={definition.robust ?? true}
        onChange={(event) => change(patched(definition, { robust: event.target.checked ? undefined : false }))}
      >
        {t("seasons.robust")}
      </Checkbox>
      <Checkbox
        checked={definition.empty === "zero"}
        onChange={(event) => change(patched(definition, { empty: event.target.checked ? "zero" : undefined }))}
      >
        {t("seasons.zero")}
      </Checkbox>
    </div>
  );
}

/** Edit a view of seasons. */
export function SeasonsBuilder({ definition, known, change, opened, open }: Props & { opened: boolean; open: (more: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="filters">
        <MetricOf definition={definition} change={change} />
        <Filter label={t("seasons.buckets")}>
          <Select
            aria-label={t("seasons.buckets")}
            popupMatchSelectWidth={false}
            value={definition.by ?? "day"}
            options={(["day", "hour"] as const).map((by) => ({ value: by as By, label: t(`seasons.bucketOf.${by}`) }))}
            onChange={(by: By) => change(withBy(definition, by, known))}
          />
        </Filter>
        <PeriodOf period={definition.period} known={known} change={(period) => change({ ...definition, period })} />
        <MoreButton opened={opened} open={open} />
      </div>
      {opened ? <More definition={definition} change={change} /> : null}
    </>
  );
}
