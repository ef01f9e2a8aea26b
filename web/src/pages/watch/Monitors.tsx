/** Monitors: what is watched, by which rule, how it stands, and whether its alerts were worth it. */

import { PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input, Segmented } from "antd";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type NoiseLine, noiseOptions } from "@/api/alerts";
import { catalogueOptions } from "@/api/keys";
import { type Monitor, monitorsOptions } from "@/api/monitors";
import { Filter, Page } from "@/kit/Page";
import { Sheet } from "@/kit/Sheet";
import { Status } from "@/kit/Status";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useNames } from "@/pages/metrics/names";
import { useMay } from "@/shell/session";
import type { MonitorsSearch } from "@/shell/watchPages";
import { analysedOf, unitOfAnalysed } from "./analysed";
import { MonitorBuilder } from "./MonitorBuilder";
import { MonitorPane } from "./MonitorPane";
import { noiseRate } from "./NoisePanel";
import { useRuleWords } from "./ruleWords";
import "@/kit/parts.css";
import "./watch.css";

const NOISE_DAYS = 28;
export const STANDS = ["firing", "trouble", "well", "off"] as const;
export type Stand = (typeof STANDS)[number];

/** How a monitor stands: it fires, it can't look, it is well, or it is off. */
export function standOf(monitor: Pick<Monitor, "watched" | "trouble" | "open_alerts">): Stand {
  if (!monitor.watched) return "off";
  if (monitor.open_alerts > 0) return "firing";
  return monitor.trouble ? "trouble" : "well";
}

/** The same in a word beside a dot. */
export function MonitorStand({ monitor }: { monitor: Monitor }) {
  const { t } = useTranslation();
  const stand = standOf(monitor);
  const look = { firing: "bad", trouble: "warn", well: "ok", off: "no_data" }[stand];
  const said = stand === "trouble" ? t(`monitors.trouble.${monitor.trouble as "late"}`) : t(`monitors.stand.${stand}`);
  return (
    <Status state={look} title={monitor.note}>
      {said}
    </Status>
  );
}

type ListProps = {
  rows: Monitor[];
  noise: Map<string, NoiseLine>;
  units: Map<string, string>;
  format: Format;
  open: (name: string) => void;
  selected: string | null;
};

function List({ rows, noise, units, format, open, selected }: ListProps) {
  const { t } = useTranslation();
  const { owner } = useNames();
  const rule = useRuleWords();
  const told = (name: string) => {
    const line = noise.get(name);
    return line ? line.true + line.false + line.expected + line.data_fault + line.unsaid : 0;
  };
  return (
    <div className="panel list">
      <Sheet<Monitor>
        label={t("monitors.what")}
        rows={rows}
        rowKey={(row) => row.name}
        selected={selected}
        open={(row) => open(row.name)}
        columns={[
          {
            key: "title",
            title: `${t("monitors.what")} · ${rows.length}`,
            cell: (row) => (
              <span className="record-title">
                <strong>{format.say(row.title)}</strong>
                <span className="muted">{format.say(row.metric_title) || row.metric}</span>
              </span>
            ),
          },
          {
            key: "rule",
            title: t("monitors.ruleWord"),
            cell: (row) => rule(row.definition, units.get(row.metric) ?? unitOfAnalysed(row.definition) ?? "count"),
          },
          { key: "every", title: t("monitors.every"), width: 90, cell: (row) => t(`monitors.steps.s${String(row.definition.every) as "1h"}`) },
          { key: "stand", title: t("monitors.standWord"), width: 130, cell: (row) => <MonitorStand monitor={row} /> },
          {
            key: "series",
            title: t("monitors.series"),
            number: true,
            width: 90,
            cell: (row) => (row.series === null ? "\u2014" : format.count(row.series)),
          },
          {
            key: "told",
            title: t("monitors.told", { days: NOISE_DAYS }),
            number: true,
            width: 120,
            sort: (a, b) => told(a.name) - told(b.name),
            cell: (row) => {
              const line = noise.get(row.name);
              const rate = line ? noiseRate(line) : null;
              return rate === null
                ? format.count(told(row.name))
                : t("monitors.toldFalse", { count: told(row.name), rate: format.figure(rate, "ratio") });
            },
          },
          { key: "owner", title: t("alerts.owner"), width: 120, cell: (row) => owner(row.owner) },
        ]}
      />
    </div>
  );
}

/** Show the page. */
export function MonitorsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/watch/monitors" });
  const navigate = useNavigate({ from: "/watch/monitors" });
  const go = useCallback((patch: MonitorsSearch) => void navigate({ search: (now) => ({ ...now, ...patch }), replace: "q" in patch }), [navigate]);
  const format = useFormat();
  const may = useMay("definitions.write");
  const query = useQuery(monitorsOptions());
  const noise = useQuery(noiseOptions(NOISE_DAYS)).data;
  const catalogue = useQuery(catalogueOptions()).data;
  const lines = useMemo(() => new Map(noise?.items.map((line) => [line.monitor, line])), [noise]);
  const units = useMemo(() => new Map(catalogue?.metrics.map((one) => [one.name, one.unit])), [catalogue]);
  const stand = STANDS.find((one) => one === search.stand);
  const text = (search.q ?? "").trim().toLowerCase();
  const shown = (query.data ?? []).filter(
    (one) =>
      (!stand || standOf(one) === stand) &&
      `${one.name} ${one.title.en} ${one.title.zh} ${one.metric} ${one.metric_title?.zh ?? ""}`.toLowerCase().includes(text),
  );
  const counts = { firing: 0, trouble: 0, well: 0, off: 0 };
  for (const one of query.data ?? []) counts[standOf(one)] += 1;
  return (
    <Page
      title={t("monitors.title")}
      answer={
        query.data ? t("monitors.answer", { watched: query.data.length - counts.off, firing: counts.firing, trouble: counts.trouble }) : "\u00a0"
      }
      aside={
        may ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => go({ make: "1", monitor: undefined })}>
            {t("monitors.make")}
          </Button>
        ) : null
      }
      filters={
        <>
          <Input
            allowClear
            prefix={<SearchOutlined />}
            className="find"
            aria-label={t("monitors.search")}
            placeholder={t("monitors.search")}
            maxLength={80}
            value={search.q ?? ""}
            onChange={(event) => go({ q: event.target.value || undefined })}
          />
          <Filter label={t("monitors.standWord")}>
            <Segmented
              aria-label={t("monitors.standWord")}
              value={stand ?? ""}
              options={[
                { value: "", label: t("monitors.all") },
                ...STANDS.map((value) => ({ value, label: `${t(`monitors.stand.${value}`)} ${counts[value]}` })),
              ]}
              onChange={(next) => go({ stand: next || undefined })}
            />
          </Filter>
        </>
      }
    >
      <Shown
        query={query}
        what={t("monitors.what")}
        permission="alerts.read"
        skeleton={<Bone height={420} />}
        empty={() => (shown.length ? null : <Empty title={t("monitors.none")} text={t("monitors.noneText")} />)}
      >
        {() => (
          <List
            rows={shown}
            noise={lines}
            units={units}
            format={format}
            open={(name) => go({ monitor: name, make: undefined })}
            selected={search.monitor ?? null}
          />
        )}
      </Shown>
      <MonitorPane
        name={search.make ? null : (search.monitor ?? null)}
        close={() => go({ monitor: undefined })}
        edit={() => go({ make: "1" })}
        attempt={() => go({ make: "other" })}
      />
      <MonitorBuilder
        open={Boolean(search.make)}
        from={search.monitor ?? null}
        metric={search.metric ?? null}
        analysis={analysedOf(search.analysis)}
        attempt={search.make === "other"}
        close={() => go({ make: undefined, metric: undefined, analysis: undefined })}
        saved={(name) => go({ make: undefined, metric: undefined, analysis: undefined, monitor: name })}
      />
    </Page>
  );
}
