/** One launch: how each line stands, its course against the plan, where it ends, the verdict, and how it is cancelled. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { cancelLaunch, type LaunchFull, type LaunchLineCourse, launchKeys, launchOptions } from "@/api/launches";
import { BandLine, type BandPoint } from "@/charts/BandLine";
import { CopyCode } from "@/kit/CopyCode";
import { formatShare } from "@/kit/format";
import { Reason } from "@/kit/Reason";
import { SidePane } from "@/kit/SidePane";
import { Status } from "@/kit/Status";
import { Bone, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useNames } from "@/pages/metrics/names";
import { useMay } from "@/shell/session";
import { figureOf, LaunchStands, LineStands } from "./Launches";

const DAY = 86_400_000;

type Props = { name: string | null; close: () => void };

/** Show the pane while a name is given. */
export function LaunchPane({ name, close }: Props) {
  const { t } = useTranslation();
  return (
    <SidePane open={name !== null} title={t("launches.one")} close={close} width={760} testid="launch">
      {name ? <Whole key={name} name={name} /> : null}
    </SidePane>
  );
}

function Whole({ name }: { name: string }) {
  const { t } = useTranslation();
  const query = useQuery(launchOptions(name));
  const format = useFormat();
  return (
    <Shown query={query} what={t("launches.one")} permission="alerts.read" skeleton={<Bone height={420} />}>
      {(launch) => <Body launch={launch} format={format} />}
    </Shown>
  );
}

function Body({ launch, format }: { launch: LaunchFull; format: Format }) {
  const { t } = useTranslation();
  const { owner } = useNames();
  const at = (ms: number) => format.instant(new Date(ms).toISOString());
  const late = /^Not whole: (.+)$/.exec(launch.note)?.[1];
  return (
    <div className="alert-whole">
      <header>
        <h2>{format.say(launch.title)}</h2>
        <p className="alert-meta">
          <LaunchStands launch={launch} />
          <span>{t(`launches.kind.${launch.kind}`)}</span>
          <span>{owner(launch.owner)}</span>
          <span className="num">{`${at(launch.starts_ms)} \u2013 ${at(launch.ends_ms)}`}</span>
        </p>
        <p className="alert-place">
          {launch.verdict
            ? t("launches.verdictAt", { at: at(launch.verdict.at_ms) })
            : launch.state === "planned"
              ? t("launches.starts", { at: at(launch.starts_ms) })
              : t("launches.until", { at: at(launch.until_ms) })}
          {launch.note ? `; ${late ? t("launches.notWhole", { sources: late }) : launch.note}` : ""}
        </p>
        {launch.reason ? <p>{t("launches.cancelled", { reason: launch.reason })}</p> : null}
      </header>
      <Cancel launch={launch} />
      {launch.lines.map((line, index) => (
        <Line key={index} launch={launch} line={line} index={index} format={format} />
      ))}
      <section className="alert-part">
        <h3>{t("launches.definition", { who: launch.created_name })}</h3>
        <CopyCode text={JSON.stringify(launch.definition, null, 2)} small />
      </section>
    </div>
  );
}

function Line({ launch, line, index, format }: { launch: LaunchFull; line: LaunchLineCourse; index: number; format: Format }) {
  const { t } = useTranslation();
  const { status } = line;
  const told = (value: number | null) => figureOf(line, value, format);
  const outcome = launch.verdict?.lines[index]?.outcome;
  const began = launch.state !== "planned";
  const where = line.where ?? launch.where;
  return (
    <section className="alert-part">
      <h3>{`${format.say(line.title)} ${t(`launches.direction.${line.direction}`)} ${told(line.line)}`}</h3>
      <p className="alert-meta">
        {outcome ? (
          <Status state={outcome === "reached" ? "ok" : outcome === "missed" ? "bad" : "warn"}>{t(`launches.outcome.${outcome}`)}</Status>
        ) : began ? (
          <LineStands line={line} />
        ) : null}
        <span>{t(`launches.role.${line.role}`)}</span>
        {began ? (
          <strong className="num">
            {t(outcome ? "launches.endedAt" : "launches.now", { value: told(status.value) })}
            {status.volume === null ? "" : ` ${t("launches.cases", { count: Math.round(status.volume) })}`}
          </strong>
        ) : null}
        {status.probability !== null && !outcome ? (
          <>
            <span className="num">{t("launches.keeps", { share: formatShare(status.probability, format.language) })}</span>
            <span className="num">{t("launches.ends", { expected: told(status.expected), low: told(status.low), high: told(status.high) })}</span>
          </>
        ) : null}
      </p>
      <p className="muted">
        {`${t("launches.where")}: ${where.length ? where.map(condition).join(", ") : t("launches.everywhere")}; ${t(`launches.ramp.${line.ramp as "usual"}`)}`}
      </p>
      {began && !outcome && status.standing === "nothing" ? <p>{t("launches.nothingHint")}</p> : null}
      {began && !outcome && status.standing === "early" ? <p className="muted">{t("launches.earlyHint")}</p> : null}
      {began || line.unit !== "ratio" ? <Course launch={launch} line={line} format={format} /> : null}
    </section>
  );
}

function condition(one: Record<string, unknown>): string {
  const value = Array.isArray(one.value) ? one.value.join(" / ") : String(one.value ?? "");
  return `${String(one.field)} ${String(one.op ?? "=")} ${value}`.trim();
}

/** The course, the plan, and from where it is known on to the end the range in which it ends. */
export function bandOf(line: LaunchLineCourse): BandPoint[] {
  const { low, high, value } = line.status;
  const known = line.course.filter((point) => point.value !== null);
  const last = known.at(-1)?.at_ms ?? null;
  const end = line.course.at(-1)?.at_ms ?? 0;
  const planned = known.at(-1)?.planned ?? 0;
  return line.course.map((point) => {
    const ahead = last !== null && low !== null && high !== null && value !== null && point.at_ms >= last && end > last;
    // What is still to come, comes along the plan.
    const part = ahead && line.line > planned ? ((point.planned ?? planned) - planned) / (line.line - planned) : 0;
    // Of a ratio the range is that of its end from now on: it does not begin at nothing.
    const toward = (to: number) => (line.unit === "ratio" ? to : (value ?? 0) + (to - (value ?? 0)) * part);
    return {
      period: new Date(point.at_ms).toISOString(),
      value: point.value,
      expected: point.planned ?? line.line,
      low: ahead ? toward(low) : null,
      high: ahead ? toward(high) : null,
      partial: false,
      alarm: false,
    };
  });
}

function Course({ launch, line, format }: { launch: LaunchFull; line: LaunchLineCourse; format: Format }) {
  const { t } = useTranslation();
  const points = useMemo(() => bandOf(line), [line]);
  const days = launch.ends_ms - launch.starts_ms > 3 * DAY;
  const short = days ? (iso: string) => format.shortDay(format.civil(iso)) : (iso: string) => format.clock(iso, false);
  return (
    <>
      <BandLine points={points} unit={line.unit} name={format.say(line.title)} format={format} height={180} short={short} long={format.instant} />
      {line.status.low === null || launch.verdict ? null : <p className="muted">{t("launches.endsHint")}</p>}
    </>
  );
}

function Cancel({ launch }: { launch: LaunchFull }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay("alerts.handle");
  const [asking, setAsking] = useState(false);
  const run = useMutation({
    mutationFn: (reason: string) => cancelLaunch(launch.name, reason),
    onSuccess: async () => {
      setAsking(false);
      await client.invalidateQueries({ queryKey: launchKeys.all });
    },
  });
  if (!may || !["planned", "running"].includes(launch.state)) return null;
  return (
    <div className="row">
      <Button onClick={() => setAsking(true)}>{t("launches.cancel")}</Button>
      <Reason
        open={asking}
        title={t("launches.cancel")}
        action={t("launches.cancel")}
        text={t("launches.cancelText")}
        danger
        busy={run.isPending}
        error={run.error}
        done={(reason) => run.mutate(reason)}
        close={() => setAsking(false)}
      />
    </div>
  );
}
