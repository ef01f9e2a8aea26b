/** The metric catalogue: every metric with what it means, found by class, by people, goods or place, by use, or by a word. */

import { PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Checkbox, Input, Segmented, Select } from "antd";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Draft, draftsOptions } from "@/api/authoring";
import { catalogueOptions } from "@/api/keys";
import type { Language, Metric } from "@/api/types";
import { Filter, Page } from "@/kit/Page";
import { Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { CatalogueSearch } from "@/shell/router";
import { useSession } from "@/shell/session";
import { MetricEditor, NEW } from "./MetricEditor";
import { MetricFiles } from "./MetricFiles";
import { MetricPane } from "./MetricPane";
import { useNames } from "./names";
import "./authoring.css";
import "./catalogue.css";

const SCOPES = ["people", "goods", "place"] as const;
const CLASSES = ["overall", "traffic", "conversion", "customer", "goods", "campaign", "risk", "competition"];
const USES = ["track", "study", "assess"] as const;
const STATES = ["library", "certified", "draft"] as const;

/** A metric of the list; `drafted` is the version that is being worked on. */
export type Row = Omit<Metric, "state"> & { state: (typeof STATES)[number]; drafted: number | null };

/** The metrics in force with the drafts: a draft beside its metric, one that was never certified as a row of its own. */
export function withDrafts(metrics: Metric[], drafts: Draft[]): Row[] {
  const drafted = new Map(drafts.map((one) => [one.name, one]));
  const known = metrics.map((metric) => ({ ...metric, drafted: drafted.get(metric.name)?.version ?? null }));
  const names = new Set(metrics.map((metric) => metric.name));
  const only = drafts.filter((one) => !names.has(one.name)).map((one) => draftRow(one));
  return [...known, ...only];
}

function draftRow(draft: Draft): Row {
  const body = draft.body as unknown as Metric;
  const made = {
    clocks: [body.clock],
    dimensions: [],
    depends_on: [],
    used_by: [],
    example: null,
    expression: body.expression ?? null,
    version: null,
  };
  return { ...body, ...made, state: "draft", drafted: draft.version };
}

/** The metrics that the filters leave, class by class. */
export function chosen<T extends Metric | Row>(metrics: T[], search: CatalogueSearch, language: Language): T[] {
  const asked = (search.q ?? "").trim().toLowerCase();
  const rank = (metric: T) => CLASSES.indexOf(metric.class) + 1 || CLASSES.length + 1;
  const ordered = [...metrics].sort((a, b) => rank(a) - rank(b));
  return ordered.filter((metric) => {
    if (search.class && metric.class !== search.class) return false;
    if (search.scope && metric.scope !== search.scope) return false;
    if (search.use && !metric.use.includes(search.use)) return false;
    if (search.monitor && !metric.monitorable) return false;
    if (
      search.state === "draft" ? metric.state !== "draft" && !("drafted" in metric && metric.drafted) : search.state && metric.state !== search.state
    )
      return false;
    if (!asked) return true;
    const text = [metric.name, metric.title.en, metric.title.zh, metric.description[language], metric.formula[language], metric.expression ?? ""];
    return text.some((part) => part.toLowerCase().includes(asked));
  });
}

function Filters({ metrics, search, go }: { metrics: Row[]; search: CatalogueSearch; go: (patch: CatalogueSearch) => void }) {
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
      <Filter label={t("authoring.state")}>
        <Select
          aria-label={t("authoring.state")}
          value={search.state ?? ""}
          popupMatchSelectWidth={false}
          options={[{ value: "", label: t("catalogue.all") }, ...STATES.map((value) => ({ value, label: t(`authoring.states.${value}`) }))]}
          onChange={(value) => go({ state: value || undefined })}
        />
      </Filter>
      <Checkbox checked={search.monitor === "1"} onChange={(event) => go({ monitor: event.target.checked ? "1" : undefined })}>
        {t("authoring.monitor")}
      </Checkbox>
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
  const { user } = useSession();
  const drafts = useQuery({ ...draftsOptions(), retry: false });
  const metrics = useMemo(() => query.data && withDrafts(query.data.metrics, drafts.data?.items ?? []), [query.data, drafts.data]);
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
      aside={
        <span className="catalogue-do">
          <MetricFiles />
          {user.permissions.includes("definitions.write") ? (
            <Button type="primary" icon={<PlusOutlined />} onClick={() => go({ edit: NEW, metric: undefined })}>
              {t("authoring.new")}
            </Button>
          ) : null}
        </span>
      }
      filters={metrics ? <Filters metrics={metrics} search={search} go={go} /> : <Bone height={30} width={640} />}
    >
      <Shown query={query} what={t("catalogue.what")} permission="metrics.read" skeleton={<Bone height={560} />}>
        {(data) => (
          <>
            {shown.length === 0 ? (
              <Empty title={t("catalogue.none")} text={t("catalogue.noneFix")} action={clear} />
            ) : (
              <div className="panel catalogue">
                <Sheet<Row>
                  label={t("catalogue.what")}
                  rows={shown}
                  rowKey={(metric) => metric.name}
                  selected={search.metric ?? null}
                  open={(metric) => go({ metric: metric.name })}
                  columns={[
                    {
                      key: "name",
                      title: `${t("catalogue.name")} · ${shown.length}`,
                      width: 200,
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
                    { key: "class", title: t("catalogue.class"), width: 112, cell: (metric) => names.class(metric.class) },
                    { key: "scope", title: t("catalogue.scope"), width: 72, cell: (metric) => t(`scope.${metric.scope}`) },
                    {
                      key: "use",
                      title: t("catalogue.use"),
                      width: 124,
                      cell: (metric) =>
                        metric.use.map((use) => (
                          <span className="tag" key={use}>
                            {names.use(use)}
                          </span>
                        )),
                    },
                    {
                      key: "state",
                      title: t("authoring.state"),
                      width: 84,
                      cell: (metric) => (
                        <span className="tag" data-state={metric.state}>
                          {t(`authoring.states.${metric.state}`)}
                          {metric.drafted && metric.state !== "draft" ? ` + ${t("authoring.drafting")}` : ""}
                        </span>
                      ),
                    },
                    { key: "unit", title: t("catalogue.unit"), width: 76, cell: (metric) => names.unit(metric.unit) },
                    { key: "clock", title: t("catalogue.clock"), width: 76, cell: (metric) => names.clock(metric.clock) },
                    { key: "owner", title: t("catalogue.owner"), width: 112, ellipsis: true, cell: (metric) => names.owner(metric.owner) },
                  ]}
                />
              </div>
            )}
            <MetricPane
              metric={search.edit ? null : ((metrics?.find((entry) => entry.name === search.metric) as Row | undefined) ?? null)}
              catalogue={data}
              open={(metric) => go({ metric })}
              edit={(metric) => go({ edit: metric })}
              close={() => go({ metric: undefined, rows: undefined })}
            />
            <MetricEditor
              name={search.edit ?? null}
              start={search.draft}
              catalogue={data}
              close={() => go({ edit: undefined, draft: undefined })}
              saved={(metric) => go({ edit: undefined, draft: undefined, metric })}
            />
          </>
        )}
      </Shown>
    </Page>
  );
}
