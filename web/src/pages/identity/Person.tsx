/** A person: ids, traits, orders and everything they did, across channels; why it is one person, and how to join or part. */

import { ArrowLeftOutlined, UsergroupAddOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button, DatePicker } from "antd";
import dayjs from "dayjs";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { type Person, personOptions } from "@/api/people";
import { dayEnd } from "@/kit/dayEnd";
import { MISSING } from "@/kit/format";
import { OrderView } from "@/kit/OrderView";
import { Filter, Page } from "@/kit/Page";
import { isDay } from "@/kit/period";
import { SidePane } from "@/kit/SidePane";
import { StatCard } from "@/kit/StatCard";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { usePreferences } from "@/shell/preferences";
import type { PersonSearch } from "@/shell/router";
import { useMay } from "@/shell/session";
import { MergePane } from "./MergePane";
import { calling } from "./marks";
import { Rights } from "./Rights";
import { Timeline } from "./Timeline";
import { WhoPanel } from "./WhoPanel";
import { WhyPanel } from "./WhyPanel";
import "@/kit/parts.css";
import "../metrics/tree.css";
import "./people.css";

/** What the person is called here: their name, else the first id that they left. */
function useName(): (person: Person) => string {
  const { t } = useTranslation();
  return (person) => calling(person).text ?? t("people.unnamed");
}

function Answer({ person, format }: { person: Person; format: Format }) {
  const { t } = useTranslation();
  const name = useName()(person);
  const { summary } = person;
  const words = { name, orders: format.count(summary.orders), sessions: format.count(summary.sessions) };
  if (!summary.orders || !summary.last_seen) return t("person.answerFew", words);
  const amount = format.figure(summary.amount, "money", { currency: summary.currency });
  return t("person.answer", { ...words, amount, last: format.instant(summary.last_seen) });
}

function Stats({ person, format }: { person: Person; format: Format }) {
  const { t } = useTranslation();
  const value = useValueName();
  const { summary } = person;
  const money = { currency: summary.currency };
  const each = summary.orders ? format.brief(Number(summary.amount) / summary.orders, "money", money) : MISSING;
  const seen = (iso: string | null) => (iso ? [{ label: format.instant(iso).split(/[ ,]+/).at(-1) ?? "", shown: "" }] : []);
  const channels = summary.channels.slice(0, 3).map((entry) => ({
    label: value("sales_channel", entry.channel),
    shown: <span className="num">{format.count(entry.events + entry.orders)}</span>,
  }));
  const cards = [
    {
      key: "amount",
      name: t("person.amount"),
      value: summary.orders ? format.brief(summary.amount, "money", money) : MISSING,
      moves: [{ label: t("person.amountEach"), shown: each }],
    },
    {
      key: "orders",
      name: t("person.orders"),
      value: format.count(summary.orders),
      moves: roles(person).map((role) => ({ label: t(`person.role.${role.role}`), shown: role.orders })),
    },
    {
      key: "sessions",
      name: t("person.sessions"),
      value: format.count(summary.sessions),
      moves: [{ label: t("person.events"), shown: format.count(summary.events) }],
    },
    { key: "channels", name: t("person.channels"), value: String(summary.channels.length), moves: channels },
    {
      key: "last",
      name: t("person.last"),
      value: summary.last_seen ? format.shortDay(summary.last_seen) : MISSING,
      moves: [...seen(summary.last_seen), ...(summary.first_seen ? [{ label: t("person.first"), shown: format.instant(summary.first_seen) }] : [])],
    },
  ];
  return (
    <div className="stats person-stats">
      {cards.map((card) => (
        <StatCard key={card.key} name={card.name} value={card.value} moves={card.moves} hint={card.name} testid={`stat-${card.key}`} />
      ))}
    </div>
  );
}

const roles = (person: Person) => person.roles.filter((role) => role.orders > 0).slice(0, 3);

type BodyProps = { person: Person; search: PersonSearch; asOf: string | undefined; go: (patch: PersonSearch) => void };

function Body({ person, search, asOf, go }: BodyProps) {
  const navigate = useNavigate();
  const format = useFormat(person.summary.currency);
  const open = useCallback((order: string) => go({ order }), [go]);
  return (
    <>
      <Stats person={person} format={format} />
      <div className="person-grid" data-testid="person">
        <WhoPanel person={person} />
        <WhyPanel
          person={person}
          view={search.tab}
          show={(tab) => go({ tab: tab === "graph" ? undefined : tab })}
          other={(node) => void navigate({ to: "/people/$did", params: { did: String(node.did) } })}
          frozen={asOf !== undefined}
        />
        <Timeline did={String(person.did)} asOf={asOf} open={open} />
      </div>
    </>
  );
}

function Skeleton() {
  return (
    <>
      <div className="stats">
        {["amount", "orders", "sessions", "channels", "last"].map((name) => (
          <Bone key={name} height={84} />
        ))}
      </div>
      <div className="person-grid">
        <Bone height="100%" />
        <Bone height="100%" />
        <Bone height="100%" />
      </div>
    </>
  );
}

/** Show the page. */
export function PersonPage() {
  const { t } = useTranslation();
  const { did } = useParams({ from: "/desk/people/$did" });
  const search = useSearch({ from: "/desk/people/$did" });
  const navigate = useNavigate({ from: "/people/$did" });
  const { language } = usePreferences();
  const [joining, setJoining] = useState(false);
  const may = useMay("people.merge");
  const format = useFormat();
  const day = isDay(search.as_of) ? search.as_of : undefined;
  const asOf = day ? dayEnd(day, format.zone) : undefined;
  const query = useQuery(personOptions(did, asOf));
  const person = query.data;
  const name = useName();
  const go = useCallback((patch: PersonSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const gone = query.error instanceof ApiError && query.error.status === 404;
  return (
    <Page
      title={t("person.title")}
      answer={person ? <Answer person={person} format={format} /> : "\u00a0"}
      aside={
        person && !day ? (
          <>
            {may ? (
              <Button icon={<UsergroupAddOutlined />} onClick={() => setJoining(true)}>
                {t("person.merge")}
              </Button>
            ) : null}
            <Rights person={person} name={name(person)} />
          </>
        ) : null
      }
      filters={
        <>
          <Link to="/people" className="back">
            <ArrowLeftOutlined /> {t("person.back")}
          </Link>
          <Filter label={t("person.asOf")}>
            <DatePicker
              aria-label={t("person.asOf")}
              placeholder={t("person.asOfNow")}
              value={day ? dayjs(day) : null}
              format={language === "zh" ? "YYYY-MM-DD" : "D MMM YYYY"}
              disabledDate={(date) => date.isAfter(dayjs(), "day")}
              onChange={(date) => go({ as_of: date ? date.format("YYYY-MM-DD") : undefined })}
            />
          </Filter>
          {day ? <span className="stale">{t("person.asOfNote", { at: format.day(day) })}</span> : null}
        </>
      }
      fill
    >
      {gone ? (
        <Empty title={t("person.gone")} text={t("person.goneFix")} action={<Link to="/people">{t("person.back")}</Link>} />
      ) : (
        <Shown query={query} what={t("person.what")} permission="people.see" skeleton={<Skeleton />}>
          {(data) => (
            <>
              <Body person={data} search={search} asOf={asOf} go={go} />
              <MergePane person={data} name={name(data)} open={joining} close={() => setJoining(false)} />
            </>
          )}
        </Shown>
      )}
      <SidePane
        open={search.order !== undefined}
        title={t("rows.order", { ref: search.order ?? "" })}
        close={() => go({ order: undefined })}
        width={760}
        testid="order"
      >
        {search.order ? <OrderView orderKey={search.order} /> : null}
      </SidePane>
    </Page>
  );
}
