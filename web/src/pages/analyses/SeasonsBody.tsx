/** A metric taken apart: the parts over time, how strong each is, what a weekday or hour brings, and what was unusual; a day opens its rows. */

import { useTranslation } from "react-i18next";
import type { SeasonsAnswer, SeasonsPoint } from "@/api/seasons";
import { GroupBars } from "@/charts/GroupBars";
import { Parts } from "@/charts/Parts";
import { isHour, MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Column, Sheet } from "@/kit/Sheet";
import { type Format, useFormat } from "@/kit/use";
import { Figures } from "./Spread";
import { expected, phases, roundly, strength, unusualOf } from "./seasonsDefinition";

type Open = (day: string) => void;
type Props = { answer: SeasonsAnswer; metric: string; open: Open };
const BARS_HEIGHT = 190;

/** Show the answer. */
export function SeasonsBody({ answer, metric, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const named = (season: string) => t(`seasons.seasonOf.${season as "week"}`);
  const told = (text: string | null | undefined) =>
    text === null || text === undefined ? MISSING : `${t(`seasons.strengths.${strength(text)}`)} (${Number(text).toFixed(2)})`;
  const column = (read: (point: SeasonsPoint) => string | null | undefined) => answer.points.map((point) => toNumber(read(point)));
  const parts = [
    { key: "value", name: metric, values: column((point) => point.value), high: true },
    { key: "trend", name: t("seasons.trend"), values: column((point) => point.trend) },
    ...answer.seasons.map((season) => ({ key: season, name: named(season), values: column((point) => point.seasons[season]) })),
    { key: "rest", name: t("seasons.rest"), values: column((point) => point.rest), bars: true },
  ];
  const foot = (index: number) => {
    const point = answer.points[index];
    if (point?.missing) return t(`seasons.missingWhy.${point.missing}`);
    return point?.unusual ? t("seasons.off", { score: signed(point.score, format) }) : undefined;
  };
  const recurring = answer.seasons.map((season) => ({ season, of: phases(answer, season) })).filter((one) => one.of.length > 1);
  return (
    <>
      <Panel title={t("seasons.parts")} hint={t("seasons.partsHint")}>
        <Figures
          figures={[
            { name: t("seasons.trend"), text: told(answer.trend_strength) },
            ...answer.seasons.map((season) => ({
              name: answer.steady[season] ? t("seasons.steady", { season: named(season) }) : named(season),
              text: told(answer.season_strengths[season]),
            })),
            { name: t("seasons.unusual"), text: format.count(answer.unusual), main: answer.unusual > 0 },
            ...(answer.missing ? [{ name: t("seasons.missingCount"), text: format.count(answer.missing) }] : []),
          ]}
        />
        {answer.seasons.length ? null : <p className="muted">{t("seasons.noSeason")}</p>}
        <Parts
          parts={parts}
          periods={answer.points.map((point) => point.at)}
          marked={answer.points.map((point) => point.unusual)}
          foot={foot}
          unit={answer.unit}
          format={format}
          name={t("seasons.parts")}
          pick={(index) => {
            const day = answer.points[index]?.at.slice(0, 10);
            if (day) open(day);
          }}
        />
      </Panel>
      {recurring.map(({ season, of }) => (
        <Panel
          key={season}
          title={t(`seasons.pattern.${season as "week"}`)}
          hint={t(answer.steady[season] ? "seasons.patternSteady" : "seasons.patternLast")}
        >
          <GroupBars
            groups={of.map((phase) => ({
              key: phase.key,
              name: season === "day" ? t("seasons.clock", { hour: phase.key }) : t(`seasons.weekdays.${phase.key as "0"}`),
              values: [phase.value],
              pick: false,
            }))}
            ways={[t("seasons.besideTrend")]}
            unit={answer.unit}
            format={format}
            name={t(`seasons.pattern.${season as "week"}`)}
            height={BARS_HEIGHT}
          />
        </Panel>
      ))}
      <Panel title={t("seasons.list")} hint={t("seasons.listHint")}>
        {answer.unusual ? <Unusual answer={answer} format={format} metric={metric} open={open} /> : <p className="muted">{t("seasons.listNone")}</p>}
      </Panel>
    </>
  );
}

/** Deviations with their sign. */
export const signed = (score: string | null, format: Format): string =>
  score === null ? MISSING : format.figure(Number(score).toFixed(1), "number", { sign: true });

/** What a bucket is called in full. */
export const called = (at: string, format: Format): string => (isHour(at) || at.length > 10 ? format.hourFull(at) : format.day(at));

function Unusual({ answer, format, metric, open }: Props & { format: Format }) {
  const { t } = useTranslation();
  const figure = (value: string | null, sign = false) => format.figure(value, answer.unit, { sign });
  const columns: Column<SeasonsPoint>[] = [
    { key: "at", title: t(`seasons.bucketOf.${answer.by}`), sort: (a, b) => a.at.localeCompare(b.at), cell: (point) => called(point.at, format) },
    { key: "value", title: metric, number: true, cell: (point) => <strong>{figure(point.value)}</strong> },
    { key: "expected", title: t("seasons.expected"), number: true, cell: (point) => figure(roundly(expected(point), answer.unit)) },
    {
      key: "rest",
      title: t("seasons.rest"),
      number: true,
      sort: (a, b) => Number(a.rest) - Number(b.rest),
      cell: (point) => figure(roundly(point.rest, answer.unit), true),
    },
    {
      key: "score",
      title: t("seasons.deviations"),
      number: true,
      sort: (a, b) => Number(a.score) - Number(b.score),
      cell: (point) => signed(point.score, format),
    },
  ];
  return (
    <Sheet<SeasonsPoint>
      label={t("seasons.list")}
      rows={unusualOf(answer)}
      rowKey={(point) => point.at}
      columns={columns}
      open={(point) => open(point.at.slice(0, 10))}
    />
  );
}
