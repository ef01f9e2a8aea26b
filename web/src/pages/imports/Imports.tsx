/** Imports: files that came in, what comes in by itself, and the wizard that brings in another. */

import { PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Segmented, Select } from "antd";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { batchesOptions, kindsOptions } from "@/api/imports";
import { Filter, Page } from "@/kit/Page";
import { useFormat } from "@/kit/use";
import type { ImportsSearch } from "@/shell/router";
import { useMay } from "@/shell/session";
import { BasePane } from "./BasePane";
import { Batches } from "./Batches";
import { FeedPane } from "./FeedPane";
import { Connections, Feeds } from "./Feeds";
import { Wizard } from "./Wizard";
import "@/kit/parts.css";
import "./imports.css";

const TABS = ["files", "feeds", "bases"] as const;
type Tab = (typeof TABS)[number];
const NAMES = { files: "imports.files", feeds: "imports.feeds", bases: "imports.bases" } as const;

function Answer({ kind }: { kind: string | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useInfiniteQuery(batchesOptions(kind));
  if (!data) return "\u00a0";
  const last = data.pages[0]?.items[0];
  if (!last) return t("imports.answerNone");
  const words = { file: last.file_name || last.source, at: format.instant(last.finished) };
  return t("imports.answer", { ...words, added: format.count(last.rows_added), rejected: format.count(last.rows_rejected) });
}

/** Show the page. */
export function ImportsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/data/imports" });
  const navigate = useNavigate({ from: "/data/imports" });
  const format = useFormat();
  const go = useCallback((patch: ImportsSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const kinds = useQuery({ ...kindsOptions(), retry: false }).data?.items ?? [];
  const [adding, add] = useState<"feeds" | "bases" | null>(null);
  const may = { feeds: useMay("definitions.approve"), bases: useMay("system.manage") };
  const tab = TABS.find((value) => value === search.tab) ?? "files";
  if (search.step) return <Wizard search={search} go={go} />;
  const start = () => go({ step: "file", upload: undefined, batch: undefined });
  return (
    <Page
      title={t("imports.title")}
      answer={<Answer kind={search.kind} />}
      aside={
        tab === "files" ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={start}>
            {t("imports.new")}
          </Button>
        ) : may[tab] ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => add(tab)}>
            {t(tab === "feeds" ? "feeds.add" : "feeds.addBase")}
          </Button>
        ) : null
      }
      filters={
        <>
          <Segmented<Tab>
            aria-label={t("imports.tabs")}
            value={tab}
            options={TABS.map((value) => ({ value, label: t(NAMES[value]) }))}
            onChange={(value) => go({ tab: value === "files" ? undefined : value, batch: undefined })}
          />
          {tab === "files" && kinds.length ? (
            <Filter label={t("imports.kind")}>
              <Select
                aria-label={t("imports.kind")}
                value={search.kind ?? ""}
                popupMatchSelectWidth={false}
                options={[
                  { value: "", label: t("imports.all") },
                  ...kinds.map((kind) => ({ value: kind.kind, label: format.language === "zh" ? kind.title_zh : kind.title_en })),
                ]}
                onChange={(value) => go({ kind: value || undefined })}
              />
            </Filter>
          ) : null}
        </>
      }
    >
      {tab === "files" ? <Batches search={search} go={go} start={start} /> : null}
      {tab === "feeds" ? <Feeds /> : null}
      {tab === "bases" ? <Connections /> : null}
      <FeedPane open={adding === "feeds"} close={() => add(null)} />
      <BasePane open={adding === "bases"} close={() => add(null)} />
    </Page>
  );
}
