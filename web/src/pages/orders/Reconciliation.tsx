/** Reconciliation: from our revenue to finance's figure, a bar for each reason, and the rows behind it. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Select } from "antd";
import dayjs from "dayjs";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { todayOptions } from "@/api/keys";
import { type Ask, type ItemsAsk, type Reconciliation, reconciliationOptions } from "@/api/reconciliation";
import type { WaterfallStep } from "@/api/types";
import { Waterfall } from "@/charts/Waterfall";
import { toNumber } from "@/kit/format";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { RangePicker } from "@/kit/PeriodPicker";
import { isDay, lastDays } from "@/kit/period";
import { Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import type { ReconciliationSearch } from "@/shell/router";
import { useMay } from "@/shell/session";
import { ReconciliationItems } from "./ReconciliationItems";
import { REASONS, type Reason, ReconciliationTable } from "./ReconciliationTable";
import "../metrics/channels.css";
import "./reconciliation.css";

const BYS = ["channel", "provider"] as const;
const CLOCKS = ["payment", "booking"] as const;

function Answer({ data, format }: { data: Reconciliation; format: Format }) {
  const { t } = useTranslation();
  const { total } = data;
  if (!data.statement_rows) return t("reconcile.answerNone");
  const counts = { items: format.count(total.items), matched: format.count(total.matched), ours: format.figure(total.ours, "money") };
  if (total.items === total.matched) return t("reconcile.answerEqual", counts);
  const difference = format.figure(total.difference, "money", { sign: true });
  return t("reconcile.answer", { ...counts, theirs: format.figure(total.theirs, "money"), difference });
}

function Bridge({ data, format, open }: { data: Reconciliation; format: Format; open: (reason: Reason) => void }) {
  const { t, i18n } = useTranslation();
  const steps = useMemo<WaterfallStep[]>(
    () =>
      data.bridge.map((step, place) => {
        const reason = REASONS.find((one) => one === step.name);
        const own = `reconcile.value.${step.name}`;
        const name = reason ? t(`reconcile.reason.${reason}`) : i18n.exists(own) ? t(own as "reconcile.value.revenue") : step.name;
        const kind = step.kind === "part" ? "part" : place ? "end" : "start";
        return { label: { zh: name, en: name }, node: reason ?? "", amount: step.amount, kind };
      }),
    [data, t, i18n],
  );
  const pick = useCallback((node: string) => open(node as Reason), [open]);
  return <Waterfall steps={steps} format={format} height={steps.length * 26 + 8} name={t("reconcile.bridge")} pick={pick} />;
}

function Missing({ data, format, most }: { data: Reconciliation; format: Format; most?: number }) {
  const { t } = useTranslation();
  const named = useValueName();
  const may = useMay("import.write");
  return (
    <Panel
      title={t("reconcile.missing")}
      hint={t("reconcile.missingHint")}
      action={
        may ? (
          <Link to="/data/imports" search={{ kind: "settlements" }}>
            {t("reconcile.import")}
          </Link>
        ) : null
      }
    >
      {data.missing.length ? (
        <Sheet
          label={t("reconcile.missing")}
          rows={data.missing}
          {...(most ? { scroll: { y: most } } : {})}
          rowKey={(row) => `${row.provider} ${row.channel}`}
          columns={[
            {
              key: "provider",
              title: t("reconcile.byProvider"),
              cell: (row) => (row.provider ? named("provider", row.provider) : t("reconcile.unknown")),
            },
            {
              key: "channel",
              title: t("reconcile.byChannel"),
              cell: (row) => (row.channel ? named("sales_channel", row.channel) : t("reconcile.unknown")),
            },
            { key: "items", title: t("reconcile.items"), number: true, cell: (row) => format.count(row.items) },
            { key: "amount", title: t("reconcile.amount"), number: true, cell: (row) => format.figure(row.amount, "money") },
          ]}
        />
      ) : (
        <p className="muted">{t("reconcile.missingNone")}</p>
      )}
    </Panel>
  );
}

function Nothing({ data, format }: { data: Reconciliation; format: Format }) {
  const { t } = useTranslation();
  const may = useMay("import.write");
  const imports = (
    <Link to="/data/imports" search={{ kind: "settlements" }}>
      <Button type="primary">{t("reconcile.import")}</Button>
    </Link>
  );
  return (
    <>
      <Empty title={t("reconcile.emptyTitle")} text={t("reconcile.emptyText")} action={may ? imports : null} />
      {data.missing.length ? <Missing data={data} format={format} /> : null}
    </>
  );
}

function Shape({ data, format, open }: { data: Reconciliation; format: Format; open: (reason: Reason, name: string | null) => void }) {
  const { t } = useTranslation();
  const { total } = data;
  const whole = useCallback((reason: Reason) => open(reason, null), [open]);
  return (
    <>
      <div className="reconcile-two">
        <Panel title={t("reconcile.bridge")} hint={t("reconcile.bridgeHint")}>
          <Bridge data={data} format={format} open={whole} />
        </Panel>
        <Missing data={data} format={format} most={Math.max(180, data.bridge.length * 26 - 34)} />
      </div>
      <Panel title={t("reconcile.table")} hint={t("reconcile.tableHint")} className="channel-table">
        <ReconciliationTable data={data} format={format} open={open} />
        {total.by_statement || total.other_day ? (
          <p className="muted reconcile-note">
            {t("reconcile.matchedNote", { alone: format.count(total.by_statement), other: format.count(total.other_day) })}
          </p>
        ) : null}
      </Panel>
    </>
  );
}

/** Show the page. */
export function ReconciliationPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/metrics/reconciliation" });
  const navigate = useNavigate({ from: "/metrics/reconciliation" });
  const go = useCallback((patch: ReconciliationSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const today = useQuery({ ...todayOptions(), retry: false });
  const last = today.data?.date ?? dayjs().subtract(1, "day").format("YYYY-MM-DD");
  const given = isDay(search.start) && isDay(search.end) && search.start <= search.end;
  const span = given ? { start: search.start as string, end: search.end as string } : lastDays(last, 28);
  const by = BYS.find((one) => one === search.by) ?? "channel";
  const clock = CLOCKS.find((one) => one === search.clock) ?? "payment";
  const ask: Ask = { from: span.start, to: span.end, by, clock };
  const query = useQuery({ ...reconciliationOptions(ask), enabled: given || !today.isPending, placeholderData: keepPreviousData });
  const data = query.data;
  const format = useFormat(data?.currency);
  const reason = REASONS.find((one) => one === search.reason);
  const chosen = { channel: search.channel ?? "", provider: search.provider ?? "" };
  const items: ItemsAsk | null = reason ? { from: span.start, to: span.end, clock, reason, ...chosen } : null;
  const open = useCallback((which: Reason, name: string | null) => go({ reason: which, [by]: name ?? undefined }), [go, by]);
  const close = useCallback(() => go({ reason: undefined, channel: undefined, provider: undefined }), [go]);
  const choice = (label: string, value: string, options: { value: string; label: string }[], change: (value: string) => void) => (
    <Filter label={label}>
      <Select aria-label={label} value={value} popupMatchSelectWidth={false} options={options} onChange={change} />
    </Filter>
  );
  return (
    <Page
      title={t("reconcile.title")}
      answer={data ? <Answer data={data} format={format} /> : "\u00a0"}
      filters={
        <>
          <Filter label={t("period.label")}>
            <RangePicker label={t("period.label")} value={span} last={last} change={(next) => go({ start: next.start, end: next.end })} />
          </Filter>
          {choice(
            t("reconcile.by"),
            by,
            BYS.map((value) => ({ value, label: value === "channel" ? t("reconcile.byChannel") : t("reconcile.byProvider") })),
            (value) => go({ by: value }),
          )}
          {choice(
            t("reconcile.clock"),
            clock,
            CLOCKS.map((value) => ({ value, label: value === "payment" ? t("reconcile.clockPayment") : t("reconcile.clockBooking") })),
            (value) => go({ clock: value }),
          )}
        </>
      }
    >
      <Shown
        query={query}
        what={t("reconcile.what")}
        permission="metrics.read"
        skeleton={<Bone height={420} />}
        empty={(found) => {
          if (!found.statement_rows) return <Nothing data={found} format={format} />;
          const nothing = !found.total.items && !found.bridge.some((step) => toNumber(step.amount));
          return nothing ? <Empty title={t("reconcile.nothingTitle")} text={t("reconcile.nothingText")} /> : null;
        }}
      >
        {(found) => <Shape data={found} format={format} open={open} />}
      </Shown>
      <ReconciliationItems ask={items} close={close} />
    </Page>
  );
}
