/** The largest series of a definition of late, over what was to be expected, with what would have been told. */

import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Definition, previewOptions } from "@/api/monitors";
import { Bone, Shown } from "@/kit/states";
import type { Format } from "@/kit/use";
import { AlertChart } from "./AlertChart";
import { usePlace } from "./places";

type Props = { definition: Definition; unit: string; format: Format };

/** Show it. */
export function MonitorPreview({ definition, unit, format }: Props) {
  const { t } = useTranslation();
  const place = usePlace();
  const [picked, setPicked] = useState(0);
  const query = useQuery(previewOptions(definition));
  return (
    <Shown
      query={query}
      what={t("monitors.preview")}
      permission="alerts.read"
      skeleton={<Bone height={240} />}
      empty={(found) => (found.series.length ? null : <p className="muted">{t("monitors.noSeries")}</p>)}
    >
      {(found) => {
        const one = found.series[Math.min(picked, found.series.length - 1)];
        if (!one) return null;
        const [first, second] = one.points;
        const breaches = one.points.filter((point) => point.verdict === "breach").length;
        return (
          <>
            <div className="row">
              <Select
                aria-label={t("monitors.whichSeries")}
                popupMatchSelectWidth={false}
                style={{ minWidth: 260 }}
                value={picked}
                options={found.series.map((series, index) => ({ value: index, label: place(series.key, t("alerts.whole")) }))}
                onChange={setPicked}
              />
              <span className="muted">{t("monitors.seriesCount", { count: found.count })}</span>
              <span className="muted">{t("monitors.breaches", { count: breaches, all: one.points.length })}</span>
              {one.smallest === null ? null : (
                <span className="muted">{t("monitors.smallest", { value: format.figure(one.smallest, "ratio") })}</span>
              )}
            </div>
            <AlertChart
              points={one.points}
              step={first && second ? second.at_ms - first.at_ms : 0}
              unit={unit}
              name={place(one.key, t("alerts.whole"))}
              format={format}
            />
          </>
        );
      }}
    </Shown>
  );
}
