/** Two versions of a monitor over the same days, on one axis: what each found and told above the line, what it missed below it. */

import { useTranslation } from "react-i18next";
import type { ComparedDay } from "@/api/monitors";
import type { Format } from "@/kit/use";

const ABOVE = ["true", "wrong", "unjudged"] as const;
const LOOK = { true: "is-true", wrong: "is-false", unjudged: "is-unsaid", missed: "is-missed" } as const;
const HEIGHT = 40;

type Props = { champion: readonly ComparedDay[]; challenger: readonly ComparedDay[]; format: Format };

/** Draw both, one above the other, to one scale. */
export function ComparedDays({ champion, challenger, format }: Props) {
  const { t } = useTranslation();
  const all = [...champion, ...challenger];
  const up = Math.max(1, ...all.map((day) => day.true + day.wrong + day.unjudged));
  const down = Math.max(0, ...all.map((day) => day.missed));
  const first = champion[0];
  const last = champion.at(-1);
  return (
    <figure className="compared-days">
      <ul className="noise-legend" aria-hidden="true">
        {([...ABOVE, "missed"] as const).map((part) => (
          <li key={part}>
            <i className={LOOK[part]} />
            {t(`monitors.side.${part}`)}
          </li>
        ))}
      </ul>
      <Row name={t("monitors.champion")} days={champion} up={up} down={down} format={format} />
      <Row name={t("monitors.challenger")} days={challenger} up={up} down={down} format={format} />
      {first && last ? (
        <div className="compared-axis muted num" aria-hidden="true">
          <span>{format.shortDay(first.date)}</span>
          <span>{format.shortDay(last.date)}</span>
        </div>
      ) : null}
    </figure>
  );
}

function Row({ name, days, up, down, format }: { name: string; days: readonly ComparedDay[]; up: number; down: number; format: Format }) {
  const { t } = useTranslation();
  const unit = HEIGHT / (up + down);
  const line = up * unit;
  const told = (day: ComparedDay) =>
    `${format.day(day.date)}: ${([...ABOVE, "missed"] as const).map((part) => `${t(`monitors.side.${part}`)} ${format.count(day[part])}`).join(", ")}`;
  const busy = days.filter((day) => day.true + day.wrong + day.unjudged + day.missed > 0);
  return (
    <div className="compared-row">
      <span>{name}</span>
      <svg viewBox={`0 0 ${days.length} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={[name, ...busy.map(told)].join("; ")}>
        {days.map((day, at) => {
          let top = line;
          return (
            <g key={day.date}>
              <title>{told(day)}</title>
              <rect className="is-day" x={at} y={0} width={1} height={HEIGHT} />
              {ABOVE.map((part) => {
                top -= day[part] * unit;
                return <rect key={part} className={LOOK[part]} x={at + 0.1} y={top} width={0.8} height={day[part] * unit} />;
              })}
              <rect className={LOOK.missed} x={at + 0.1} y={line} width={0.8} height={day.missed * unit} />
            </g>
          );
        })}
        <line x1={0} x2={days.length} y1={line} y2={line} vectorEffect="non-scaling-stroke" />
      </svg>
    </div>
  );
}
