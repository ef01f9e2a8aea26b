/** The quality of one source: its volume against what was expected, what drifted, what the rules found. */

import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Drift, Finding, Quality } from "@/api/data";
import { BandLine } from "@/charts/BandLine";
import { toNumber } from "@/kit/format";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Status } from "@/kit/Status";
import { useFormat } from "@/kit/use";
import { useDataNames } from "./names";

/** Show the source, or nothing while it is null. */
export function QualityPane({ item, named, close }: { item: Quality | null; named: (code: string) => string; close: () => void }) {
  const names = useDataNames();
  return (
    <SidePane
      open={item !== null}
      width={680}
      close={close}
      testid="quality"
      title={
        item ? (
          <span className="pane-title">
            {named(item.source)} <Status state={item.state}>{names.quality(item.state)}</Status>
          </span>
        ) : null
      }
    >
      {item ? <Body item={item} /> : null}
    </SidePane>
  );
}

function Body({ item }: { item: Quality }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useDataNames();
  const points = useMemo(
    () =>
      item.series.map((point) => ({
        period: point.at,
        value: point.actual,
        expected: point.expected,
        low: point.low,
        high: point.high,
        partial: false,
      })),
    [item],
  );
  return (
    <>
      <p className="definition-lead">{format.language === "zh" ? item.sentence_zh : item.sentence_en}</p>
      <h3>{t("quality.volumeTitle")}</h3>
      {points.some((point) => toNumber(point.value) !== null) ? (
        <BandLine
          name={t("quality.volumeTitle")}
          unit="count"
          points={points}
          format={format}
          height={220}
          short={(at) => format.instant(at)}
          long={(at) => format.instant(at)}
        />
      ) : (
        <p className="muted">{t("chart.noData")}</p>
      )}
      <section className="block">
        <h3>{t("quality.driftTitle")}</h3>
        {item.drift.length ? (
          <Sheet<Drift>
            label={t("quality.driftTitle")}
            rows={item.drift}
            rowKey={(drift) => `${drift.event}.${drift.property}.${drift.what}`}
            columns={[
              {
                key: "where",
                title: t("quality.where"),
                cell: (drift) => (
                  <code>
                    {drift.event}
                    {drift.property ? `.${drift.property}` : ""}
                  </code>
                ),
              },
              { key: "what", title: t("quality.what2"), width: 110, cell: (drift) => names.drift(drift.what) },
              { key: "before", title: t("quality.before"), ellipsis: true, cell: (drift) => drift.before },
              { key: "after", title: t("quality.after"), ellipsis: true, cell: (drift) => drift.after },
              { key: "measure", title: t("quality.measure"), number: true, width: 96, cell: (drift) => drift.measure },
            ]}
          />
        ) : (
          <p className="muted">{t("quality.noDrift")}</p>
        )}
      </section>
      <section className="block">
        <h3>{t("quality.findingsTitle")}</h3>
        {item.findings.length ? (
          <Sheet<Finding>
            label={t("quality.findingsTitle")}
            rows={item.findings}
            rowKey={(finding) => finding.rule}
            columns={[
              { key: "what", title: t("quality.finding"), cell: (finding) => (format.language === "zh" ? finding.zh : finding.en) },
              { key: "count", title: t("quality.events"), number: true, width: 110, cell: (finding) => format.count(finding.count) },
            ]}
          />
        ) : (
          <p className="muted">{t("quality.noFindings")}</p>
        )}
      </section>
      <p className="row-of block">
        <Link to="/data/sources/$source" params={{ source: item.source }} search={{}}>
          {t("quality.toSource")}
        </Link>
        <Link to="/data/quarantine" search={{ source: item.source }}>
          {t("quality.toQuarantine")}
        </Link>
        <Link to="/data/plan" search={{}}>
          {t("quality.toPlan")}
        </Link>
      </p>
    </>
  );
}
