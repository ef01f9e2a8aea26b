/** Quarantine: what was refused, why, and how to mend, replay or discard it. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { type Quarantine, type QuarantineGroup, quarantineOptions, sourcesOptions } from "@/api/data";
import { MISSING } from "@/kit/format";
import { Filter, Page } from "@/kit/Page";
import { type Column, Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useDataNames } from "./names";
import { QuarantinePane } from "./QuarantinePane";
import "./tracking.css";

function Answer({ data, format, name }: { data: Quarantine; format: Format; name: (code: string) => string }) {
  const { t } = useTranslation();
  const first = data.groups[0];
  if (!first) return t("quarantine.answerNone");
  return t("quarantine.answer", {
    total: format.count(data.total),
    groups: data.groups.length,
    reason: format.language === "zh" ? first.reason_zh : first.reason_en,
    name: name(first.source),
    shown: format.count(first.count),
  });
}

/** The names of sources by their codes. */
export function useSourceName(): (code: string) => string {
  const { data } = useQuery(sourcesOptions());
  return (code: string) => data?.sources.find((source) => source.source === code)?.name || code;
}

function useColumns(format: Format, most: number, name: (code: string) => string): Column<QuarantineGroup>[] {
  const { t } = useTranslation();
  const dash = <span className="muted">{MISSING}</span>;
  return [
    {
      key: "reason",
      title: t("quarantine.why"),
      cell: (group) => (
        <span className="two-lines">
          <strong>{format.language === "zh" ? group.reason_zh : group.reason_en}</strong>
          <code className="muted">{group.reason}</code>
        </span>
      ),
    },
    { key: "field", title: t("quarantine.field"), width: 150, ellipsis: true, cell: (group) => (group.field ? <code>{group.field}</code> : dash) },
    { key: "event", title: t("source.event"), width: 170, ellipsis: true, cell: (group) => (group.event ? <code>{group.event}</code> : dash) },
    { key: "source", title: t("sources.source"), width: 150, ellipsis: true, cell: (group) => name(group.source) },
    {
      key: "count",
      title: t("quality.events"),
      number: true,
      width: 170,
      sort: (a, b) => a.count - b.count,
      cell: (group) => (
        <span className="amount">
          <i style={{ width: `${Math.max(2, (group.count / most) * 100)}%` }} />
          <span>{format.count(group.count)}</span>
        </span>
      ),
    },
    { key: "first", title: t("quarantine.first"), number: true, width: 118, cell: (group) => format.instant(group.first) },
    {
      key: "last",
      title: t("quarantine.last"),
      number: true,
      width: 118,
      sort: (a, b) => Date.parse(a.last) - Date.parse(b.last),
      cell: (group) => format.instant(group.last),
    },
    {
      key: "fixable",
      title: t("quarantine.mend"),
      width: 84,
      cell: (group) =>
        group.fixable ? <span className="tag">{t("quarantine.fixable")}</span> : <span className="muted">{t("quarantine.notFixable")}</span>,
    },
  ];
}

/** Show the page. */
export function QuarantinePage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/data/quarantine" });
  const navigate = useNavigate({ from: "/data/quarantine" });
  const format = useFormat();
  const names = useDataNames();
  const name = useSourceName();
  const query = useQuery(quarantineOptions());
  const go = useCallback((patch: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...patch }) as typeof now }), [navigate]);
  const close = useCallback(() => go({ group: undefined }), [go]);
  const groups = query.data?.groups ?? [];
  const shown = groups.filter((group) => (!search.source || group.source === search.source) && (!search.reason || group.reason === search.reason));
  const columns = useColumns(format, Math.max(1, ...shown.map((group) => group.count)), name);
  const choices = (pick: (group: QuarantineGroup) => string, label: (value: string) => string, chosen: string | undefined) => [
    { value: "", label: t("catalogue.all") },
    ...[...new Set([...groups.map(pick), ...(chosen ? [chosen] : [])])].map((value) => ({ value, label: label(value) })),
  ];
  return (
    <Page
      title={t("quarantine.title")}
      answer={query.data ? <Answer data={query.data} format={format} name={name} /> : "\u00a0"}
      filters={
        <>
          <Filter label={t("sources.source")}>
            <Select
              aria-label={t("sources.source")}
              value={search.source ?? ""}
              popupMatchSelectWidth={false}
              options={choices((group) => group.source, name, search.source)}
              onChange={(value) => go({ source: value || undefined })}
            />
          </Filter>
          <Filter label={t("quarantine.why")}>
            <Select
              aria-label={t("quarantine.why")}
              value={search.reason ?? ""}
              popupMatchSelectWidth={false}
              options={choices((group) => group.reason, names.reason, search.reason)}
              onChange={(value) => go({ reason: value || undefined })}
            />
          </Filter>
        </>
      }
    >
      <Shown
        query={query}
        what={t("quarantine.what")}
        permission="sources.read"
        skeleton={<Bone height={320} />}
        empty={(data) => (data.groups.length === 0 ? <Empty title={t("quarantine.emptyTitle")} text={t("quarantine.emptyText")} /> : null)}
      >
        {() =>
          shown.length ? (
            <div className="panel padded">
              <Sheet<QuarantineGroup>
                label={t("quarantine.what")}
                rows={shown}
                rowKey={(group) => group.id}
                columns={columns}
                selected={search.group ?? null}
                open={(group) => go({ group: group.id })}
              />
            </div>
          ) : (
            <Empty
              title={t("quarantine.noneTitle")}
              text={t("catalogue.noneFix")}
              action={
                <Button type="primary" onClick={() => go({ source: undefined, reason: undefined })}>
                  {t("catalogue.clear")}
                </Button>
              }
            />
          )
        }
      </Shown>
      <QuarantinePane key={search.group} group={groups.find((group) => group.id === search.group) ?? null} close={close} name={name} />
    </Page>
  );
}
