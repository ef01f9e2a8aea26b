/** Where buyers stand at the end of each month: RFM classes and stages of life as they were frozen, how people moved, and who they are. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { fetchStandingPeople, STAGES, type Stage, type Standing, type StandingMonth, type StandingPlace, standingOptions } from "@/api/standing";
import { type Heat, HeatTable } from "@/charts/HeatTable";
import { type Course, Lines } from "@/charts/Lines";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import type { StandingSearch } from "@/shell/audiencePages";
import { useMay } from "@/shell/session";
import "@/kit/parts.css";

/** The aims of PRODUCT: important-value customers 20 % or more of those with a class. */
const IMPORTANT = "111";
type Open = ((place: StandingPlace) => void) | undefined;

const share = (part: number, whole: number) => (whole ? part / whole : null);
const placeIn = (search: StandingSearch): StandingPlace | null => {
  const stage = STAGES.find((one) => one === search.stage);
  const before = STAGES.find((one) => one === search.before);
  return search.rfm || stage ? { rfm: search.rfm, stage, before } : null;
};

/** Show the page. */
export function StandingPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const search = useSearch({ from: "/desk/people/standing" });
  const navigate = useNavigate({ from: "/people/standing" });
  const query = useQuery(standingOptions());
  const may = useMay("people.see");
  const months = query.data?.months ?? [];
  const month = months.find((one) => one.month === search.month) ?? months.at(-1);
  const open: Open = may
    ? (place) => void navigate({ search: (now) => ({ month: now.month, rfm: place.rfm, stage: place.stage, before: place.before }) })
    : undefined;
  const close = useCallback(() => void navigate({ search: (now) => ({ month: now.month }) }), [navigate]);
  const important = month?.classes.find((one) => one.code === IMPORTANT)?.people ?? 0;
  const answer = month
    ? t("standing.answer", {
        month: month.month,
        share: format.figure(share(important, month.classed), "ratio"),
        lost: format.figure(share(month.lost, month.active_before), "ratio"),
      })
    : "\u00a0";
  return (
    <Page
      title={t("standing.page")}
      answer={answer}
      filters={
        months.length ? (
          <Filter label={t("standing.month")}>
            <Select
              aria-label={t("standing.month")}
              style={{ minWidth: 130 }}
              value={month?.month}
              options={[...months].reverse().map((one) => ({ value: one.month, label: one.month }))}
              onChange={(next) => void navigate({ search: { month: next } })}
            />
          </Filter>
        ) : undefined
      }
    >
      <Shown
        query={query}
        what={t("standing.page")}
        permission="audiences.read"
        skeleton={<Bone height={420} />}
        empty={(data) => (data.months.length ? null : <Empty title={t("standing.none")} text={t("standing.noneText")} />)}
      >
        {(data) => (month ? <Told data={data} month={month} open={open} format={format} /> : null)}
      </Shown>
      {query.data && month ? <Who data={query.data} month={month} place={placeIn(search)} close={close} /> : null}
    </Page>
  );
}

type ToldProps = { data: Standing; month: StandingMonth; open: Open; format: Format };

function Told({ data, month, open, format }: ToldProps) {
  return (
    <>
      <Aims data={data} format={format} />
      <Classes data={data} month={month} open={open} format={format} />
      <Moves month={month} open={open} format={format} />
    </>
  );
}

/** The two figures that have aims, month by month. */
function Aims({ data, format }: { data: Standing; format: Format }) {
  const { t } = useTranslation();
  const course = (key: "important" | "lost", of: (one: StandingMonth) => number | null): Course => ({
    key,
    name: t(`standing.${key}`),
    unit: "ratio",
    rest: false,
    points: data.months.map((one) => {
      const value = of(one);
      return { period: `${one.month}-01`, value: value === null ? null : String(value) } as Course["points"][number];
    }),
  });
  const courses = [
    course("important", (one) => share(one.classes.find((found) => found.code === IMPORTANT)?.people ?? 0, one.classed)),
    course("lost", (one) => share(one.lost, one.active_before)),
  ];
  if (data.months.length < 2) return null;
  const told = (period: string) => period.slice(0, 7);
  return (
    <Panel title={t("standing.course")} hint={t("standing.courseHint")}>
      <Lines courses={courses} format={format} name={t("standing.course")} height={200} wholeUntil={null} long={told} short={told} />
    </Panel>
  );
}

/** The shares of the eight classes, the newest month first; each opens to its people where it is the month that is looked at. */
function Classes({ data, month, open, format }: ToldProps) {
  const { t } = useTranslation();
  const most = Math.max(...data.months.flatMap((one) => one.classes.map((found) => share(found.people, one.classed) ?? 0)), 0.0001);
  const cell = (one: StandingMonth, code: string): Heat => {
    const people = one.classes.find((found) => found.code === code)?.people ?? 0;
    const part = share(people, one.classed);
    const shown = format.figure(part, "ratio");
    const here = one.month === month.month && people > 0;
    return {
      shown,
      at: (part ?? 0) / most,
      label: t("standing.cell", { month: one.month, people: format.count(people), share: shown }),
      open: here && open ? () => open({ rfm: code }) : undefined,
    };
  };
  const cuts = month.thresholds;
  return (
    <Panel title={t("standing.classes")} hint={t("standing.classesHint")}>
      <HeatTable
        label={t("standing.classes")}
        corner={t("standing.month")}
        sizeName={t("standing.buyers")}
        columns={data.classes.map((one) => format.say(one))}
        rows={[...data.months].reverse().map((one) => ({
          key: one.month,
          name: one.month === month.month ? <strong>{one.month}</strong> : one.month,
          size: format.count(one.classed),
          cells: data.classes.map((found) => cell(one, found.code)),
        }))}
      />
      <p className="muted">
        {t("standing.cuts", {
          days: format.brief(cuts.recency, "count"),
          orders: format.brief(cuts.frequency, "count"),
          money: format.figure(cuts.monetary, "money", { currency: data.currency }),
          version: month.version,
        })}
      </p>
    </Panel>
  );
}

/** From which stage to which, as shares of who was in the first; the whole of each row. */
function Moves({ month, open, format }: Omit<ToldProps, "data">) {
  const { t } = useTranslation();
  const people = (before: Stage | null, stage: Stage) => month.moves.find((one) => one.before === before && one.stage === stage)?.people ?? 0;
  const row = (before: Stage | null) => {
    const whole = STAGES.reduce((sum, stage) => sum + people(before, stage), 0);
    return {
      key: before ?? "none",
      name: before === null ? t("standing.first") : t(`standing.stage.${before}`),
      size: format.count(whole),
      cells: STAGES.map((stage): Heat => {
        const count = people(before, stage);
        if (!count) return null;
        const part = share(count, whole);
        const to = before === null ? undefined : () => open?.({ stage, before });
        const shown = format.figure(part, "ratio");
        return { shown, at: part, label: t("standing.move", { stage: t(`standing.stage.${stage}`), people: format.count(count) }), open: open && to };
      }),
    };
  };
  const total = {
    key: "all",
    total: true,
    name: t("standing.now"),
    size: format.count(month.stages.reduce((sum, one) => sum + one.people, 0)),
    cells: month.stages.map(
      (one): Heat => ({
        shown: format.count(one.people),
        at: null,
        label: t("standing.move", { stage: t(`standing.stage.${one.stage}`), people: format.count(one.people) }),
        open: open && one.people ? () => open({ stage: one.stage }) : undefined,
      }),
    ),
  };
  const rows = [...STAGES, null].map(row).filter((one) => one.cells.some(Boolean));
  return (
    <Panel title={t("standing.moves")} hint={t("standing.movesHint")}>
      <HeatTable
        label={t("standing.moves")}
        corner={t("standing.before")}
        sizeName={t("standing.buyers")}
        columns={STAGES.map((stage) => t(`standing.stage.${stage}`))}
        rows={[...rows, total]}
      />
    </Panel>
  );
}

type WhoProps = { data: Standing; month: StandingMonth; place: StandingPlace | null; close: () => void };

/** Who stood there, the dearest first. */
function Who({ data, month, place, close }: WhoProps) {
  const { t } = useTranslation();
  const format = useFormat(data.currency);
  const query = useInfiniteQuery({
    queryKey: ["standing", "people", month.month, place],
    queryFn: ({ pageParam, signal }) => fetchStandingPeople(month.month, place ?? {}, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    enabled: place !== null,
  });
  const group = (code: string | null) => (code === null ? "\u2014" : format.say(data.classes.find((one) => one.code === code)) || code);
  const stage = (one: Stage | null) => (one === null ? "\u2014" : t(`standing.stage.${one}`));
  const title = place?.rfm
    ? group(place.rfm)
    : place?.before
      ? `${stage(place.before)} \u2192 ${stage(place.stage ?? null)}`
      : stage(place?.stage ?? null);
  const rows = query.data?.pages.flatMap((page) => page.people) ?? [];
  return (
    <SidePane open={place !== null} title={`${title} \u00b7 ${month.month}`} close={close} width={760} testid="standing-people">
      <Shown query={query} what={t("standing.people")} permission="people.see" skeleton={<Bone height={300} />}>
        {(found) => (
          <>
            <Sheet
              label={t("standing.people")}
              rows={rows}
              rowKey={(row) => String(row.person)}
              columns={[
                {
                  key: "name",
                  title: t("standing.who"),
                  cell: (row) => (
                    <Link to="/people/$did" params={{ did: String(row.person) }}>
                      {row.name || row.person}
                    </Link>
                  ),
                },
                { key: "class", title: t("standing.class"), width: 130, cell: (row) => group(row.rfm) },
                { key: "stage", title: t("standing.stageWord"), width: 90, cell: (row) => stage(row.stage) },
                { key: "days", title: t("standing.days"), number: true, width: 80, cell: (row) => format.count(row.days) },
                {
                  key: "gap",
                  title: t("standing.gap"),
                  number: true,
                  width: 80,
                  cell: (row) => (row.gap === null ? "\u2014" : format.brief(row.gap, "count")),
                },
                { key: "money", title: t("standing.money"), number: true, width: 110, cell: (row) => format.figure(row.money, "money") },
              ]}
            />
            <p className="muted">{t("standing.of", { shown: format.count(rows.length), total: format.count(found.pages[0]?.total ?? 0) })}</p>
            {query.hasNextPage ? (
              <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                {t("standing.more")}
              </Button>
            ) : null}
          </>
        )}
      </Shown>
    </SidePane>
  );
}
