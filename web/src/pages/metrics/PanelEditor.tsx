/** The drawer that says what a panel shows: its kind, metrics, cut, filters and words. */

import { useQuery } from "@tanstack/react-query";
import { Form, Input, InputNumber, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { savedOptions } from "@/api/analyses";
import { type BoardPanel, KINDS, type PanelKind } from "@/api/boards";
import { catalogueOptions } from "@/api/keys";
import { readWhere, writeWhere } from "@/kit/period";
import { SidePane } from "@/kit/SidePane";
import { useFormat } from "@/kit/use";

/** How many metrics and dimensions a kind of panel takes. */
export const TAKES: Record<PanelKind, { metrics: number; by: number }> = {
  number: { metrics: 1, by: 0 },
  line: { metrics: 6, by: 1 },
  bars: { metrics: 8, by: 1 },
  table: { metrics: 10, by: 3 },
  waterfall: { metrics: 0, by: 0 },
  tree: { metrics: 0, by: 0 },
  text: { metrics: 0, by: 0 },
  analysis: { metrics: 0, by: 0 },
};

/** A panel that has what its kind takes, and nothing else. */
export function fitted(panel: BoardPanel): BoardPanel {
  const takes = TAKES[panel.kind];
  return {
    ...panel,
    metrics: panel.metrics.slice(0, takes.metrics),
    by: panel.by.slice(0, takes.by),
    text: panel.kind === "text" ? (panel.text ?? { en: "\u2026", zh: "\u2026" }) : null,
    analysis: panel.kind === "analysis" ? panel.analysis : null,
  };
}

type Props = { panel: BoardPanel | null; change: (panel: BoardPanel) => void; close: () => void };

function Fields({ panel, change }: { panel: BoardPanel; change: (panel: BoardPanel) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data: catalogue } = useQuery(catalogueOptions());
  const { data: saved } = useQuery({ ...savedOptions("all"), enabled: panel.kind === "analysis" });
  const metrics = catalogue?.metrics ?? [];
  const takes = TAKES[panel.kind];
  const set = (patch: Partial<BoardPanel>) => change(fitted({ ...panel, ...patch }));
  const cuts = (catalogue?.dimensions ?? []).filter((one) =>
    panel.metrics.every((name) => metrics.find((m) => m.name === name)?.dimensions.includes(one.name) ?? true),
  );
  const hourly = panel.metrics.every((name) => metrics.find((metric) => metric.name === name)?.hourly ?? true);
  const language = format.language;
  const other = language === "zh" ? "en" : "zh";
  const words = (now: { en: string; zh: string } | null, text: string) => {
    // A text that was never written in the other language follows this one.
    const follows = !now?.[other] || now[other] === now[language];
    return { ...(now ?? { en: "", zh: "" }), [language]: text, ...(follows ? { [other]: text } : {}) } as { en: string; zh: string };
  };
  return (
    <Form layout="vertical" requiredMark={false} aria-label={t("boards.editPanel")}>
      <Form.Item label={t("boards.kindLabel")}>
        <Segmented<PanelKind>
          aria-label={t("boards.kindLabel")}
          value={panel.kind}
          options={KINDS.map((value) => ({ value, label: t(`boards.kind.${value}`) }))}
          onChange={(kind) => set({ kind })}
        />
      </Form.Item>
      <Form.Item label={t("boards.panelTitle")} htmlFor="panel-title" extra={t("boards.panelTitleHint")}>
        <Input
          id="panel-title"
          value={panel.title[language]}
          maxLength={120}
          onChange={(event) => set({ title: words(panel.title, event.target.value) })}
        />
      </Form.Item>
      {takes.metrics ? (
        <Form.Item
          label={t("boards.metrics")}
          htmlFor="panel-metrics"
          {...(panel.metrics.length ? {} : { validateStatus: "error" as const, help: t("boards.metricsNeeded") })}
        >
          <Select
            id="panel-metrics"
            mode="multiple"
            maxCount={takes.metrics}
            value={panel.metrics}
            optionFilterProp="label"
            options={metrics.map((metric) => ({ value: metric.name, label: `${format.say(metric.title)} \u00b7 ${metric.name}` }))}
            onChange={(names) => set({ metrics: takes.metrics === 1 ? names.slice(-1) : names })}
          />
        </Form.Item>
      ) : null}
      {takes.by ? (
        <Form.Item label={t("boards.by")} htmlFor="panel-by">
          <Select
            id="panel-by"
            mode="multiple"
            maxCount={takes.by}
            value={panel.by}
            optionFilterProp="label"
            options={cuts.map((one) => ({ value: one.name, label: format.say(one.title) }))}
            onChange={(names) => set({ by: takes.by === 1 ? names.slice(-1) : names })}
          />
        </Form.Item>
      ) : null}
      {panel.kind === "line" || panel.kind === "bars" ? (
        <Form.Item label={t("boards.top")} htmlFor="panel-top">
          <InputNumber id="panel-top" min={1} max={20} value={panel.top} onChange={(top) => set({ top: top ?? 8 })} />
        </Form.Item>
      ) : null}
      {panel.kind === "line" ? (
        <Form.Item label={t("boards.grainLabel")} {...(panel.grain === "hour" ? { extra: t(hourly ? "hours.limit" : "hours.datesOnly") } : {})}>
          <Segmented
            aria-label={t("boards.grainLabel")}
            value={panel.grain}
            options={(["auto", "hour", "day", "week", "month"] as const).map((value) => ({ value, label: t(`boards.grain.${value}`) }))}
            onChange={(grain) => set({ grain: grain as BoardPanel["grain"] })}
          />
        </Form.Item>
      ) : null}
      {panel.kind === "analysis" ? (
        <Form.Item
          label={t("boards.analysis")}
          htmlFor="panel-analysis"
          extra={t("boards.analysisHint")}
          {...(panel.analysis ? {} : { validateStatus: "error" as const, help: t("boards.analysisNeeded") })}
        >
          <Select
            id="panel-analysis"
            showSearch
            value={panel.analysis}
            optionFilterProp="label"
            options={(saved?.items ?? []).map((one) => ({ value: one.id, label: `${one.name} \u00b7 ${t(`recipes.kind.${one.kind as "funnel"}`)}` }))}
            onChange={(analysis) => set({ analysis })}
          />
        </Form.Item>
      ) : panel.kind === "text" ? (
        <Form.Item label={t("boards.text")} htmlFor="panel-text">
          <Input.TextArea
            id="panel-text"
            rows={6}
            maxLength={4000}
            value={panel.text?.[language] ?? ""}
            onChange={(event) => set({ text: words(panel.text, event.target.value || "\u2026") })}
          />
        </Form.Item>
      ) : (
        <Form.Item label={t("boards.where")} htmlFor="panel-where" extra={t("boards.whereHint")}>
          <Input
            id="panel-where"
            key={panel.id}
            defaultValue={writeWhere(panel.where) ?? ""}
            maxLength={300}
            placeholder="kind:hotel|sales_channel:web"
            onBlur={(event) => set({ where: readWhere(event.target.value) })}
          />
        </Form.Item>
      )}
    </Form>
  );
}

/** Show the drawer. */
export function PanelEditor({ panel, change, close }: Props) {
  const { t } = useTranslation();
  return (
    <SidePane open={panel !== null} title={t("boards.editPanel")} close={close} width={460} testid="panel-editor">
      {panel ? <Fields key={panel.id} panel={panel} change={change} /> : null}
    </SidePane>
  );
}
