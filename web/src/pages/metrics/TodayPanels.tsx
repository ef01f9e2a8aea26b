/** The lower panels of Today: what is late, and what changed since the snapshot. */

import { Link } from "@tanstack/react-router";
import { Tooltip } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import type { Late, Today } from "@/api/types";
import { Delta } from "@/kit/Delta";
import { formatLag, MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { Sheet } from "@/kit/Sheet";
import type { Format } from "@/kit/use";

/** So many days after its own a day is still open to late rows for most metrics, so that a change of it is no restatement. */
const OPEN_DAYS = 3;
const ORDER: Record<string, number> = { silent: 0, late: 1, ok: 2 };

/** Until when each source is complete, the worst first. */
export function LatePanel({ late, format }: { late: Late[]; format: Format }) {
  const { t } = useTranslation();
  const words = { day: t("today.day"), hour: t("today.hour"), minute: t("today.minute") };
  const sorted = [...late].sort((a, b) => (ORDER[a.state] ?? 1) - (ORDER[b.state] ?? 1));
  const status = (source: Late) => (source.state === "ok" ? t("today.ok") : source.state === "silent" ? t("today.silent") : t("today.late"));
  return (
    <Panel title={t("today.lateTitle")} hint={t("today.lateHint")} className="scrolls">
      {sorted.length ? (
        <Sheet
          label={t("today.lateTitle")}
          rows={sorted}
          rowKey={(source) => source.source}
          columns={[
            {
              key: "state",
              title: "",
              width: 92,
              cell: (source) => (
                <span className="freshness" data-state={source.state}>
                  <i className="dot" aria-hidden="true" />
                  {status(source)}
                </span>
              ),
            },
            {
              key: "source",
              title: t("today.source"),
              ellipsis: true,
              cell: (source) => <Tooltip title={format.say(source.note)}>{source.name || source.source}</Tooltip>,
            },
            {
              key: "complete",
              title: t("today.complete"),
              number: true,
              width: 140,
              cell: (source) => (source.complete_until ? format.instant(source.complete_until) : MISSING),
            },
            {
              key: "lag",
              title: t("today.lag"),
              number: true,
              width: 90,
              cell: (source) => (source.lag_ms === null ? MISSING : formatLag(source.lag_ms, words)),
            },
          ]}
        />
      ) : (
        <p className="muted">{t("today.lateEmpty")}</p>
      )}
    </Panel>
  );
}

/** What later data did to the frozen figures. */
export function ChangedPanel({ today, format }: { today: Today; format: Format }) {
  const { t } = useTranslation();
  const { snapshot } = today;
  const cards = new Map(today.cards.map((card) => [card.metric, card]));
  const moved = today.changed_since.filter((row) => row.at_snapshot !== row.now);
  const stamp = snapshot ? t("today.snapshot", { at: format.instant(snapshot.as_of) }) : t("today.live");
  return (
    <Panel
      title={t("today.changedTitle")}
      hint={t("today.changedHint")}
      className="scrolls"
      action={
        <span className="muted" title={snapshot ? t("today.snapshotId", { id: snapshot.id }) : undefined}>
          {stamp}
        </span>
      }
    >
      {moved.length && dayjs().diff(today.date, "day") > OPEN_DAYS ? (
        <Link className="textlink" to="/metrics/restatements" search={{ start: today.date, end: today.date, day: today.date }}>
          {t("restate.todayLink")}
        </Link>
      ) : null}
      {moved.length ? (
        <Sheet
          label={t("today.changedTitle")}
          rows={moved}
          rowKey={(row) => row.metric}
          columns={[
            { key: "metric", title: t("catalogue.name"), cell: (row) => format.say(row.title ?? cards.get(row.metric)?.title) || row.metric },
            {
              key: "then",
              title: t("today.atSnapshot"),
              number: true,
              cell: (row) => format.figure(row.at_snapshot, row.unit ?? cards.get(row.metric)?.unit ?? "count"),
            },
            {
              key: "now",
              title: t("today.now"),
              number: true,
              cell: (row) => format.figure(row.now, row.unit ?? cards.get(row.metric)?.unit ?? "count"),
            },
            {
              key: "change",
              title: t("tree.change"),
              number: true,
              cell: (row) => {
                const unit = row.unit ?? cards.get(row.metric)?.unit ?? "count";
                const then = toNumber(row.at_snapshot);
                const now = toNumber(row.now);
                return (
                  <Delta
                    move={then === null || now === null ? null : now - then}
                    text={format.change(row.at_snapshot, row.now, unit)}
                    direction={cards.get(row.metric)?.direction}
                  />
                );
              },
            },
          ]}
        />
      ) : (
        <p className="muted">{snapshot ? t("today.changedNone") : t("today.changedNoSnapshot")}</p>
      )}
    </Panel>
  );
}
