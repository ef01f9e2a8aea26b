/** The drawer of a closed day that changed: its metrics then and now, what changed them, and who had been told the old figures. */

import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import type { RestatedCause, RestatedChange, RestatedDay, RestatedMetric, Restatements, ToldItem } from "@/api/restatements";
import type { Direction } from "@/api/types";
import { Delta } from "@/kit/Delta";
import { MISSING } from "@/kit/format";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";
import { useNames } from "./names";

const IDS = new Set(["merge", "unmerge"]);

/** Give the name of a cause: its kind, and whose data it is. */
export function useCauseName(): (cause: RestatedCause) => string {
  const { t } = useTranslation();
  return (cause) => [t(`restate.kind.${cause.kind}`), cause.source].filter(Boolean).join(" · ");
}

/** A difference with its sign, arrow and colour; a dash where either figure is missing. */
export function Moved({ change, about, format }: { change: RestatedChange | undefined; about: RestatedMetric | undefined; format: Format }) {
  const { t } = useTranslation();
  if (!change || !about) return <span className="muted">{t("restate.stayed")}</span>;
  if (!change.certain) return <span className="warn">{t("restate.unsure")}</span>;
  // A share moves by points: a percentage of a percentage would be read as its change.
  const points = about.unit === "ratio";
  const text = points ? format.change(change.at_close, change.now, about.unit) : format.figure(change.difference, about.unit, { sign: true });
  return <Delta move={change.difference} text={text} direction={about.direction as Direction} />;
}

type PaneProps = { day: RestatedDay | null; data: Restatements | null; format: Format; close: () => void; rows: (metric: string) => void };

/** Show the drawer of a day, or nothing. */
export function RestatedDayPane({ day, data, format, close, rows }: PaneProps) {
  const { t } = useTranslation();
  return (
    <SidePane open={day !== null} title={day ? format.day(day.day) : ""} close={close} width={760} testid="restated">
      {day && data ? (
        <>
          <Changes day={day} data={data} format={format} rows={rows} />
          <section className="block restate-block">
            <h3>{t("restate.causes")}</h3>
            <ul className="restate-list">
              {day.causes.map((cause) => (
                <Cause key={`${cause.kind} ${cause.source} ${cause.batch_id}`} cause={cause} format={format} />
              ))}
            </ul>
          </section>
          <section className="block restate-block">
            <h3>{t("restate.told")}</h3>
            {day.told.length ? (
              <ul className="restate-list">
                {day.told.map((told) => (
                  <Told key={`${told.kind} ${told.id} ${told.at}`} told={told} data={data} format={format} />
                ))}
              </ul>
            ) : (
              <p className="muted">{t("restate.toldNone")}</p>
            )}
          </section>
        </>
      ) : null}
    </SidePane>
  );
}

function Changes({ day, data, format, rows }: { day: RestatedDay; data: Restatements; format: Format; rows: (metric: string) => void }) {
  const { t } = useTranslation();
  const about = new Map(data.metrics.map((one) => [one.name, one]));
  const unit = (row: RestatedChange) => about.get(row.name)?.unit ?? "count";
  return (
    <>
      <Sheet
        label={t("restate.also")}
        rows={day.metrics}
        rowKey={(row) => row.name}
        columns={[
          { key: "name", title: t("catalogue.name"), cell: (row) => format.say(about.get(row.name)?.title) || row.name },
          { key: "closed", title: t("restate.closed"), cell: (row) => format.instant(row.closed_at) },
          { key: "then", title: t("restate.atClose"), number: true, cell: (row) => (row.certain ? format.figure(row.at_close, unit(row)) : MISSING) },
          { key: "now", title: t("restate.now"), number: true, cell: (row) => format.figure(row.now, unit(row)) },
          {
            key: "difference",
            title: t("restate.difference"),
            number: true,
            cell: (row) => <Moved change={row} about={about.get(row.name)} format={format} />,
          },
          { key: "share", title: t("restate.share"), number: true, cell: (row) => (row.share ? format.rate(row.share) : MISSING) },
          {
            key: "rows",
            title: "",
            cell: (row) => (
              <Button size="small" type="link" onClick={() => rows(row.name)}>
                {t("restate.openRows")}
              </Button>
            ),
          },
        ]}
      />
      {day.metrics.some((row) => !row.certain) ? <p className="restate-unsure">{t("restate.unsureNote")}</p> : null}
    </>
  );
}

function Cause({ cause, format }: { cause: RestatedCause; format: Format }) {
  const { t } = useTranslation();
  const named = useCauseName();
  const count = t(IDS.has(cause.kind) ? "restate.ids" : "restate.rows", { rows: format.count(cause.rows) });
  const when = cause.at === cause.until ? format.instant(cause.at) : `${format.instant(cause.at)} – ${format.instant(cause.until)}`;
  return (
    <li>
      <div className="restate-line">
        <strong>{named(cause)}</strong>
        <span className="num">{count}</span>
        <span className="muted num">{when}</span>
        <Way cause={cause} />
      </div>
      <p className="muted">
        {t(`restate.rule.${cause.kind}`)}
        {cause.exact ? "" : ` ${t("restate.lost")}.`}
      </p>
    </li>
  );
}

function Way({ cause }: { cause: RestatedCause }) {
  const { t } = useTranslation();
  const imports = useMay("import.write");
  const people = useMay("people.see");
  const sources = useMay("sources.read");
  if (cause.batch_id)
    return imports ? (
      <Link to="/data/imports" search={{ batch: cause.batch_id }}>
        {t("restate.openBatch")}
      </Link>
    ) : null;
  if (IDS.has(cause.kind)) return people ? <Link to="/people/review">{t("restate.openPeople")}</Link> : null;
  return sources && cause.source ? <Link to="/data/sources">{t("restate.openSource")}</Link> : null;
}

function Told({ told, data, format }: { told: ToldItem; data: Restatements; format: Format }) {
  const { t, i18n } = useTranslation();
  const kind = i18n.exists(`restate.type.${told.kind}`) ? t(`restate.type.${told.kind}` as "restate.type.today") : told.kind;
  const about = new Map(data.metrics.map((one) => [one.name, one]));
  const { owner } = useNames();
  const receivers = told.people === null ? t("restate.toldEveryone") : t("restate.toldPeople", { people: format.count(told.people) });
  const who = told.owner ? t("restate.toldOwner", { owner: owner(told.owner) }) : told.to.join(", ") || receivers;
  const title = told.kind === "today" ? "" : format.say(told);
  const values = told.values.map(({ name, value, now }) => {
    const metric = about.get(name);
    const title = format.say(metric?.title) || name;
    const figure = (of: string | null) => (of === null ? MISSING : format.figure(of, metric?.unit ?? "count"));
    // A closed target holds what was written down, which may be nothing, and what would be now.
    if (told.period) return t("restate.toldNow", { name: title, before: figure(value), now: figure(now) });
    return `${title}: ${value === null ? t("restate.toldNot") : figure(value)}`;
  });
  return (
    <li>
      <div className="restate-line">
        <strong>{[kind, title].filter(Boolean).join(" · ")}</strong>
        <span className="muted num">{format.instant(told.at)}</span>
        <span>{who}</span>
      </div>
      <p className="muted">{values.join(" · ")}</p>
    </li>
  );
}
