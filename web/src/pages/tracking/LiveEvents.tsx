/** What is arriving from a source, newest first, with what the checks said; "listening" until the first event. */

import { PauseOutlined, PlayCircleOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { dataKeys, fetchLive, type LiveEvent, type LivePage, type Source } from "@/api/data";
import { MISSING } from "@/kit/format";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Status } from "@/kit/Status";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { type DataNames, useDataNames } from "./names";

const EVERY_MS = 2000;
const MOST = 200;
const STATES = ["all", "stored", "duplicate", "quarantined"] as const;

/** Put what came since behind what is there, each event once, the oldest falling out. */
export function joined(before: LivePage | undefined, page: LivePage): LivePage {
  const seen = new Map((before?.items ?? []).map((event) => [event.id, event]));
  for (const event of page.items) seen.set(event.id, event);
  return { items: [...seen.values()].slice(-MOST), next: page.next ?? before?.next ?? null };
}

function useLive(source: string, paused: boolean) {
  const client = useQueryClient();
  const key = [...dataKeys.sources, "live", source];
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const before = client.getQueryData<LivePage>(key);
      return joined(before, await fetchLive(source, before?.next ?? null, signal));
    },
    refetchInterval: paused ? false : EVERY_MS,
    structuralSharing: false,
    gcTime: 0,
  });
}

function Listening({ source }: { source: Source }) {
  const { t } = useTranslation();
  return (
    <div className="listening" data-testid="listening">
      <Status state="listening">{t("source.listening")}</Status>
      <p className="muted">{source.keys === 0 ? t("source.listenNoKey") : t("source.listenText")}</p>
      <ol className="muted">
        <li>{t("source.step1")}</li>
        <li>{t("source.step2")}</li>
        <li>{t("source.step3")}</li>
      </ol>
    </div>
  );
}

/** Show what arrives. */
export function LiveEvents({ source }: { source: Source }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useDataNames();
  const { state, event: opened } = useSearch({ from: "/desk/data/sources/$source" });
  const navigate = useNavigate({ from: "/data/sources/$source" });
  const [paused, pause] = useState(false);
  const query = useLive(source.source, paused);
  const go = (patch: { state?: string | undefined; event?: string | undefined }) =>
    void navigate({ search: (now) => ({ ...now, ...patch }) as typeof now, replace: true });
  const events = query.data?.items ?? [];
  const shown = events.filter((event) => !state || event.state === state).reverse();
  const one = events.find((event) => event.id === opened) ?? null;
  return (
    <Shown
      query={query}
      what={t("source.liveTitle")}
      permission="events.see"
      skeleton={<Bone height={300} />}
      empty={(data) => (data.items.length === 0 && source.last_event === null ? <Listening source={source} /> : null)}
    >
      {() => (
        <div className="arriving">
          <div className="section-head">
            <Segmented
              size="small"
              aria-label={t("source.filter")}
              value={state ?? "all"}
              options={STATES.map((value) => ({ value, label: names.live(value) }))}
              onChange={(value) => go({ state: value === "all" ? undefined : value })}
            />
            <span className="row-of">
              <span className="muted num">{paused ? t("source.paused") : t("source.every")}</span>
              <Button size="small" icon={paused ? <PlayCircleOutlined /> : <PauseOutlined />} onClick={() => pause(!paused)}>
                {paused ? t("source.goOn") : t("source.pause")}
              </Button>
            </span>
          </div>
          <Sheet<LiveEvent>
            label={t("source.liveTitle")}
            rows={shown}
            rowKey={(event) => event.id}
            selected={opened ?? null}
            open={(event) => go({ event: event.id })}
            empty={events.length ? t("source.noneOfThese") : t("source.noneNow")}
            columns={[
              {
                key: "received",
                title: t("source.received"),
                width: 78,
                cell: (event) => <span className="num">{format.clock(event.received)}</span>,
              },
              { key: "state", title: t("source.check"), width: 106, cell: (event) => <Status state={event.state}>{names.live(event.state)}</Status> },
              {
                key: "event",
                title: t("source.event"),
                ellipsis: true,
                cell: (event) => <code>{event.event ?? event.name ?? MISSING}</code>,
              },
              {
                key: "said",
                title: t("source.said"),
                ellipsis: true,
                cell: (event) => <Said event={event} names={names} />,
              },
              {
                key: "who",
                title: t("source.who"),
                width: 132,
                ellipsis: true,
                cell: (event) => <span className="mono muted">{event.who ?? MISSING}</span>,
              },
            ]}
          />
          <EventPane event={one} names={names} close={() => go({ event: undefined })} />
        </div>
      )}
    </Shown>
  );
}

function Said({ event, names }: { event: LiveEvent; names: DataNames }) {
  if (event.reason) return <span className="tag tag-bad">{names.reason(event.reason)}</span>;
  return (
    <>
      {event.flags.map((flag) => (
        <span className="tag tag-warn" key={flag}>
          {names.flag(flag)}
        </span>
      ))}
    </>
  );
}

function EventPane({ event, names, close }: { event: LiveEvent | null; names: DataNames; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts: [string, React.ReactNode][] = event
    ? [
        [
          t("source.check"),
          <Status key="state" state={event.state}>
            {names.live(event.state)}
          </Status>,
        ],
        [t("source.said"), !event.reason && event.flags.length === 0 ? t("source.clean") : <Said key="said" event={event} names={names} />],
        [t("source.received"), `${format.full(event.received)} (${format.clock(event.received)})`],
        [t("source.happened"), event.at ? `${format.full(event.at)} (${format.clock(event.at)})` : MISSING],
        [t("source.wire"), <code key="wire">{[event.type, event.name].filter(Boolean).join(" \u00b7 ") || MISSING}</code>],
        [
          t("source.who"),
          <span key="who" className="mono">
            {event.who ?? MISSING}
          </span>,
        ],
      ]
    : [];
  return (
    <SidePane open={event !== null} title={<code>{event?.event ?? event?.name ?? MISSING}</code>} close={close} width={520} testid="event">
      {event ? (
        <>
          <dl className="facts">
            {facts.map(([name, value]) => (
              <div className="facts-row" key={name}>
                <dt>{name}</dt>
                <dd className="num">{value}</dd>
              </div>
            ))}
          </dl>
          <h3>{t("source.properties")}</h3>
          <pre className="code">{JSON.stringify(event.properties, null, 2)}</pre>
          {event.state === "quarantined" ? (
            <Link to="/data/quarantine" search={{ source: event.source, ...(event.reason ? { reason: event.reason } : {}) }}>
              {t("source.toQuarantine")}
            </Link>
          ) : null}
        </>
      ) : null}
    </SidePane>
  );
}
