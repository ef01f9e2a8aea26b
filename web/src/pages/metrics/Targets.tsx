/** Targets: what is to be reached in the periods that run, how far it is, where it will end; set, imported and taken home here. */

import { DownloadOutlined, PlusOutlined, UploadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { App, Button, Input, Select } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { exportTargets, type Standing, targetsOptions } from "@/api/targets";
import type { RowsAsk } from "@/api/types";
import { MISSING } from "@/kit/format";
import { Filter, Page } from "@/kit/Page";
import { RowsPane } from "@/kit/RowsPane";
import { type Column, Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import type { TargetsSearch } from "@/shell/router";
import { useMay } from "@/shell/session";
import { useNames } from "./names";
import { TargetCourse } from "./TargetCourse";
import { TargetPane } from "./TargetPane";
import { TargetsImport } from "./TargetsImport";
import { reached, targetTitle, tone } from "./targetNames";

function useColumns(format: Format): Column<Standing>[] {
  const { t } = useTranslation();
  const names = useNames();
  const valueName = useValueName();
  const state = (one: Standing) => {
    const closed = one.stage === "closed";
    if (one.stage === "coming" || one.stage === "waiting") return t(`targets.stage.state.${one.stage}`);
    return t(`targets.${closed ? "result" : "score"}.state.${one.state as "met"}`);
  };
  return [
    {
      key: "target",
      title: t("targets.target"),
      cell: (one) => (
        <span className="target-name">
          <strong>{targetTitle(one, format, valueName)}</strong>
          <span className="muted">{one.period}</span>
        </span>
      ),
    },
    { key: "owner", title: t("targets.owner"), width: 126, ellipsis: true, cell: (one) => names.owner(one.owner) },
    {
      key: "course",
      title: <span title={t("targets.courseHint")}>{t("targets.course")}</span>,
      width: 150,
      cell: (one) => <TargetCourse one={one} label={format.say(one.explanation)} />,
    },
    {
      key: "actual",
      title: t("targets.actual"),
      number: true,
      width: 100,
      cell: (one) => (one.problem ? <span title={one.problem}>{MISSING}</span> : format.brief(one.actual, one.unit, { currency: one.currency })),
    },
    {
      key: "due",
      title: t("targets.due"),
      number: true,
      width: 100,
      cell: (one) => (one.stage === "running" ? format.brief(one.pace.expected, one.unit, { currency: one.currency }) : MISSING),
    },
    {
      key: "value",
      title: t("targets.value"),
      number: true,
      width: 100,
      cell: (one) => format.brief(one.value, one.unit, { currency: one.currency }),
    },
    {
      key: "pace",
      title: t("targets.pace"),
      number: true,
      width: 90,
      sort: (a, b) => (reached(a) ?? 99) - (reached(b) ?? 99),
      cell: (one) => format.figure(one.attainment, "ratio"),
    },
    {
      key: "projected",
      title: t("targets.projected"),
      number: true,
      width: 100,
      cell: (one) => (one.stage === "running" ? format.brief(one.pace.projected, one.unit, { currency: one.currency }) : MISSING),
    },
    { key: "state", title: t("targets.status"), width: 132, cell: (one) => <span className={tone(one.state)}>{state(one)}</span> },
  ];
}

function answerOf(
  items: Standing[],
  format: Format,
  valueName: ReturnType<typeof useValueName>,
  t: (key: "targets.answer" | "targets.answerGood" | "targets.answerNone", words: Record<string, string | number>) => string,
): string {
  const judged = items.filter((one) => reached(one) !== null);
  const behind = judged.filter((one) => one.state === "missed").sort((a, b) => (reached(a) ?? 0) - (reached(b) ?? 0));
  const worst = behind[0];
  if (!judged.length) return t("targets.answerNone", { all: items.length });
  if (!worst) return t("targets.answerGood", { all: judged.length });
  return t("targets.answer", { behind: behind.length, all: judged.length, worst: `${targetTitle(worst, format, valueName)} (${worst.period})` });
}

function ExportTargets() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const take = async () => {
    try {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await exportTargets());
      link.download = "targets.csv";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      message.error(`${t("rows.exportFailed")}: ${error instanceof Error ? error.message : ""}`);
    }
  };
  return (
    <Button icon={<DownloadOutlined />} onClick={() => void take()}>
      {t("targets.export")}
    </Button>
  );
}

/** The rows behind what was reached: of the whole days so far. */
function rowsAsk(one: Standing | undefined): RowsAsk | null {
  if (!one?.until) return null;
  const where = one.dimension ? [{ field: one.dimension, op: "=" as const, value: one.member }] : [];
  return { metric: one.metric, from: one.start, to: one.until, where };
}

/** Show the page. */
export function TargetsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/metrics/targets" });
  const navigate = useNavigate({ from: "/metrics/targets" });
  const query = useQuery(targetsOptions(search.period, search.owner));
  const format = useFormat();
  const columns = useColumns(format);
  const names = useNames();
  const valueName = useValueName();
  const may = useMay("targets.write");
  const mayExport = useMay("export");
  const go = useCallback((patch: TargetsSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  const shut = useCallback(() => go({ target: undefined, pane: undefined }), [go]);
  const items = query.data?.items;
  const chosen = items?.find((one) => one.id === search.target);
  const set = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => go({ pane: "new", target: undefined })}>
      {t("targets.set")}
    </Button>
  );
  return (
    <Page
      title={t("targets.title")}
      answer={items?.length ? answerOf(items, format, valueName, t) : "\u00a0"}
      aside={
        <>
          {mayExport && items?.length ? <ExportTargets /> : null}
          {may ? (
            <Button icon={<UploadOutlined />} onClick={() => go({ pane: "import", target: undefined })}>
              {t("targets.import")}
            </Button>
          ) : null}
          {may ? set : null}
        </>
      }
      filters={
        <>
          <Filter label={t("targets.period")}>
            <Input.Search
              key={search.period ?? ""}
              allowClear
              aria-label={t("targets.period")}
              placeholder={t("targets.all")}
              defaultValue={search.period ?? ""}
              maxLength={20}
              title={t("targets.periodHint")}
              onSearch={(value) => go({ period: value.trim() || undefined })}
            />
          </Filter>
          <Filter label={t("targets.owner")}>
            <Select
              aria-label={t("targets.owner")}
              value={search.owner ?? ""}
              popupMatchSelectWidth={false}
              options={[
                { value: "", label: t("targets.everyone") },
                ...(query.data?.owners ?? []).map((value) => ({ value, label: names.owner(value) })),
              ]}
              onChange={(value) => go({ owner: value || undefined })}
            />
          </Filter>
        </>
      }
    >
      <Shown
        query={query}
        what={t("targets.what")}
        permission="metrics.read"
        skeleton={<Bone height={480} />}
        empty={(data) =>
          data.items.length ? null : <Empty title={t("targets.emptyTitle")} text={t("targets.emptyText")} action={may ? set : null} />
        }
      >
        {(data) => (
          <div className="panel list">
            <Sheet<Standing>
              label={t("targets.what")}
              rows={data.items}
              rowKey={(one) => one.id}
              selected={search.target ?? null}
              open={(one) => go({ target: one.id, pane: undefined })}
              columns={columns}
            />
          </div>
        )}
      </Shown>
      <TargetPane one={chosen} fresh={search.pane === "new"} format={format} close={shut} rows={() => go({ rows: chosen?.id })} />
      <TargetsImport open={search.pane === "import"} close={shut} />
      <RowsPane
        ask={rowsAsk(items?.find((one) => one.id === search.rows))}
        title={chosen ? targetTitle(chosen, format, valueName) : ""}
        about={chosen?.period}
        close={() => go({ rows: undefined })}
      />
    </Page>
  );
}
