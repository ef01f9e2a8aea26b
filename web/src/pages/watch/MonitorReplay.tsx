/** What a definition would have told in the last weeks: how often, where, what it cost; how right it was by what people said. */

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Definition, type Fired, type Replay, replayOptions } from "@/api/monitors";
import { Sheet } from "@/kit/Sheet";
import { Bone, Shown } from "@/kit/states";
import type { Format } from "@/kit/use";
import { usePlace } from "./places";

const SPANS = [14, 30, 90] as const;
const SHOWN = 100;

type Props = { definition: Definition; unit: string; format: Format };

/** Show it; it is long work, so that it begins when it is asked for. */
export function MonitorReplay({ definition, unit, format }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [days, setDays] = useState<number>(30);
  const [asked, setAsked] = useState(false);
  const end = dayjs().subtract(1, "day");
  const period = `${end.subtract(days - 1, "day").format("YYYY-MM-DD")}:${end.format("YYYY-MM-DD")}`;
  const options = replayOptions(definition, period);
  const query = useQuery({ ...options, enabled: asked, placeholderData: keepPreviousData });
  const stop = () => {
    setAsked(false);
    void client.cancelQueries({ queryKey: options.queryKey });
  };
  return (
    <section className="alert-part">
      <h3>{t("monitors.replay")}</h3>
      <div className="row">
        <Select
          aria-label={t("monitors.replayDays")}
          value={days}
          options={SPANS.map((value) => ({ value, label: t(`monitors.span.d${value}`) }))}
          onChange={setDays}
        />
        {asked ? null : <Button onClick={() => setAsked(true)}>{t("monitors.replayNow")}</Button>}
        <span className="muted">{t("monitors.replayHint")}</span>
      </div>
      {asked ? (
        <Shown query={query} what={t("monitors.replay")} permission="alerts.read" skeleton={<Bone height={160} />} cancel={stop}>
          {(found) => <Found found={found} unit={unit} format={format} />}
        </Shown>
      ) : null}
    </section>
  );
}

function Found({ found, unit, format }: { found: Replay; unit: string; format: Format }) {
  const { t } = useTranslation();
  const place = usePlace();
  const at = (ms: number | null) => (ms === null ? "\u2014" : format.instant(new Date(ms).toISOString()));
  return (
    <>
      <p>
        {t("monitors.replayed", { times: found.times, series: found.series })}
        {found.money === null ? "" : ` ${t("monitors.replayMoney", { money: format.brief(found.money, "money", { currency: found.currency }) })}`}
        {found.precision === null
          ? ""
          : ` ${t("monitors.scores", {
              precision: format.figure(found.precision, "ratio"),
              recall: found.recall === null ? "\u2014" : format.figure(found.recall, "ratio"),
              labelled: found.labelled,
            })}`}
      </p>
      {found.fired.length ? (
        <Sheet<Fired>
          label={t("monitors.replay")}
          rows={found.fired.slice(0, SHOWN)}
          rowKey={(row) => `${row.from_ms} ${JSON.stringify(row.key)}`}
          columns={[
            { key: "from", title: t("monitors.from"), width: 130, cell: (row) => at(row.from_ms) },
            { key: "to", title: t("monitors.to"), width: 130, cell: (row) => at(row.to_ms) },
            { key: "key", title: t("alerts.place"), cell: (row) => place(row.key, t("alerts.whole")) },
            { key: "value", title: t("alerts.value"), number: true, width: 90, cell: (row) => format.brief(row.value, unit) },
            { key: "expected", title: t("alerts.expected"), number: true, width: 90, cell: (row) => format.brief(row.expected, unit) },
            {
              key: "money",
              title: t("monitors.money"),
              number: true,
              width: 110,
              cell: (row) => format.brief(row.money, "money", { currency: found.currency }),
            },
            {
              key: "label",
              title: t("monitors.said"),
              width: 100,
              cell: (row) => (row.label ? t(`alerts.label.${row.label as "true"}`) : ""),
            },
          ]}
        />
      ) : null}
      {found.times > SHOWN ? <p className="muted">{t("incidents.more", { count: SHOWN })}</p> : null}
    </>
  );
}
