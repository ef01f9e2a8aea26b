/** The metric catalogue: every metric with what it means, found by class, by people, goods or place, by use, or by a word. */

import { SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Input, Segmented, Select } from "antd";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { catalogueOptions } from "@/api/keys";
import type { Language, Metric } from "@/api/types";
import { Filter, Page } from "@/kit/Page";
import { Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { CatalogueSearch } from "@/shell/router";
import { MetricPane } from "./MetricPane";
import { useNames } from "./names";
import "./catalogue.css";

const SCOPES = ["people", "goods", "place"] as const;
const CLASSES = ["overall", "traffic", "conversion", "customer", "goods", "campaign", "risk", "competition"];
const USES = ["track", "study", "assess"] as const;

/** The metrics that the filters leave, class by class. */
export function chosen(metrics: Metric[], search: CatalogueSearch, language: Language): Metric[] {
  const asked = (search.q ?? "").trim().toLowerCase();
  const rank = (metric: Metric) => CLASSES.indexOf(metric.class) + 1 || CLASSES.length + 1;
  const ordered = [...metrics].sort((a, b) => rank(a) - rank(b));
  return ordered.filter((metric) => {
    if (search.class && metric.class !== search.class) return false;
    if (search.scope && metric.scope !== search.scope) return false;
    if (search.use && !metric.use.includes(search.use)) return false;
    if (!asked) return true;
    const text = [metric.name, metric.title.en, metric.title.zh, metric.description[language], metric.formula[language], metric.expression ?? ""];
    return text.some((part) => part.toLowerCase().includes(asked));
  });
}

function Filters({ metrics, search, go }: { metrics: Metric[]; search: CatalogueSearch; go: (patch: CatalogueSearch) => void }) {
  const { t } = useTranslation();
  const names = useNames();
  const classes = [...new Set(metrics.map((metric) => metric.class))];
  return (
    <>
      <Input
        allowClear
        prefix={<SearchOutlined />}
        className="catalogue-search"
        aria-label={t("catalogue.search")}
        placeholder={t("catalogue.search")}
        value={search.q ?? ""}
        maxLength={80}
        onChange={(event) => go({ q: event.target.value || undefined })}
      />
      <Filter label={t("catalogue.class")}>
        <Select
          aria-label={t("catalogue.class")}
          value={search.class ?? ""}
          popupMatchSelectWidth={false}
          options={[{ value: "", label: t("catalogue.all") }, ...classes.map((value) => ({ value, label: names.class(value) }))]}
          onChange={(value) => go({ class: value || undefined })}
        />
      </Filter>
      <Filter label={t("catalogue.scope")}>
        <Segmented
          aria-label={t("catalogue.scope")}
          value={search.scope ?? ""}
          options={[{ value: "", label: t("catalogue.all") }, ...SCOPES.map((value) => ({ value, label: t(`scope.${value}`) }))]}
          onChange={(value) => go({ scope: value || undefined })}
        />
      </Filter>
      <Filter label={t("catalogue.use")}>
        <Segmented
          aria-label={t("catalogue.use")}
          value={search.use ?? ""}
          options={[{ value: "", label: t("catalogue.all") }, ...USES.map((value) => ({ value, label: t(`use.${value}`) }))]}
          onChange={(value) => go({ use: value || undefined })}
        />
      </Filter>
    </>
  );
}

/** Show the page. */
export function CataloguePage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/metrics/catalogue" });
  const navigate = useNavigate({ from: "/metrics/catalogue" });
  const format = useFormat();
  const names = useNames();
  const query = useQuery(catalogueOptions());
  const go = useCallback((patch: CatalogueSearch) => void navigate({ search: (now) => ({ ...now, ...patch }), replace: "q" in patch }), [navigate]);
  const metrics = query.data?.metrics;
  const shown = useMemo(() => chosen(metrics ?? [], search, format.language), [metrics, search, format.language]);
  const clear = (
    <Button onClick={() => void navigate({ search: {} })} type="primary">
      {t("catalogue.clear")}
    </Button>
  );
  return (
    <Page
      title={t("catalogue.title")}
      answer={metrics ? t("catalogue.lead", { count: metrics.length }) : "\u00a0"}
      filters={metrics ? <Filters metrics={metrics} search={search} go={go} /> : <Bone height={30} width={640} />}
    >
      <Shown query={query} what={t("catalogue.what")} permission="metrics.read" skeleton={<Bone height={560} />}>
        {(data) => (
          <>
            {shown.length === 0 ? (
              <Empty title={t("catalogue.none")} text={t("catalogue.noneFix")} action={clear} />
            ) : (
              <div className="panel catalogue">
                <Sheet<Metric>
                  label={t("catalogue.what")}
                  rows={shown}
                  rowKey={(metric) => metric.name}
                  selected={search.metric ?? null}
                  open={(metric) => go({ metric: metric.name })}
                  columns={[
                    {
                      key: "name",
                      title: `${t("catalogue.name")} · ${shown.length}`,
                      width: 220,
                      sort: (a, b) => format.say(a.title).localeCompare(format.say(b.title), format.language),
                      cell: (metric) => (
                        <span className="metric-name">
                          <strong>{format.say(metric.title)}</strong>
                          <code>{metric.name}</code>
                        </span>
                      ),
                    },
                    {
                      key: "meaning",
                      title: t("catalogue.meaning"),
                      cell: (metric) => <span className="clamp">{format.say(metric.description)}</span>,
                    },
                    { key: "class", title: t("catalogue.class"), width: 128, cell: (metric) => names.class(metric.class) },
                    { key: "scope", title: t("catalogue.scope"), width: 100, cell: (metric) => t(`scope.${metric.scope}`) },
                    {
                      key: "use",
                      title: t("catalogue.use"),
                      width: 170,
                      cell: (metric) =>
                        metric.use.map((use) => (
                          <span className="tag" key={use}>
                            {names.use(use)}
                          </span>
                        )),
                    },
                    { key: "unit", title: t("catalogue.unit"), width: 84, cell: (metric) => names.unit(metric.unit) },
                    { key: "clock", title: t("catalogue.clock"), width: 84, cell: (metric) => names.clock(metric.clock) },
                    { key: "owner", title: t("catalogue.owner"), width: 120, ellipsis: true, cell: (metric) => names.owner(metric.owner) },
                  ]}
                />
              </div>
            )}
            <MetricPane
              metric={data.metrics.find((entry) => entry.name === search.metric) ?? null}
              catalogue={data}
              open={(metric) => go({ metric })}
              close={() => go({ metric: undefined, rows: undefined })}
            />
          </>
        )}
      </Shown>
    </Page>
  );
}
