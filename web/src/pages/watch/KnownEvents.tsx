/** The event library: what has a name, how it shows, why it comes, and what is done. */

import { SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { type KnownEventItem, knownEventsNamedOptions, knownEventsOptions } from "@/api/knownEvents";
import { Page } from "@/kit/Page";
import { Sheet } from "@/kit/Sheet";
import { Status } from "@/kit/Status";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useNames } from "@/pages/metrics/names";
import { useMay } from "@/shell/session";
import type { KnownEventsSearch } from "@/shell/watchPages";
import { KnownEventPane } from "./KnownEventPane";
import { NewKnownEventPane } from "./NewKnownEvent";
import "@/kit/parts.css";
import "./watch.css";

const LOOK = { draft: "no_data", trial: "warn", active: "ok", retired: "no_data" } as const;

/** The state of an entry, with what waits beside the one in force. */
export function EventState({ event }: { event: KnownEventItem }) {
  const { t } = useTranslation();
  return (
    <span className="row">
      <Status state={LOOK[event.state]}>{t(`library.state.${event.state}`)}</Status>
      {event.newest > event.version ? <span className="tag tag-warn">{t("library.waits")}</span> : null}
    </span>
  );
}

/** Show the page. */
export function KnownEventsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/watch/known-events" });
  const navigate = useNavigate({ from: "/watch/known-events" });
  const go = useCallback((patch: KnownEventsSearch) => void navigate({ search: (now) => ({ ...now, ...patch }), replace: "q" in patch }), [navigate]);
  const format = useFormat();
  const { owner } = useNames();
  const may = useMay("definitions.write");
  const query = useQuery(knownEventsOptions());
  const named = useQuery(knownEventsNamedOptions());
  const record = new Map((named.data?.items ?? []).map((one) => [one.known_event, one]));
  const text = (search.q ?? "").trim().toLowerCase();
  const shown = (query.data?.items ?? []).filter((one) =>
    `${one.name} ${one.title.en} ${one.title.zh} ${one.about.en} ${one.about.zh}`.toLowerCase().includes(text),
  );
  return (
    <Page
      title={t("library.title")}
      answer={query.data ? t("library.answer", { count: query.data.items.filter((one) => one.state === "active").length }) : "\u00a0"}
      aside={
        may ? (
          <Button type="primary" onClick={() => go({ make: "1", name: undefined, edit: undefined })}>
            {t("library.make")}
          </Button>
        ) : null
      }
      filters={
        <Input
          allowClear
          prefix={<SearchOutlined />}
          className="find"
          aria-label={t("library.search")}
          placeholder={t("library.search")}
          maxLength={80}
          value={search.q ?? ""}
          onChange={(event) => go({ q: event.target.value || undefined })}
        />
      }
    >
      <Shown
        query={query}
        what={t("library.what")}
        permission="metrics.read"
        skeleton={<Bone height={420} />}
        empty={() => (shown.length ? null : <Empty title={t("library.none")} text={t("library.noneText")} />)}
      >
        {() => (
          <div className="panel list">
            <Sheet<KnownEventItem>
              label={t("library.what")}
              rows={shown}
              rowKey={(row) => row.name}
              selected={search.name ?? null}
              open={(row) => go({ name: row.name })}
              columns={[
                {
                  key: "title",
                  title: `${t("library.what")} · ${shown.length}`,
                  width: 240,
                  cell: (row) => <strong>{format.say(row.title)}</strong>,
                },
                { key: "about", title: t("library.about"), cell: (row) => format.say(row.about) },
                { key: "state", title: t("library.stateWord"), width: 150, cell: (row) => <EventState event={row} /> },
                {
                  key: "named",
                  title: t("library.namedWord"),
                  width: 170,
                  cell: (row) => {
                    const one = record.get(row.name);
                    return one ? t("library.namedTimes", { named: one.named, right: one.right, wrong: one.wrong }) : <span className="muted">—</span>;
                  },
                },
                { key: "origin", title: t("library.origin"), width: 120, cell: (row) => t(`library.from.${row.origin}`) },
                { key: "owner", title: t("alerts.owner"), width: 130, cell: (row) => owner(row.owner) },
              ]}
            />
          </div>
        )}
      </Shown>
      <NewKnownEventPane open={search.make !== undefined} copy={search.copy ?? null} record={search.record ?? null} go={go} />
      <KnownEventPane name={search.make ? null : (search.name ?? null)} editing={search.edit === "1"} go={go} />
    </Page>
  );
}
