/** The card of a model: what it says beside the simple way at each origin, whether what it says comes true, and what it looks at. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Card, modelOptions } from "@/api/models";
import { Forest } from "@/charts/Forest";
import { HeatTable } from "@/charts/HeatTable";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";

const FEATURES_SHOWN = 12;

/** Show the newest version's card. */
export function ModelCardView({ name }: { name: string }) {
  const { t } = useTranslation();
  const query = useQuery(modelOptions(name));
  return (
    <Shown query={query} what={t("models.card")} permission="audiences.read" skeleton={<Bone height={360} />}>
      {(found) => (
        <>
          <h3>{t("models.version", { version: found.version })}</h3>
          {found.why_not.map((why) => (
            <p key={why} className="muted" role="note">
              {why}
            </p>
          ))}
          <Told card={found.card as unknown as Card} days={found.days} />
        </>
      )}
    </Shown>
  );
}

function Told({ card, days }: { card: Card; days: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = (value: number) => format.figure(value, "ratio");
  const told = (one: { value: number; low: number; high: number }) => `${one.value.toFixed(3)} (${one.low.toFixed(3)} \u2013 ${one.high.toFixed(3)})`;
  const most = Math.max(...card.features.map((one) => one.weight), 1e-9);
  return (
    <>
      <p>
        {t("models.sums", {
          days,
          rows: format.count(card.rows),
          rate: share(card.rate),
          lift: card.lift.toFixed(2),
          simple: card.lift_baseline.toFixed(2),
        })}
      </p>
      <h4>{t("models.origins")}</h4>
      <p className="muted">{t("models.originsHint")}</p>
      <Forest
        name={t("models.origins")}
        centre={0}
        tick={(value) => value.toFixed(2)}
        heads={{ told: t("models.gain"), sure: t("models.both") }}
        groups={[
          {
            key: "origins",
            title: t("models.origins"),
            rows: card.origins.map((one) => ({
              key: String(one.origin_ms),
              name: format.day(format.civil(new Date(one.origin_ms).toISOString())),
              note: t("models.people", { count: format.count(one.rows) as unknown as number }),
              ...one.difference,
              told: told(one.difference),
              sure: `${one.model.value.toFixed(3)} / ${one.baseline.value.toFixed(3)}`,
              pale: one.difference.low <= 0,
            })),
          },
        ]}
      />
      <h4>{t("models.calibration")}</h4>
      <HeatTable
        label={t("models.calibration")}
        corner={t("models.tenth")}
        sizeName={t("models.rows")}
        columns={[t("models.said"), t("models.came")]}
        rows={card.calibration.deciles.map((one, index) => ({
          key: String(index),
          name: String(index + 1),
          size: format.count(one.rows),
          cells: [one.said, one.came].map((value) => ({ shown: share(value), at: value, label: share(value) })),
        }))}
      />
      <h4>{t("models.features")}</h4>
      <HeatTable
        label={t("models.features")}
        corner={t("models.feature")}
        sizeName={t("models.weight")}
        columns={[t("models.share")]}
        rows={card.features.slice(0, FEATURES_SHOWN).map((one) => ({
          key: one.name,
          name: format.say(one.title) || one.name,
          size: one.weight.toFixed(3),
          cells: [{ shown: share(one.weight / most), at: one.weight / most, label: share(one.weight / most) }],
        }))}
      />
      <p className="muted">
        {t("models.drift", { drift: card.drift.score.toFixed(3), brier: card.brier.toFixed(4), rate: card.brier_rate.toFixed(4) })}
      </p>
    </>
  );
}
