/** The calendar: days that are known not to be as others, and the incidents that came; a calendar file is taken in here. */

import { DeleteOutlined, LeftOutlined, RightOutlined, UploadOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, DatePicker, Form, Input, Select, Upload } from "antd";
import type { Dayjs } from "dayjs";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { recordsOptions } from "@/api/incidents";
import {
  addKnownDay,
  DAY_KINDS,
  importKnownDays,
  type KnownDay,
  type KnownDayKind,
  knownDayKeys,
  knownDaysOptions,
  removeKnownDay,
} from "@/api/knownDays";
import { dayEnd } from "@/kit/dayEnd";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Bone, ErrorPanel, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { useMay } from "@/shell/session";
import { byDay, daysOf, type Marked } from "./months";
import { headOf, useTitle } from "./records";
import "@/kit/parts.css";
import "./watch.css";

const DAY = 86_400_000;
const MONTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as const;

/** Show the page. */
export function CalendarPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/watch/calendar" });
  const navigate = useNavigate({ from: "/watch/calendar" });
  const format = useFormat();
  const year = Number(/^\d{4}$/.test(search.year ?? "") ? search.year : format.civil(new Date().toISOString()).slice(0, 4));
  // A day more on both ends: the year of the workspace's zone lies within.
  const from = Math.max(1, Date.UTC(year, 0, 1) - DAY);
  const until = Date.UTC(year + 1, 0, 1) + DAY;
  const query = useQuery(knownDaysOptions(from, until));
  const incidents = useQuery({
    ...recordsOptions({ kind: "incident", from_ms: from, to_ms: until }),
    enabled: useMay("incidents.read"),
    retry: false,
  });
  const name = useValueName();
  const title = useTitle();
  const marked = useMemo<Marked[]>(() => {
    const called = (day: KnownDay) => (day.source === "calendar" ? name("holiday", day.id.split(":").at(-1)) : day.title);
    const known = (query.data?.items ?? []).map((day) => ({
      id: day.id,
      kind: day.kind,
      title: called(day),
      starts: day.starts_ms,
      ends: day.ends_ms,
      source: day.source,
    }));
    const came = (incidents.data?.items ?? []).map((one) => {
      const starts = Date.parse(one.opened);
      return {
        id: one.id,
        kind: "incident" as const,
        title: headOf(title(one)),
        starts,
        ends: one.resolved ? Date.parse(one.resolved) : Date.now(),
        source: "incident" as const,
      };
    });
    return [...known, ...came].sort((a, b) => a.starts - b.starts);
  }, [query.data, incidents.data, name, title]);
  const go = (next: number) => void navigate({ search: { year: String(next) } });
  return (
    <Page
      title={t("library.calendar")}
      answer={query.data ? t("library.calendarAnswer", { count: marked.length, year }) : "\u00a0"}
      filters={
        <>
          <Filter label={t("library.year")}>
            <span className="row">
              <Button size="small" icon={<LeftOutlined />} aria-label={String(year - 1)} onClick={() => go(year - 1)} />
              <strong className="num">{year}</strong>
              <Button size="small" icon={<RightOutlined />} aria-label={String(year + 1)} onClick={() => go(year + 1)} />
            </span>
          </Filter>
          <ul className="noise-legend" aria-hidden="true">
            {DAY_KINDS.map((kind) => (
              <li key={kind}>
                <i className={`day-${kind}`} />
                {t(`library.dayKind.${kind}`)}
              </li>
            ))}
          </ul>
        </>
      }
    >
      <Shown query={query} what={t("library.calendar")} permission="alerts.read" skeleton={<Bone height={420} />}>
        {() => (
          <>
            <Year year={year} marked={marked} format={format} />
            <Listed marked={marked} format={format} />
          </>
        )}
      </Shown>
    </Page>
  );
}

function Year({ year, marked, format }: { year: number; marked: readonly Marked[]; format: Format }) {
  const days = useMemo(() => byDay(marked, format.civil), [marked, format]);
  const month = (index: number) =>
    new Intl.DateTimeFormat(format.language === "zh" ? "zh-CN" : "en-GB", { month: "long", timeZone: "UTC" }).format(Date.UTC(year, index, 15));
  return (
    <div className="calendar panel">
      {MONTHS.map((index) => (
        <section key={index} aria-label={month(index)}>
          <h3>{month(index)}</h3>
          <div className="calendar-days">
            {daysOf(year, index).map((day, place) => {
              if (day === null) return <span key={`blank ${place}`} />;
              const on = days.get(day) ?? [];
              const shown = on.map((one) => one.title).join("; ");
              return (
                <span key={day} className={on[0] ? `is-marked day-${on[0].kind}` : ""} title={shown ? `${format.day(day)}: ${shown}` : undefined}>
                  {Number(day.slice(8))}
                </span>
              );
            })}
          </div>
        </section>
      ))}
    </div>
  );
}

function Listed({ marked, format }: { marked: readonly Marked[]; format: Format }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay("alerts.handle");
  const again = () => client.invalidateQueries({ queryKey: knownDayKeys.all });
  const remove = useMutation({ mutationFn: removeKnownDay, onSuccess: again });
  const [kind, setKind] = useState<KnownDayKind>("holiday");
  const bring = useMutation({ mutationFn: (file: File) => importKnownDays(file, kind), onSuccess: again });
  const span = (one: Marked) => {
    const last = format.civil(new Date(Math.max(one.starts, one.ends - 1)).toISOString());
    return format.span(format.civil(new Date(one.starts).toISOString()), last);
  };
  return (
    <Panel title={t("library.days")} hint={t("library.daysHint")}>
      {may ? (
        <div className="row">
          <AddDay done={again} />
          <Select<KnownDayKind>
            size="small"
            aria-label={t("library.importKind")}
            value={kind}
            options={DAY_KINDS.map((value) => ({ value, label: t(`library.dayKind.${value}`) }))}
            onChange={setKind}
          />
          <Upload
            accept=".ics,text/calendar"
            showUploadList={false}
            beforeUpload={(file) => {
              bring.mutate(file);
              return false;
            }}
          >
            <Button size="small" icon={<UploadOutlined />} loading={bring.isPending}>
              {t("library.import")}
            </Button>
          </Upload>
          {bring.data ? <span className="muted">{t("library.imported", { count: bring.data.items.length })}</span> : null}
        </div>
      ) : null}
      {bring.error ? <ErrorPanel error={bring.error} what={t("library.import")} /> : null}
      {remove.error ? <ErrorPanel error={remove.error} what={t("library.days")} /> : null}
      <ul className="alert-history">
        {marked.map((one) => (
          <li key={one.id}>
            <span className={`day-mark day-${one.kind}`} aria-hidden="true" />
            <span className="num muted">{span(one)}</span>
            <strong>{one.title}</strong>
            <span className="muted">{t(`library.dayKind.${one.kind}`)}</span>
            {may && (one.source === "hand" || one.source === "ics") ? (
              <Button
                size="small"
                type="text"
                icon={<DeleteOutlined />}
                aria-label={`${t("library.remove")}: ${one.title}`}
                onClick={() => remove.mutate(one.id)}
              />
            ) : null}
          </li>
        ))}
        {marked.length ? null : <li className="muted">{t("library.daysNone")}</li>}
      </ul>
    </Panel>
  );
}

type Fields = { span: [Dayjs, Dayjs]; kind: KnownDayKind; title: string };

function AddDay({ done }: { done: () => Promise<unknown> }) {
  const { t } = useTranslation();
  const { zone } = useFormat();
  // Days are those of the workspace, wherever the browser is.
  const after = (day: Dayjs) => Date.parse(dayEnd(day.format("YYYY-MM-DD"), zone)) + 1000;
  const [form] = Form.useForm<Fields>();
  const add = useMutation({
    mutationFn: ({ span, kind, title }: Fields) =>
      addKnownDay({ kind, title: title.trim(), where: {}, starts_ms: after(span[0].subtract(1, "day")), ends_ms: after(span[1]) }),
    onSuccess: async () => {
      form.resetFields();
      await done();
    },
  });
  const needed = [{ required: true, message: t("library.needed") }];
  return (
    <Form<Fields>
      form={form}
      layout="inline"
      requiredMark={false}
      initialValues={{ kind: "sale" }}
      onFinish={(given) => add.mutate(given)}
      aria-label={t("library.addDay")}
    >
      {add.error ? <ErrorPanel error={add.error} what={t("library.addDay")} /> : null}
      <Form.Item name="span" rules={needed}>
        <DatePicker.RangePicker size="small" aria-label={t("library.when")} />
      </Form.Item>
      <Form.Item name="kind">
        <Select
          size="small"
          style={{ width: 110 }}
          aria-label={t("library.dayKindWord")}
          options={DAY_KINDS.map((value) => ({ value, label: t(`library.dayKind.${value}`) }))}
        />
      </Form.Item>
      <Form.Item name="title" rules={needed}>
        <Input size="small" maxLength={200} placeholder={t("library.dayTitle")} aria-label={t("library.dayTitle")} />
      </Form.Item>
      <Button size="small" htmlType="submit" loading={add.isPending}>
        {t("library.addDay")}
      </Button>
    </Form>
  );
}
