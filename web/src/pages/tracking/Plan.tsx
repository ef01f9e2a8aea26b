/** Tracking plan: which events and properties should arrive, and whether those that do keep to it. */

import { SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input, Segmented } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { type Plan, type PlanEvent, planOptions } from "@/api/data";
import { MISSING } from "@/kit/format";
import { Filter, Page } from "@/kit/Page";
import { type Column, Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import type { PlanSearch } from "@/shell/router";
import { EventPane } from "./EventPane";
import { InferPane } from "./InferPane";
import { InternalPane } from "./InternalPane";
import { ModesPane } from "./ModesPane";
import { useDataNames } from "./names";
import "./tracking.css";

const WHO = ["client", "server"] as const;
export const LOOKS = ["broken", "unplanned", "unseen", "drift"] as const;
export type Look = (typeof LOOKS)[number];

/** Agreed on: by the team's plan, or by the catalogue, whose events always say what they mean. */
export function isAgreed(event: PlanEvent): boolean {
  return event.planned || event.means_en !== "";
}

/** What is worth a look at an event. */
export function looksOf(event: PlanEvent): Look[] {
  const found: Look[] = [];
  const agreed = isAgreed(event);
  if (!agreed) found.push("unplanned");
  if (agreed && !event.seen) found.push("unseen");
  if (event.flagged_7d > 0 && agreed) found.push("broken");
  if (event.properties.some((property) => property.drift)) found.push("drift");
  return found;
}

/** The events that the filters leave, the busiest first. */
export function chosen(events: PlanEvent[], search: PlanSearch): PlanEvent[] {
  const asked = (search.q ?? "").trim().toLowerCase();
  return [...events]
    .filter((event) => {
      if (search.who && event.who !== search.who) return false;
      if (search.state && !looksOf(event).includes(search.state as Look)) return false;
      if (!asked) return true;
      const text = [event.event, event.title_en, event.title_zh, ...event.aliases, ...event.properties.map((property) => property.name)];
      return text.some((part) => part.toLowerCase().includes(asked));
    })
    .sort((a, b) => b.volume_7d - a.volume_7d || a.event.localeCompare(b.event));
}

function Answer({ plan, format }: { plan: Plan; format: Format }) {
  const { t } = useTranslation();
  const count = (look: Look) => plan.events.filter((event) => looksOf(event).includes(look)).length;
  const gap = format.language === "zh" ? "" : " ";
  const flagged = plan.events.reduce((sum, event) => sum + event.flagged_7d, 0);
  const parts = [
    t("plan.answer", { planned: plan.events.filter(isAgreed).length, unplanned: count("unplanned"), unseen: count("unseen") }),
    flagged ? t("plan.answerFlagged", { flagged: format.count(flagged) }) : t("plan.answerClean"),
  ];
  return parts.join(gap);
}

function useColumns(format: Format): Column<PlanEvent>[] {
  const { t } = useTranslation();
  const names = useDataNames();
  const dash = <span className="muted">{MISSING}</span>;
  return [
    {
      key: "event",
      title: t("source.event"),
      cell: (event) => (
        <span className="two-lines">
          <strong>{(format.language === "zh" ? event.title_zh : event.title_en) || event.event}</strong>
          <code className="muted">{event.event}</code>
        </span>
      ),
    },
    {
      key: "look",
      title: t("plan.look"),
      width: 220,
      cell: (event) =>
        looksOf(event).map((look) => (
          <span className={look === "unseen" ? "tag" : "tag tag-warn"} key={look}>
            {names.look(look)}
          </span>
        )),
    },
    { key: "who", title: t("plan.who"), width: 120, cell: (event) => names.who(event.who) },
    {
      key: "volume",
      title: t("plan.volume"),
      number: true,
      width: 116,
      sort: (a, b) => a.volume_7d - b.volume_7d,
      cell: (event) => (event.volume_7d ? format.count(event.volume_7d) : dash),
    },
    {
      key: "flagged",
      title: t("plan.flagged"),
      number: true,
      width: 116,
      sort: (a, b) => a.flagged_7d - b.flagged_7d,
      cell: (event) => (event.volume_7d ? format.count(event.flagged_7d) : dash),
    },
    {
      key: "share",
      title: t("plan.share"),
      number: true,
      width: 92,
      cell: (event) => (event.volume_7d ? format.figure(event.flagged_7d / event.volume_7d, "ratio") : dash),
    },
    {
      key: "last",
      title: t("plan.last"),
      number: true,
      width: 128,
      cell: (event) => (event.last_seen ? format.instant(event.last_seen) : dash),
    },
    {
      key: "properties",
      title: t("source.properties"),
      number: true,
      width: 96,
      cell: (event) => format.count(event.properties.length),
    },
  ];
}

function Filters({ search, go }: { search: PlanSearch; go: (patch: PlanSearch) => void }) {
  const { t } = useTranslation();
  const names = useDataNames();
  const all = { value: "", label: t("catalogue.all") };
  return (
    <>
      <Input
        allowClear
        prefix={<SearchOutlined />}
        className="plan-search"
        aria-label={t("plan.search")}
        placeholder={t("plan.search")}
        value={search.q ?? ""}
        maxLength={80}
        onChange={(event) => go({ q: event.target.value || undefined } as PlanSearch)}
      />
      <Filter label={t("plan.look")}>
        <Segmented
          aria-label={t("plan.look")}
          value={search.state ?? ""}
          options={[all, ...LOOKS.map((value) => ({ value, label: names.look(value) }))]}
          onChange={(value) => go({ state: value || undefined } as PlanSearch)}
        />
      </Filter>
      <Filter label={t("plan.who")}>
        <Segmented
          aria-label={t("plan.who")}
          value={search.who ?? ""}
          options={[all, ...WHO.map((value) => ({ value, label: names.who(value) }))]}
          onChange={(value) => go({ who: value || undefined } as PlanSearch)}
        />
      </Filter>
    </>
  );
}

/** Show the page. */
export function PlanPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/data/plan" });
  const navigate = useNavigate({ from: "/data/plan" });
  const format = useFormat();
  const query = useQuery(planOptions());
  const columns = useColumns(format);
  const go = useCallback(
    (patch: PlanSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) as PlanSearch, replace: "q" in patch }),
    [navigate],
  );
  const close = useCallback(() => go({ event: undefined, view: undefined } as unknown as PlanSearch), [go]);
  const plan = query.data;
  const shown = chosen(plan?.events ?? [], search);
  return (
    <Page
      title={t("plan.title")}
      answer={plan ? <Answer plan={plan} format={format} /> : "\u00a0"}
      filters={plan ? <Filters search={search} go={go} /> : <Bone height={30} width={640} />}
      aside={
        plan ? (
          <>
            <span className="muted">{plan.version ? t("plan.version", { version: plan.version }) : t("plan.builtin")}</span>
            <Button onClick={() => go({ view: "internal" })}>{t("internal.open")}</Button>
            <Button onClick={() => go({ view: "rules" })}>{t("plan.rules")}</Button>
            <Button type="primary" onClick={() => go({ view: "learn" })}>
              {t("plan.learn")}
            </Button>
          </>
        ) : null
      }
    >
      <Shown query={query} what={t("plan.what")} permission="sources.read" skeleton={<Bone height={560} />}>
        {(data) => (
          <>
            {data.latest > data.version ? <p className="stale">{t("plan.draft", { version: data.latest })}</p> : null}
            {shown.length === 0 ? (
              <Empty
                title={t("plan.none")}
                text={data.events.length ? t("catalogue.noneFix") : t("plan.noneYet")}
                action={
                  <Button type="primary" onClick={() => (data.events.length ? void navigate({ search: {} }) : go({ view: "learn" }))}>
                    {data.events.length ? t("catalogue.clear") : t("plan.learn")}
                  </Button>
                }
              />
            ) : (
              <div className="panel padded">
                <Sheet<PlanEvent>
                  label={t("plan.what")}
                  rows={shown}
                  rowKey={(event) => event.event}
                  columns={columns}
                  selected={search.event ?? null}
                  open={(event) => go({ event: event.event })}
                />
              </div>
            )}
            <EventPane event={data.events.find((event) => event.event === search.event) ?? null} close={close} />
            <ModesPane plan={data} open={search.view === "rules"} close={close} />
            <InternalPane open={search.view === "internal"} close={close} />
            <InferPane open={search.view === "learn"} close={close} />
          </>
        )}
      </Shown>
    </Page>
  );
}
