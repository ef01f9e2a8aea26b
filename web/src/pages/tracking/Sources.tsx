/** Sources: whether data is coming in, source by source, and what each is sending. */

import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { type Source, sourcesOptions } from "@/api/data";
import { MISSING, toNumber } from "@/kit/format";
import { Page } from "@/kit/Page";
import { type Column, Sheet } from "@/kit/Sheet";
import { Status } from "@/kit/Status";
import { Strip } from "@/kit/Strip";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { NewSource } from "./NewSource";
import { useDataNames } from "./names";
import "./tracking.css";

const WORST: Record<string, number> = { silent: 0, late: 1, stopped: 2, listening: 3, ok: 4 };

/** A source that never sent anything is not silent but listened to; a stopped one is neither. */
export function stateOf(source: Source): "ok" | "late" | "silent" | "listening" | "stopped" {
  if (source.stopped) return "stopped";
  return source.last_event === null && source.last_loaded === null ? "listening" : source.state;
}

/** What came in the last hour of the source's own time. */
export function lastHour(source: Source): { received: number; bad: number } | null {
  if (source.strip.length === 0) return null;
  return source.strip.reduce((sum, minute) => ({ received: sum.received + minute.received, bad: sum.bad + minute.bad }), { received: 0, bad: 0 });
}

function Answer({ sources, format }: { sources: Source[]; format: Format }) {
  const { t } = useTranslation();
  if (sources.length === 0) return t("sources.answerNone");
  const behind = sources.filter((source) => ["late", "silent"].includes(stateOf(source)));
  const hours = sources.map(lastHour).filter((hour) => hour !== null);
  const received = hours.reduce((sum, hour) => sum + hour.received, 0);
  const bad = hours.reduce((sum, hour) => sum + hour.bad, 0);
  const names = behind.map((source) => source.name || source.source);
  const first = behind.length
    ? t("sources.answerBehind", {
        count: sources.length,
        behind: behind.length,
        names: names.slice(0, 3).join(format.language === "zh" ? "\u3001" : ", "),
      })
    : t("sources.answerOk", { count: sources.length });
  if (received === 0) return first;
  const share = format.figure(bad / received, "ratio");
  return `${first}${format.language === "zh" ? "" : " "}${t("sources.answerHour", { received: format.count(received), share })}`;
}

function useColumns(format: Format): Column<Source>[] {
  const { t } = useTranslation();
  const names = useDataNames();
  const dash = <span className="muted">{MISSING}</span>;
  return [
    {
      key: "state",
      title: t("field.state"),
      width: 88,
      sort: (a, b) => (WORST[stateOf(a)] ?? 9) - (WORST[stateOf(b)] ?? 9),
      cell: (source) => <Status state={stateOf(source)}>{names.state(stateOf(source))}</Status>,
    },
    {
      key: "name",
      title: t("sources.source"),
      sort: (a, b) => (a.name || a.source).localeCompare(b.name || b.source, format.language),
      cell: (source) => (
        <span className="two-lines">
          <strong>{source.name || source.source}</strong>
          <span className="muted">
            <code>{source.source}</code> · {names.kind(source.kind)}
          </span>
        </span>
      ),
    },
    {
      key: "strip",
      title: t("sources.strip"),
      width: 168,
      cell: (source) =>
        source.strip.length ? (
          <Strip minutes={source.strip} label={t("sources.stripLabel", { name: source.name || source.source })} />
        ) : (
          <span className="muted">{stateOf(source) === "listening" ? t("sources.nothingYet") : t("sources.byFile")}</span>
        ),
    },
    {
      key: "received",
      title: t("sources.hour"),
      number: true,
      width: 92,
      sort: (a, b) => (lastHour(a)?.received ?? -1) - (lastHour(b)?.received ?? -1),
      cell: (source) => {
        const hour = lastHour(source);
        return hour ? format.count(hour.received) : dash;
      },
    },
    {
      key: "bad",
      title: t("sources.bad"),
      number: true,
      width: 80,
      sort: (a, b) => (toNumber(a.bad_share) ?? -1) - (toNumber(b.bad_share) ?? -1),
      cell: (source) => {
        const share = toNumber(source.bad_share);
        if (share === null) return dash;
        return <span className={share >= 0.05 ? "is-over" : ""}>{format.figure(share, "ratio")}</span>;
      },
    },
    {
      key: "lag",
      title: t("sources.lag"),
      number: true,
      width: 76,
      sort: (a, b) => (a.lag_ms ?? -1) - (b.lag_ms ?? -1),
      cell: (source) => (source.lag_ms === null ? dash : format.lag(source.lag_ms)),
    },
    {
      key: "complete",
      title: t("sources.complete"),
      number: true,
      width: 116,
      cell: (source) => (source.complete_until ? format.instant(source.complete_until) : dash),
    },
    {
      key: "flight",
      title: t("sources.inFlight"),
      number: true,
      width: 68,
      cell: (source) => (!source.collects ? dash : format.count(source.in_flight)),
    },
    { key: "keys", title: t("sources.keys"), number: true, width: 56, cell: (source) => (source.collects ? format.count(source.keys) : dash) },
    {
      key: "balance",
      title: t("sources.balance"),
      width: 80,
      cell: (source) =>
        source.balance ? (
          <Status state={source.balance.holds ? "ok" : "bad"}>{source.balance.holds ? t("sources.holds") : t("sources.broken")}</Status>
        ) : (
          dash
        ),
    },
  ];
}

/** Show the page. */
export function SourcesPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/data/sources" });
  const navigate = useNavigate({ from: "/data/sources" });
  const format = useFormat();
  const columns = useColumns(format);
  const query = useQuery(sourcesOptions());
  const mayMake = useMay("sources.manage");
  const sources = query.data?.sources;
  const add = mayMake ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => void navigate({ search: { new: "1" } })}>
      {t("sources.add")}
    </Button>
  ) : null;
  return (
    <Page title={t("sources.title")} answer={sources ? <Answer sources={sources} format={format} /> : "\u00a0"} aside={add}>
      <Shown
        query={query}
        what={t("sources.what")}
        permission="sources.read"
        skeleton={<Bone height={360} />}
        empty={(data) =>
          data.sources.length === 0 ? <Empty title={t("sources.emptyTitle")} text={t("sources.emptyText")} action={<EmptyDoors add={add} />} /> : null
        }
      >
        {(data) => (
          <div className="panel padded">
            <Sheet<Source>
              label={t("sources.what")}
              rows={[...data.sources].sort((a, b) => (WORST[stateOf(a)] ?? 9) - (WORST[stateOf(b)] ?? 9))}
              rowKey={(source) => source.source}
              columns={columns}
              open={(source) => void navigate({ to: "/data/sources/$source", params: { source: source.source }, search: {} })}
            />
          </div>
        )}
      </Shown>
      <NewSource open={search.new === "1" && mayMake} close={() => void navigate({ search: {} })} />
    </Page>
  );
}

function EmptyDoors({ add }: { add: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="row-of">
      {add}
      <Link to="/data/imports" search={{}}>
        {t("sources.importInstead")}
      </Link>
    </div>
  );
}
