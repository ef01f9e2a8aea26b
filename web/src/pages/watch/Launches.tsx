/** Launches: what was declared before its start, how far it is against its lines, how it stands, and its verdict. */

import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { type Launch, type LaunchLine, launchesOptions } from "@/api/launches";
import { formatShare } from "@/kit/format";
import { Page } from "@/kit/Page";
import { Sheet } from "@/kit/Sheet";
import { Status } from "@/kit/Status";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useNames } from "@/pages/metrics/names";
import { useMay } from "@/shell/session";
import type { LaunchesSearch } from "@/shell/watchPages";
import { LaunchForm } from "./LaunchForm";
import { LaunchPane } from "./LaunchPane";
import "@/kit/parts.css";
import "./watch.css";

const LOOK = { early: "no_data", on_track: "ok", at_risk: "warn", off_track: "bad", nothing: "bad" } as const;
const VERDICT_LOOK = { succeeded: "ok", failed: "bad", undecided: "warn" } as const;

/** A figure of a line; totals are whole, as what is still to come is not known to a tenth. */
export function figureOf(line: Pick<LaunchLine, "unit">, value: number | null, format: Format): string {
  return format.figure(value === null || line.unit === "ratio" ? value : Math.round(value), line.unit);
}

/** The verdict of a launch, how it stands, or that it has not begun. */
export function LaunchStands({ launch }: { launch: Launch }) {
  const { t } = useTranslation();
  if (launch.verdict) return <Status state={VERDICT_LOOK[launch.verdict.verdict]}>{t(`launches.verdict.${launch.verdict.verdict}`)}</Status>;
  if (launch.state !== "running") return <Status state="no_data">{t(`launches.state.${launch.state}`)}</Status>;
  return (
    <Status state={LOOK[launch.standing]} title={launch.note}>
      {t(`launches.standing.${launch.standing}`)}
    </Status>
  );
}

/** How a line stands; of a guardrail that is lost, that it is broken. */
export function LineStands({ line }: { line: LaunchLine }) {
  const { t } = useTranslation();
  const { standing } = line.status;
  const word = standing === "off_track" && line.role === "guardrail" ? "broken" : standing;
  return <Status state={LOOK[standing]}>{t(`launches.standing.${word}`)}</Status>;
}

/** What is there of a line against its value, with a mark where the ramp says that it should be by now. */
export function LaunchBar({ line, format }: { line: LaunchLine; format: Format }) {
  const { t } = useTranslation();
  const { value, share } = line.status;
  if (!line.status.since_ms)
    return <span className="num">{`${t(`launches.direction.${line.direction}`)} ${figureOf(line, line.line, format)}`}</span>;
  const text = t("launches.of", { now: figureOf(line, value, format), line: figureOf(line, line.line, format) });
  const most = Math.max(line.line, value ?? 0) || 1;
  const at = (one: number) => `${Math.min(100, (100 * one) / most)}%`;
  return (
    <span className="launch-bar" data-standing={line.status.standing} title={text}>
      <span className="launch-track" aria-hidden="true">
        <i style={{ width: at(value ?? 0) }} />
        <b style={{ left: at(line.unit === "ratio" ? line.line : line.line * share) }} />
      </span>
      <span className="num">{text}</span>
    </span>
  );
}

/** Show the page. */
export function LaunchesPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/watch/launches" });
  const navigate = useNavigate({ from: "/watch/launches" });
  const go = useCallback((patch: LaunchesSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const format = useFormat();
  const { owner } = useNames();
  const may = useMay("alerts.handle");
  const query = useQuery(launchesOptions());
  const rows = query.data?.items ?? [];
  const running = rows.filter((one) => one.state === "running");
  const trouble = running.filter((one) => !["early", "on_track"].includes(one.standing)).length;
  const span = (row: Launch) =>
    `${format.instant(new Date(row.starts_ms).toISOString())} \u2013 ${format.instant(new Date(row.ends_ms).toISOString())}`;
  return (
    <Page
      title={t("launches.title")}
      answer={
        query.data
          ? t("launches.answer", { running: running.length, trouble, planned: rows.filter((one) => one.state === "planned").length })
          : "\u00a0"
      }
      aside={
        may ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => go({ make: "1", launch: undefined })}>
            {t("launches.declare")}
          </Button>
        ) : null
      }
    >
      <Shown
        query={query}
        what={t("launches.what")}
        permission="alerts.read"
        skeleton={<Bone height={420} />}
        empty={() => (rows.length ? null : <Empty title={t("launches.none")} text={t("launches.noneText")} />)}
      >
        {() => (
          <div className="panel list">
            <Sheet<Launch>
              label={t("launches.what")}
              rows={rows}
              rowKey={(row) => row.name}
              selected={search.launch ?? null}
              open={(row) => go({ launch: row.name, make: undefined })}
              columns={[
                {
                  key: "title",
                  title: `${t("launches.what")} · ${rows.length}`,
                  cell: (row) => (
                    <span className="record-title">
                      <strong>{format.say(row.title)}</strong>
                      <span className="muted">{t(`launches.kind.${row.kind}`)}</span>
                    </span>
                  ),
                },
                { key: "stand", title: t("launches.standWord"), width: 130, cell: (row) => <LaunchStands launch={row} /> },
                {
                  key: "progress",
                  title: t("launches.progress"),
                  width: 330,
                  cell: (row) => {
                    const line = row.lines.find((one) => one.role === "primary");
                    if (!line) return null;
                    return (
                      <span className="launch-first">
                        <span className="muted">{format.say(line.title)}</span>
                        <LaunchBar line={line} format={format} />
                        {line.status.probability === null || row.verdict ? null : (
                          <span className="muted">{t("launches.keeps", { share: formatShare(line.status.probability, format.language) })}</span>
                        )}
                      </span>
                    );
                  },
                },
                { key: "when", title: t("launches.when"), width: 260, cell: (row) => <span className="num">{span(row)}</span> },
                { key: "owner", title: t("launches.owner"), width: 150, cell: (row) => owner(row.owner) },
              ]}
            />
          </div>
        )}
      </Shown>
      <LaunchPane name={search.make ? null : (search.launch ?? null)} close={() => go({ launch: undefined })} />
      <LaunchForm open={Boolean(search.make)} close={() => go({ make: undefined })} saved={(name) => go({ make: undefined, launch: name })} />
    </Page>
  );
}
