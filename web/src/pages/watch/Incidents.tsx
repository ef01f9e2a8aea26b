/** Incidents: what costs money now, the dearest first; problems, changes and tasks beside them; the rota and the note of a shift. */

import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input, Segmented, Select } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { fetchRecordsFile, type ItsmRecord, KINDS, LEFT, ONE, type RecordKind, type RecordsAsk, recordsOptions } from "@/api/incidents";
import { DownloadButton } from "@/kit/DownloadButton";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { type Column, Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useNames } from "@/pages/metrics/names";
import { useMay } from "@/shell/session";
import type { IncidentsSearch } from "@/shell/watchPages";
import { HandOverPane } from "./HandOverPane";
import { NewIncident } from "./NewIncident";
import { RotaPane } from "./RotaPane";
import { headOf, RecordState, Severity, useTitle } from "./records";
import "@/kit/parts.css";
import "./watch.css";

const WHICH = ["left", "all"] as const;
const SEVERITIES = [1, 2, 3] as const;

type ListProps = { rows: readonly ItsmRecord[]; kind: RecordKind; format: Format; open: (record: ItsmRecord) => void };

function List({ rows, kind, format, open }: ListProps) {
  const { t } = useTranslation();
  const title = useTitle();
  const { owner } = useNames();
  const money = (value: string | null) => (value === null ? "\u2014" : format.brief(value, "money"));
  const shared: Column<ItsmRecord>[] = [
    {
      key: "title",
      title: t("incidents.what"),
      cell: (row) => (
        <span className="record-title">
          <strong>{headOf(title(row))}</strong>
          <span className="muted num">{row.id}</span>
        </span>
      ),
    },
    { key: "state", title: t("incidents.stateWord"), width: 120, cell: (row) => <RecordState record={row} /> },
  ];
  const ofIncident: Column<ItsmRecord>[] = [
    { key: "severity", title: t("incidents.severityWord"), width: 100, cell: (row) => <Severity record={row} /> },
    { key: "hour", title: t("incidents.perHour"), number: true, width: 130, cell: (row) => <strong>{money(row.money_per_hour)}</strong> },
    { key: "cost", title: t("incidents.sofar"), number: true, width: 130, cell: (row) => money(row.cost) },
  ];
  const end: Column<ItsmRecord>[] = [
    { key: "owner", title: t("incidents.owner"), width: 130, cell: (row) => (row.owner ? owner(row.owner) : t("incidents.nobody")) },
    { key: "opened", title: t("incidents.opened"), width: 150, cell: (row) => format.instant(row.opened) },
  ];
  return (
    <Panel title={t(`incidents.kind.${kind}`)} hint={t(`incidents.hint.${kind}`)}>
      <Sheet<ItsmRecord>
        label={t(`incidents.kind.${kind}`)}
        rows={rows}
        rowKey={(row) => row.id}
        open={open}
        columns={[...shared, ...(kind === "incident" ? ofIncident : []), ...end]}
      />
    </Panel>
  );
}

function useAnswer(rows: readonly ItsmRecord[] | undefined, kind: RecordKind, left: boolean, format: Format): string {
  const { t } = useTranslation();
  if (!rows) return "\u00a0";
  if (!left) return t("incidents.answerAll", { count: rows.length });
  if (!rows.length) return t(`incidents.none.${kind}`);
  const hourly = rows.reduce((sum, row) => sum + Number(row.money_per_hour ?? 0), 0);
  if (kind !== "incident") return t("incidents.answerLeft", { count: rows.length });
  return t(hourly ? "incidents.answer" : "incidents.answerPlain", { count: rows.length, money: format.brief(String(hourly), "money") });
}

/** Show the page. */
export function IncidentsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/watch/incidents" });
  const navigate = useNavigate({ from: "/watch/incidents" });
  const go = useCallback((patch: IncidentsSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const format = useFormat();
  const may = useMay("incidents.work");
  const exports = useMay("export");
  const kind = KINDS.find((one) => one === search.kind) ?? "incident";
  const state = ONE[kind].find((one) => one === search.which);
  const left = search.which !== "all" && !state;
  const severity = kind === "incident" ? SEVERITIES.find((one) => String(one) === search.severity) : undefined;
  const ask: RecordsAsk = {
    kind,
    ...(left ? { state: LEFT[kind] } : state ? { state } : {}),
    ...(severity ? { severity } : {}),
    ...(search.owner ? { owner: search.owner } : {}),
  };
  const query = useQuery(recordsOptions(ask));
  const answer = useAnswer(query.data?.items, kind, left, format);
  const close = useCallback(() => go({ pane: undefined }), [go]);
  return (
    <Page
      title={t("incidents.title")}
      answer={answer}
      aside={
        <div className="row">
          <Button onClick={() => go({ pane: "rota" })}>{t("incidents.rota")}</Button>
          <Button onClick={() => go({ pane: "hand-over" })}>{t("incidents.handOver")}</Button>
          {exports ? (
            <DownloadButton
              fetch={() => fetchRecordsFile(kind)}
              name={`${kind}s.csv`}
              label={t("incidents.download")}
              failed={t("incidents.downloadFailed")}
            />
          ) : null}
          {may ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => go({ pane: "new" })}>
              {t("incidents.new")}
            </Button>
          ) : null}
        </div>
      }
      filters={
        <>
          <Segmented
            aria-label={t("incidents.which")}
            value={kind}
            options={KINDS.map((value) => ({ value, label: t(`incidents.kind.${value}`) }))}
            onChange={(next) => go({ kind: next === "incident" ? undefined : next, which: search.which === "all" ? "all" : undefined })}
          />
          <Filter label={t("incidents.shown")}>
            <Select
              aria-label={t("incidents.shown")}
              value={state ?? (left ? "left" : "all")}
              style={{ minWidth: 130 }}
              popupMatchSelectWidth={false}
              options={[
                ...WHICH.map((value) => ({ value: value as string, label: t(`incidents.shownWhich.${value}`) })),
                ...ONE[kind].map((value) => ({
                  value,
                  label: kind === "incident" ? t(`incidents.plain.${value as "new"}`) : t(`incidents.state.${value as "open"}`),
                })),
              ]}
              onChange={(next) => go({ which: next === "left" ? undefined : next })}
            />
          </Filter>
          {kind === "incident" ? (
            <Select
              aria-label={t("incidents.severityWord")}
              value={severity ?? 0}
              style={{ minWidth: 150 }}
              options={[
                { value: 0, label: t("incidents.anySeverity") },
                ...SEVERITIES.map((one) => ({ value: one, label: t("incidents.orWorse", { severity: t(`incidents.severity.s${one}`) }) })),
              ]}
              onChange={(next) => go({ severity: next ? String(next) : undefined })}
            />
          ) : null}
          <Input.Search
            key={search.owner ?? ""}
            allowClear
            className="find"
            aria-label={t("incidents.owner")}
            placeholder={t("incidents.owner")}
            maxLength={120}
            defaultValue={search.owner ?? ""}
            onSearch={(next) => go({ owner: next.trim() || undefined })}
          />
        </>
      }
    >
      <Shown
        query={query}
        what={t(`incidents.kind.${kind}`)}
        permission="incidents.read"
        skeleton={<Bone height={320} />}
        empty={(found) => (found.items.length ? null : <Empty title={t(`incidents.none.${kind}`)} text={t(`incidents.hint.${kind}`)} />)}
      >
        {(found) => (
          <List
            rows={found.items}
            kind={kind}
            format={format}
            open={(record) => void navigate({ to: "/watch/incidents/$record", params: { record: record.id } })}
          />
        )}
      </Shown>
      {query.data?.next ? <p className="muted">{t("incidents.more", { count: query.data.items.length })}</p> : null}
      <RotaPane open={search.pane === "rota"} close={close} format={format} />
      <HandOverPane open={search.pane === "hand-over"} close={close} format={format} />
      <NewIncident open={search.pane === "new"} close={close} />
    </Page>
  );
}
