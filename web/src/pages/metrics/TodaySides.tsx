/** The foot of Today: what is red, what runs, until when the data is whole and whether the snapshot still holds. */

import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { DayFlag, Today } from "@/api/types";
import { LeftOut } from "@/kit/LeftOut";
import { Panel } from "@/kit/Panel";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";
import { useNames } from "./names";

const KINDS = ["holiday", "note", "spend", "stock", "target", "sale", "launch"] as const;

/** What is red, by the money at stake; each line can be promised. */
export function RedPanel({ today, format, promise }: { today: Today; format: Format; promise?: ((id: string) => void) | undefined }) {
  const { t } = useTranslation();
  const may = useMay("promises.write");
  const names = useNames();
  return (
    <Panel title={t("standup.redTitle")} hint={t("standup.redHint")} className="scrolls">
      {today.red.length ? (
        <ul className="reds">
          {today.red.map((line) => (
            <li key={line.id}>
              <span className="red-words">
                {line.link ? <Link to={line.link as "/"}>{format.say(line)}</Link> : format.say(line)}
                <span className="muted">{names.owner(line.owner)}</span>
              </span>
              <span className="num red-money" title={t("standup.stake")}>
                {line.money === null ? "" : format.brief(line.money, "money")}
              </span>
              {may && promise ? (
                <Button size="small" onClick={() => promise(line.id)}>
                  {t("standup.promise")}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : (
        <p className="muted">{t("standup.redNone")}</p>
      )}
    </Panel>
  );
}

/** What is on over the next two weeks. */
export function RunsPanel({ runs, format }: { runs: DayFlag[]; format: Format }) {
  const { t } = useTranslation();
  const kind = (name: string) => t(`standup.kind.${KINDS.find((one) => one === name) ?? "other"}`);
  const days = (flag: DayFlag) =>
    flag.start === flag.end ? format.shortDay(flag.start) : `${format.shortDay(flag.start)} \u2013 ${format.shortDay(flag.end)}`;
  return (
    <Panel title={t("standup.runsTitle")} hint={t("standup.runsHint")} className="scrolls">
      {runs.length ? (
        <ul className="runs">
          {runs.map((flag) => (
            <li key={`${flag.kind} ${flag.start} ${flag.en}`}>
              <span className="tag">{kind(flag.kind)}</span>
              <span>{format.say(flag)}</span>
              <span className="muted num">{days(flag)}</span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="muted">{t("standup.runsNone")}</p>
      )}
    </Panel>
  );
}

/** The last line: whole until when, which sources are late, which snapshot, and what changed since. */
export function TodayBar({ today, format, more }: { today: Today; format: Format; more: () => void }) {
  const { t } = useTranslation();
  const late = today.late.filter((source) => source.state !== "ok").length;
  const changed = today.changed_since.filter((row) => row.at_snapshot !== row.now).length;
  const all = today.late.length;
  return (
    <footer className="today-bar">
      <span className="freshness" data-state={late ? "late" : "ok"}>
        <i className="dot" aria-hidden="true" />
        {today.complete_until ? `${t("standup.data", { at: format.instant(today.complete_until) })} · ` : ""}
        {late ? t("standup.lateCount", { number: late, all }) : t("standup.onTime", { all })}
      </span>
      <span title={today.snapshot ? t("today.snapshotId", { id: today.snapshot.id }) : undefined}>
        {today.snapshot ? t("today.snapshot", { at: format.instant(today.snapshot.as_of) }) : t("today.live")}
        {today.snapshot ? ` · ${changed ? t("standup.changedCount", { number: changed }) : t("standup.unchanged")}` : ""}
      </span>
      <LeftOut span={{ start: today.date, end: today.date }} ready />
      <button type="button" className="textlink" onClick={more}>
        {t("standup.more")}
      </button>
    </footer>
  );
}
