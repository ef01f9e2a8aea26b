/** Today: the 09:00 stand-up on one screen. Five numbers, whether revenue is normal, why it moved, what is red, what runs, who promised what. */

import { FundProjectionScreenOutlined, LeftOutlined, PrinterOutlined, RightOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, DatePicker } from "antd";
import dayjs from "dayjs";
import { type ReactNode, useCallback } from "react";
import { useTranslation } from "react-i18next";
import { todayOptions } from "@/api/keys";
import type { RowsAsk, Sentence, Today, TodayCard } from "@/api/types";
import { BandLine } from "@/charts/BandLine";
import { Waterfall } from "@/charts/Waterfall";
import { Delta, judge } from "@/kit/Delta";
import { toNumber } from "@/kit/format";
import { Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { RowsPane } from "@/kit/RowsPane";
import { SidePane } from "@/kit/SidePane";
import { Spark } from "@/kit/Spark";
import { StatCard } from "@/kit/StatCard";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { Sentences } from "./Sentences";
import { useStepName } from "./steps";
import { ChangedPanel, LatePanel } from "./TodayPanels";
import { Present, STEP_NAMES } from "./TodayPresent";
import { PromisePane, PromisesPanel } from "./TodayPromises";
import { RedPanel, RunsPanel, TodayBar } from "./TodaySides";
import "./today.css";

/** The sentences that say why: the one about the whole is the page's answer already. */
function headlines(sentences: Sentence[]): Sentence[] {
  return sentences.filter((sentence) => sentence.node !== "revenue").slice(0, 2);
}

/** The day a week before, and the week's days that the tree opens with. */
export function weekBefore(date: string): string {
  return dayjs(date).subtract(7, "day").format("YYYY-MM-DD");
}

function Answer({ today, format }: { today: Today; format: Format }): ReactNode {
  const { t } = useTranslation();
  const card = today.cards.find((entry) => entry.metric === "revenue") ?? today.cards[0];
  const value = toNumber(card?.value);
  if (!card || value === null) return null;
  const metric = format.language === "en" ? format.say(card.title).toLowerCase() : format.say(card.title);
  const shown = format.brief(card.value, card.unit);
  const before = toNumber(card.same_weekday);
  const day = format.day(today.date);
  if (before === null) return t("today.only", { day, metric, value: shown });
  const move = value - before;
  if (move === 0) return t("today.same", { day, metric, value: shown });
  const words = {
    day,
    metric,
    value: shown,
    change: format.brief(Math.abs(move), card.unit),
    rate: format.change(card.same_weekday, card.value, card.unit),
  };
  return move > 0 ? t("today.upBy", words) : t("today.downBy", words);
}

/** What stands at a card's corner: incomplete, or beyond the range that was expected. */
function Mark({ card, value }: { card: TodayCard; value: number | null }) {
  const { t } = useTranslation();
  if (!card.complete) return <span className="tag tag-warn">{value === null ? t("state.missing") : t("state.partial")}</span>;
  if (card.state !== "below" && card.state !== "above") return null;
  const verdict = judge(card.state === "above" ? 1 : -1, card.direction);
  return (
    <span className={verdict === "bad" ? "tag tag-bad" : verdict === "good" ? "tag tag-good" : "tag"} title={t(`today.${card.state}`)}>
      {card.state === "above" ? "\u25B2" : "\u25BC"}
      <span className="sr">{t(`today.${card.state}`)}</span>
    </span>
  );
}

/** How far the day came of its plan. */
function PlanMove({ card, format }: { card: TodayCard; format: Format }) {
  const { t } = useTranslation();
  if (!card.plan) return null;
  const rate = toNumber(card.plan.rate);
  const plan = format.figure(card.plan.value, card.unit);
  const from =
    card.plan.grain === "day" ? t("standup.planDay") : t("standup.planFrom", { grain: t(`standup.unit.${card.plan.grain}` as "standup.unit.month") });
  return (
    <span title={`${from}: ${plan}`}>
      {rate === null ? (
        format.brief(card.plan.value, card.unit)
      ) : (
        <Delta move={rate - 1} text={format.figure(rate, "ratio")} direction={card.direction} />
      )}
    </span>
  );
}

function Card({ card, format, open }: { card: TodayCard; format: Format; open: () => void }) {
  const { t } = useTranslation();
  const value = toNumber(card.value);
  const move = (before: TodayCard["previous"]) => {
    const from = toNumber(before);
    const text = format.change(before, card.value, card.unit);
    return <Delta move={value === null || from === null ? null : value - from} text={text} direction={card.direction} />;
  };
  return (
    <StatCard
      testid={`card-${card.metric}`}
      raw={card.value}
      name={format.say(card.title)}
      value={format.brief(card.value, card.unit)}
      exact={format.figure(card.value, card.unit)}
      spark={<Spark points={card.spark} />}
      hint={t("today.cardHint", { metric: format.say(card.title) })}
      partial={!card.complete}
      mark={<Mark card={card} value={value} />}
      moves={[
        ...(card.plan ? [{ label: t("standup.plan"), shown: <PlanMove card={card} format={format} /> }] : []),
        { label: t("today.vsWeekday"), shown: move(card.same_weekday) },
        ...(card.plan ? [] : [{ label: t("today.vsPrevious"), shown: move(card.previous) }]),
      ]}
      open={open}
    />
  );
}

function Skeleton() {
  return (
    <div className="today">
      <div className="stats">
        {[0, 1, 2, 3, 4].map((card) => (
          <Bone key={card} height={112} />
        ))}
      </div>
      <Bone height={300} />
      <Bone height={160} />
    </div>
  );
}

type Opened = (metric: string, day: string) => void;

function Cards({ today, format, open }: { today: Today; format: Format; open: Opened }) {
  return (
    <div className="stats">
      {today.cards.map((card) => (
        <Card key={card.metric} card={card} format={format} open={() => open(card.metric, today.date)} />
      ))}
    </div>
  );
}

function BandPanel({ today, format, open }: { today: Today; format: Format; open: Opened }) {
  const { t } = useTranslation();
  const flags = today.flags.map((flag) => ({ period: flag.start, text: format.say(flag) }));
  return (
    <Panel title={t("today.bandTitle")} hint={t("today.bandHint")}>
      {today.band?.points.length ? (
        <BandLine
          name={t("today.bandTitle")}
          unit="money"
          points={today.band.points}
          flags={flags}
          format={format}
          height="100%"
          pick={(day) => open(today.band?.metric ?? "revenue", day)}
        />
      ) : (
        <p className="muted">{t("chart.noData")}</p>
      )}
    </Panel>
  );
}

function WhyPanel({ today, format }: { today: Today; format: Format }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const stepName = useStepName(format);
  const before = weekBefore(today.date);
  const opened = { start: today.date, end: today.date, vs: "custom", vs_start: before, vs_end: before };
  const why = today.why;
  return (
    <Panel
      title={t("today.whyTitle")}
      hint={t("today.whyHint")}
      action={
        <Link to="/metrics/tree" search={opened}>
          {t("today.whyOpen")}
        </Link>
      }
    >
      {why?.waterfall.length ? (
        <div className="why">
          <Waterfall
            label={stepName}
            name={t("today.whyTitle")}
            steps={why.waterfall}
            format={format}
            height="100%"
            pick={(node) => void navigate({ to: "/metrics/tree", search: { ...opened, node } })}
          />
          <Sentences sentences={headlines(why.sentences)} format={format} />
        </div>
      ) : (
        <p className="muted">{t("today.noWhy")}</p>
      )}
    </Panel>
  );
}

type BodyProps = { today: Today; format: Format; open: Opened; pane: (name: string | undefined) => void };

function Body({ today, format, open, pane }: BodyProps) {
  return (
    <div className="today" data-testid="today">
      {today.notes.length ? (
        <div className="notes">
          {today.notes.map((note) => (
            <span key={note.code}>{format.say(note)}</span>
          ))}
        </div>
      ) : null}
      <Cards today={today} format={format} open={open} />
      <div className="today-row today-main">
        <BandPanel today={today} format={format} open={open} />
        <WhyPanel today={today} format={format} />
      </div>
      <div className="today-row today-foot">
        <RedPanel today={today} format={format} promise={(id) => pane(`promise:${id}`)} />
        <RunsPanel runs={today.runs} format={format} />
        <PromisesPanel format={format} add={() => pane("promise")} />
      </div>
      <TodayBar today={today} format={format} more={() => pane("data")} />
    </div>
  );
}

/** One of the five steps of presenting. */
function Step({ number, today, format, open }: { number: number; today: Today; format: Format; open: Opened }) {
  if (number === 1)
    return (
      <>
        <Cards today={today} format={format} open={open} />
        <div className="today-row present-one">
          <BandPanel today={today} format={format} open={open} />
        </div>
      </>
    );
  return (
    <div className="today-row present-one">
      {number === 2 ? <WhyPanel today={today} format={format} /> : null}
      {number === 3 ? <RedPanel today={today} format={format} /> : null}
      {number === 4 ? <RunsPanel runs={today.runs} format={format} /> : null}
      {number === 5 ? <PromisesPanel format={format} /> : null}
    </div>
  );
}

/** Show the page. */
export function TodayPage() {
  const { t } = useTranslation();
  const { date, rows, pane, step } = useSearch({ from: "/desk/" });
  const navigate = useNavigate({ from: "/" });
  const query = useQuery({ ...todayOptions(date), placeholderData: keepPreviousData });
  const today = query.data;
  const format = useFormat(today?.currency);
  const go = (day: string | undefined) => void navigate({ search: { ...(day ? { date: day } : {}) } });
  const open = (metric: string, day: string) => void navigate({ search: (now) => ({ ...now, rows: `${metric}@${day}` }) });
  const close = () => void navigate({ search: (now) => ({ ...now, rows: undefined }) });
  const turn = useCallback((name: string | undefined) => void navigate({ search: (now) => ({ ...now, pane: name }) }), [navigate]);
  const shut = useCallback(() => turn(undefined), [turn]);
  const present = useCallback(
    (number: number | null) =>
      void navigate({ search: (now) => ({ ...now, step: number === null ? undefined : STEP_NAMES[number - 1] }), replace: true }),
    [navigate],
  );
  const at = STEP_NAMES.indexOf(step ?? "") + 1;
  const titles = [t("standup.numbers"), t("today.whyTitle"), t("standup.redTitle"), t("standup.runsTitle"), t("standup.promisesTitle")];
  const [metric, day] = (rows ?? "").split("@");
  const ask: RowsAsk | null = metric && day ? { metric, from: day, to: day } : null;
  const card = today?.cards.find((entry) => entry.metric === metric);
  const move = (days: number) => today && go(dayjs(today.date).add(days, "day").format("YYYY-MM-DD"));
  return (
    <Page
      title={t("today.title")}
      answer={today ? <Answer today={today} format={format} /> : "\u00a0"}
      aside={
        today ? (
          <>
            <Button icon={<LeftOutlined />} aria-label={t("period.previousDay")} title={t("period.previousDay")} onClick={() => move(-1)} />
            <DatePicker
              aria-label={t("period.date")}
              value={dayjs(today.date)}
              allowClear={false}
              onChange={(value) => go(value?.format("YYYY-MM-DD"))}
              format={format.language === "zh" ? "YYYY-MM-DD ddd" : "ddd D MMM YYYY"}
            />
            <Button icon={<RightOutlined />} aria-label={t("period.nextDay")} title={t("period.nextDay")} onClick={() => move(1)} />
            <Button icon={<FundProjectionScreenOutlined />} onClick={() => present(1)}>
              {t("standup.present")}
            </Button>
            <Button icon={<PrinterOutlined />} aria-label={t("standup.print")} title={t("standup.print")} onClick={() => window.print()} />
          </>
        ) : null
      }
      fill
    >
      <Shown
        query={query}
        what={t("today.what")}
        permission="metrics.read"
        skeleton={<Skeleton />}
        empty={(data) =>
          data.cards.every((entry) => toNumber(entry.value) === null) && data.late.length === 0 ? (
            <Empty
              title={t("today.emptyTitle")}
              text={t("today.emptyText")}
              code={t("today.emptyCommand")}
              action={
                <Link to="/metrics/catalogue" search={{}}>
                  {t("nav.catalogue")}
                </Link>
              }
            />
          ) : null
        }
      >
        {(data) => (
          <>
            <Body today={data} format={format} open={open} pane={turn} />
            {at > 0 ? (
              <Present step={at} titles={titles} about={<Answer today={data} format={format} />} go={present}>
                <Step number={at} today={data} format={format} open={open} />
              </Present>
            ) : null}
            <PromisePane today={data} pane={pane} format={format} close={shut} />
            <SidePane open={pane === "data"} title={t("standup.more")} close={shut} testid="data-pane">
              <div className="today">
                <LatePanel late={data.late} format={format} />
                <ChangedPanel today={data} format={format} />
              </div>
            </SidePane>
          </>
        )}
      </Shown>
      <RowsPane ask={ask} title={card ? format.say(card.title) : (metric ?? "")} about={day ? format.day(day) : null} close={close} />
    </Page>
  );
}
