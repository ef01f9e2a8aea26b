/** The balance of intake: what was received is stored, a duplicate or quarantined, to the last event. */

import { DatePicker } from "antd";
import dayjs from "dayjs";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Balance, BalanceAsk, BalanceRow, Bucket } from "@/api/data";
import { type Part, StackBars } from "@/charts/StackBars";
import { Filter } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { type Column, Sheet } from "@/kit/Sheet";
import { Status } from "@/kit/Status";
import { Bone, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";

type Span = { source?: string; start?: string; end?: string };
const HOURLY_DAYS = 3;

/** What to ask for: hours up to three days, days beyond; the last 24 hours where no days are chosen. */
export function balanceAsk({ source, start, end }: Span): BalanceAsk {
  const days = start && end ? dayjs(end).diff(dayjs(start), "day") + 1 : 1;
  const bucket: Bucket = days > HOURLY_DAYS ? "day" : "hour";
  return { bucket, ...(source ? { source } : {}), ...(start && end ? { start, end } : {}) };
}

type Sums = Pick<BalanceRow, "received" | "stored" | "duplicate" | "quarantined" | "in_flight" | "holds">;
const add = (a: Sums, b: Sums): Sums => ({
  received: a.received + b.received,
  stored: a.stored + b.stored,
  duplicate: a.duplicate + b.duplicate,
  quarantined: a.quarantined + b.quarantined,
  in_flight: a.in_flight + b.in_flight,
  holds: a.holds && b.holds,
});

/** Sum rows that are the same in `by`, in the order of the keys. */
export function summed(rows: BalanceRow[], by: "source" | "at"): BalanceRow[] {
  const found = new Map<string, BalanceRow>();
  for (const row of rows) {
    const before = found.get(row[by]);
    found.set(row[by], before ? { ...before, ...add(before, row) } : row);
  }
  return [...found.values()].sort((a, b) => (by === "at" ? Date.parse(a.at) - Date.parse(b.at) : b.received - a.received));
}

/** Choose the days of the balance; without a choice it is the last 24 hours. */
export function BalanceSpan({ search, change }: { search: Span; change: (patch: { start: string | undefined; end: string | undefined }) => void }) {
  const { t } = useTranslation();
  const { language } = useFormat();
  return (
    <Filter label={t("quality.span")}>
      <DatePicker.RangePicker
        aria-label={t("quality.span")}
        className="range range-words"
        allowEmpty={[true, true]}
        placeholder={[t("quality.last24"), t("quality.last24To")]}
        value={search.start && search.end ? [dayjs(search.start), dayjs(search.end)] : null}
        format={language === "zh" ? "YYYY-MM-DD" : "D MMM YYYY"}
        onChange={(range) => {
          const [start, end] = range ?? [];
          change(start && end ? { start: start.format("YYYY-MM-DD"), end: end.format("YYYY-MM-DD") } : { start: undefined, end: undefined });
        }}
      />
    </Filter>
  );
}

type Query = { data: Balance | undefined; error: unknown; isPending: boolean; dataUpdatedAt: number; refetch: () => unknown };
type Props = { query: Query; ask: BalanceAsk; pick: (source: string) => void; named: (code: string) => string };

/** Show the balance. */
export function BalancePanel({ query, ask, pick, named }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Panel title={t("balance.title")} hint={t("balance.hint")}>
      <Shown query={query} what={t("balance.what")} permission="sources.read" skeleton={<Bone height={220} />}>
        {(data) =>
          data.rows.length === 0 ? (
            <p className="muted">{t("balance.none")}</p>
          ) : (
            <>
              <Equation balance={data} format={format} />
              <div className="balance">
                <Bars rows={data.rows} ask={ask} format={format} />
                <Rows rows={data.rows} ask={ask} format={format} pick={pick} named={named} />
              </div>
            </>
          )
        }
      </Shown>
    </Panel>
  );
}

function Equation({ balance, format }: { balance: Balance; format: Format }) {
  const { t } = useTranslation();
  const { totals } = balance;
  const part = (name: string, value: number, tone: string) => (
    <span className="equation-part">
      <strong className="num">{format.count(value)}</strong>
      <em>
        {tone ? <i className={`key key-${tone}`} aria-hidden="true" /> : null}
        {name}
      </em>
    </span>
  );
  return (
    <div className="equation" data-testid="equation" data-holds={balance.holds}>
      {part(t("balance.received"), totals.received, "")}
      <b>{balance.holds ? "=" : "\u2260"}</b>
      {part(t("balance.stored"), totals.stored, "main")}
      <b>+</b>
      {part(t("balance.duplicate"), totals.duplicate, "grey")}
      <b>+</b>
      {part(t("balance.quarantined"), totals.quarantined, "bad")}
      <span className="equation-part">
        <Status state={balance.holds ? "ok" : "bad"}>{balance.holds ? t("balance.holds") : t("balance.broken")}</Status>
        <em>{t("balance.inFlight", { shown: format.count(totals.in_flight) })}</em>
      </span>
    </div>
  );
}

function Bars({ rows, ask, format }: { rows: BalanceRow[]; ask: BalanceAsk; format: Format }) {
  const { t } = useTranslation();
  const byTime = useMemo(() => summed(rows, "at"), [rows]);
  const parts: Part[] = useMemo(
    () => [
      { name: t("balance.stored"), tone: "main", values: byTime.map((row) => row.stored) },
      { name: t("balance.duplicate"), tone: "grey", values: byTime.map((row) => row.duplicate) },
      { name: t("balance.quarantined"), tone: "bad", values: byTime.map((row) => row.quarantined) },
    ],
    [byTime, t],
  );
  const times = useMemo(() => byTime.map((row) => row.at), [byTime]);
  return <StackBars name={t("balance.chart")} times={times} parts={parts} format={format} height={210} grain={ask.bucket} />;
}

function Rows({ rows, ask, format, pick, named }: Pick<Props, "ask" | "pick" | "named"> & { rows: BalanceRow[]; format: Format }) {
  const { t } = useTranslation();
  const one = ask.source !== undefined;
  const shown = one ? summed(rows, "at").reverse() : summed(rows, "source");
  const count = (key: "received" | "stored" | "duplicate" | "quarantined" | "in_flight", title: string): Column<BalanceRow> => ({
    key,
    title,
    number: true,
    cell: (row) => format.count(row[key]),
  });
  return (
    <div className="balance-rows">
      <Sheet<BalanceRow>
        label={t("balance.title")}
        rows={shown}
        rowKey={(row) => (one ? row.at : row.source)}
        {...(one ? {} : { open: (row: BalanceRow) => pick(row.source) })}
        columns={[
          one
            ? {
                key: "at",
                title: t("balance.at"),
                cell: (row) => <span className="num">{ask.bucket === "day" ? format.day(format.civil(row.at)) : format.instant(row.at)}</span>,
              }
            : { key: "source", title: t("sources.source"), cell: (row) => named(row.source) },
          count("received", t("balance.received")),
          count("stored", t("balance.stored")),
          count("duplicate", t("balance.duplicate")),
          count("quarantined", t("balance.quarantined")),
          count("in_flight", t("sources.inFlight")),
          {
            key: "holds",
            title: t("sources.balance"),
            width: 76,
            cell: (row) => <Status state={row.holds ? "ok" : "bad"}>{row.holds ? t("sources.holds") : t("sources.broken")}</Status>,
          },
        ]}
      />
    </div>
  );
}
