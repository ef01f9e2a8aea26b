/** Quality: how far the data of each source can be trusted, and whether the intake balances. */

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Select } from "antd";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Balance, balanceOptions, type Quality, qualityOptions } from "@/api/data";
import type { Figure } from "@/api/types";
import { MISSING, toNumber } from "@/kit/format";
import { Filter, Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { type Column, Sheet } from "@/kit/Sheet";
import { Status } from "@/kit/Status";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { BalancePanel, BalanceSpan, balanceAsk } from "./BalancePanel";
import { useDataNames } from "./names";
import { QualityPane } from "./QualityPane";
import { useSourceName } from "./Quarantine";
import "./tracking.css";

const WORST = ["bad", "silent", "late", "warn", "no_data", "ok"];
const rank = (item: Quality) => WORST.indexOf(item.state);

type Named = (code: string) => string;

function Answer({ items, balance, format, named }: { items: Quality[]; balance: Balance | undefined; format: Format; named: Named }) {
  const { t } = useTranslation();
  const gap = format.language === "zh" ? "" : " ";
  const good = items.filter((item) => item.state === "ok").length;
  const worst = [...items].sort((a, b) => rank(a) - rank(b))[0];
  const name = worst ? named(worst.source) : "";
  const first =
    items.length === 0
      ? t("quality.answerNone")
      : good === items.length
        ? t("quality.answerOk", { count: items.length })
        : t("quality.answerNot", { good, count: items.length, name });
  if (!balance || balance.totals.received === 0) return first;
  const received = format.count(balance.totals.received);
  return (
    <>
      {first}
      {gap}
      {balance.holds ? t("quality.answerHolds", { received }) : <span className="is-over">{t("quality.answerBroken", { received })}</span>}
    </>
  );
}

/** A share, in red where it is on the wrong side of what is still fine. */
function Share({ value, format, least, most }: { value: Figure; format: Format; least?: number; most?: number }) {
  const share = toNumber(value);
  if (share === null) return <span className="muted">{MISSING}</span>;
  const over = (least !== undefined && share < least) || (most !== undefined && share > most);
  return <span className={over ? "is-over" : ""}>{format.figure(share, "ratio")}</span>;
}

function useColumns(format: Format, named: Named): Column<Quality>[] {
  const { t } = useTranslation();
  const names = useDataNames();
  const by = (pick: (item: Quality) => Figure) => (a: Quality, b: Quality) => (toNumber(pick(a)) ?? -1) - (toNumber(pick(b)) ?? -1);
  const share = (key: string, title: string, pick: (item: Quality) => Figure, bounds: { least?: number; most?: number }): Column<Quality> => ({
    key,
    title,
    number: true,
    width: 76,
    sort: by(pick),
    cell: (item) => <Share value={pick(item)} format={format} {...bounds} />,
  });
  return [
    {
      key: "state",
      title: t("field.state"),
      width: 88,
      sort: (a, b) => rank(a) - rank(b),
      cell: (item) => <Status state={item.state}>{names.quality(item.state)}</Status>,
    },
    {
      key: "source",
      title: t("sources.source"),
      cell: (item) => (
        <span className="two-lines">
          <strong>{named(item.source)}</strong>
          <span className="muted clamp-two" title={format.language === "zh" ? item.sentence_zh : item.sentence_en}>
            {format.language === "zh" ? item.sentence_zh : item.sentence_en}
          </span>
        </span>
      ),
    },
    {
      key: "volume",
      title: t("quality.volume"),
      number: true,
      width: 128,
      sort: by((item) => item.volume.actual),
      cell: (item) => {
        const { actual, low, high } = item.volume;
        const range =
          low === null
            ? t("quality.noHistory")
            : t("quality.expected", { low: format.brief(low, "count", { tidy: true }), high: format.brief(high, "count", { tidy: true }) });
        return (
          <span className="two-lines">
            <span>{format.figure(actual, "count")}</span>
            <span className="muted">{range}</span>
          </span>
        );
      },
    },
    {
      key: "lag",
      title: t("sources.lag"),
      number: true,
      width: 76,
      sort: by((item) => item.lag_ms),
      cell: (item) => (item.lag_ms === null ? <span className="muted">{MISSING}</span> : format.lag(item.lag_ms)),
    },
    share("completeness", t("quality.completeness"), (item) => item.completeness, { least: 0.98 }),
    share("uniqueness", t("quality.uniqueness"), (item) => item.uniqueness, { least: 0.95 }),
    share("validity", t("quality.validity"), (item) => item.validity, { least: 0.98 }),
    share("late", t("quality.late"), (item) => item.late_share, { most: 0.05 }),
    share("bots", t("quality.bots"), (item) => item.bot_share, {}),
    {
      key: "drift",
      title: t("quality.drift"),
      number: true,
      width: 64,
      sort: (a, b) => a.drift.length - b.drift.length,
      cell: (item) => (item.drift.length ? <span className="tag tag-warn">{item.drift.length}</span> : <span className="muted">0</span>),
    },
  ];
}

/** Show the page. */
export function QualityPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/data/quality" });
  const navigate = useNavigate({ from: "/data/quality" });
  const format = useFormat();
  const named = useSourceName();
  const columns = useColumns(format, named);
  const query = useQuery(qualityOptions());
  const ask = useMemo(() => balanceAsk(search), [search]);
  const balance = useQuery(balanceOptions(ask));
  const go = useCallback((patch: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...patch }) as typeof now }), [navigate]);
  const items = query.data?.items;
  const shown = [...(items ?? [])].filter((item) => !search.source || item.source === search.source).sort((a, b) => rank(a) - rank(b));
  return (
    <Page
      title={t("quality.title")}
      answer={items ? <Answer items={items} balance={search.source ? undefined : balance.data} format={format} named={named} /> : "\u00a0"}
      filters={
        <>
          <Filter label={t("sources.source")}>
            <Select
              aria-label={t("sources.source")}
              value={search.source ?? ""}
              popupMatchSelectWidth={false}
              options={[
                { value: "", label: t("quality.allSources") },
                ...(items ?? []).map((item) => ({ value: item.source, label: named(item.source) })),
              ]}
              onChange={(value) => go({ source: value || undefined })}
            />
          </Filter>
          <BalanceSpan search={search} change={go} />
        </>
      }
    >
      <Shown
        query={query}
        what={t("quality.what")}
        permission="sources.read"
        skeleton={<Bone height={300} />}
        empty={(data) => (data.items.length === 0 ? <Empty title={t("quality.emptyTitle")} text={t("quality.emptyText")} /> : null)}
      >
        {(data) => (
          <>
            <Panel title={t("quality.tableTitle")} hint={t("quality.tableHint")}>
              <Sheet<Quality>
                label={t("quality.what")}
                rows={shown}
                rowKey={(item) => item.source}
                columns={columns}
                selected={search.open ?? null}
                open={(item) => go({ open: item.source })}
              />
            </Panel>
            <QualityPane item={data.items.find((item) => item.source === search.open) ?? null} named={named} close={() => go({ open: undefined })} />
          </>
        )}
      </Shown>
      <BalancePanel query={balance} ask={ask} pick={(source) => go({ source })} named={named} />
    </Page>
  );
}
