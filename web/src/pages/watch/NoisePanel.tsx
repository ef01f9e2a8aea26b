/** How many alerts were worth telling, by monitor: what people said of them, as one bar each. */

import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Noise, NoiseLine } from "@/api/alerts";
import { Panel } from "@/kit/Panel";
import { Sheet } from "@/kit/Sheet";
import type { Format } from "@/kit/use";

const PARTS = ["true", "expected", "data_fault", "false", "unsaid"] as const;
const total = (line: NoiseLine) => PARTS.reduce((sum, part) => sum + line[part], 0);

/** Of the alerts that people judged, the share that was false; null where none was. */
export function noiseRate(line: Pick<NoiseLine, "true" | "false" | "expected" | "data_fault">): number | null {
  const said = line.true + line.false + line.expected + line.data_fault;
  return said ? line.false / said : null;
}

function Bar({ line, most }: { line: NoiseLine; most: number }) {
  let left = 0;
  return (
    <svg className="noise-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {PARTS.map((part) => {
        const width = (line[part] / Math.max(1, most)) * 100;
        const rect = <rect key={part} className={`is-${part}`} x={left} y={1} width={width} height={8} />;
        left += width;
        return rect;
      })}
    </svg>
  );
}

type Props = { query: UseQueryResult<Noise>; format: Format; pick: (monitor: string) => void };

/** Show the panel; nothing where no monitor ever fired. */
export function NoisePanel({ query, format, pick }: Props) {
  const { t } = useTranslation();
  const data = query.data;
  if (!data?.items.length) return null;
  const most = Math.max(...data.items.map(total));
  return (
    <Panel title={t("alerts.noiseTitle", { days: data.days })} hint={t("alerts.noiseHint")}>
      <ul className="noise-legend" aria-hidden="true">
        {PARTS.map((part) => (
          <li key={part}>
            <i className={`is-${part}`} />
            {t(`alerts.label.${part}`)}
          </li>
        ))}
      </ul>
      <Sheet<NoiseLine>
        label={t("alerts.noiseTitle", { days: data.days })}
        rows={data.items}
        rowKey={(line) => line.monitor}
        open={(line) => pick(line.monitor)}
        columns={[
          { key: "monitor", title: t("alerts.monitor"), cell: (line) => format.say(line.title) || line.monitor },
          { key: "bar", title: t("alerts.noiseBar"), width: "34%", cell: (line) => <Bar line={line} most={most} /> },
          {
            key: "total",
            title: t("alerts.noiseAll"),
            number: true,
            width: 90,
            sort: (a, b) => total(a) - total(b),
            cell: (line) => format.count(total(line)),
          },
          { key: "true", title: t("alerts.label.true"), number: true, width: 90, cell: (line) => format.count(line.true) },
          {
            key: "false",
            title: t("alerts.label.false"),
            number: true,
            width: 90,
            sort: (a, b) => a.false - b.false,
            cell: (line) => format.count(line.false),
          },
          { key: "unsaid", title: t("alerts.label.unsaid"), number: true, width: 110, cell: (line) => format.count(line.unsaid) },
          {
            key: "rate",
            title: t("alerts.noiseRate"),
            number: true,
            width: 110,
            cell: (line) => {
              const rate = noiseRate(line);
              return rate === null ? "\u2014" : format.figure(rate, "ratio");
            },
          },
        ]}
      />
    </Panel>
  );
}
