/** Make or change a monitor: its form on the left, what it would have told beside it; kept as a draft that somebody puts in force. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, InputNumber, Select } from "antd";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { catalogueOptions } from "@/api/keys";
import { challengeMonitor, type Definition, type MonitorDetail, monitorKeys, monitorOptions, saveMonitor } from "@/api/monitors";
import { Reason } from "@/kit/Reason";
import { SidePane } from "@/kit/SidePane";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useNames as useEventNames } from "@/pages/analyses/names";
import { useSplitChoices } from "@/pages/metrics/dimensions";
import { type Analysed, analysedOf, EVERY_ANALYSED, partsOf, unitOf, withPart } from "./analysed";
import { definitionOf, EVERY, type Fields, fieldsOf, RULE_KINDS, SEVERITIES } from "./builder";
import { MonitorPreview } from "./MonitorPreview";
import { MonitorReplay } from "./MonitorReplay";
import { RuleFields } from "./RuleFields";

const PAUSE_MS = 700;
const WINDOWS = ["1h", "2h", "4h", "12h", "1d", "7d"] as const;

type Props = {
  open: boolean;
  from: string | null;
  metric: string | null;
  analysis?: Analysed | null;
  /** What is written is put on trial beside the one in force, instead of kept as a draft. */
  attempt?: boolean;
  close: () => void;
  saved: (name: string) => void;
};

/** Show the pane while `open`; `from` is the monitor to change, `metric` or `analysis` what a new one begins with. */
export function MonitorBuilder({ open, from, metric, analysis = null, attempt = false, close, saved }: Props) {
  const { t } = useTranslation();
  const query = useQuery({ ...monitorOptions(from ?? ""), enabled: open && from !== null });
  return (
    <SidePane
      open={open}
      title={t(from ? (attempt ? "monitors.attempt" : "monitors.edit") : "monitors.make")}
      close={close}
      width={1080}
      testid="builder"
    >
      {from ? (
        <Shown query={query} what={t("monitors.one")} permission="definitions.write" skeleton={<Bone height={420} />}>
          {(monitor) => (
            <Builder
              key={`${monitor.name} ${monitor.version}`}
              base={monitor}
              metric={null}
              analysis={analysedOf(monitor.definition.analysis)}
              attempt={attempt}
              saved={saved}
            />
          )}
        </Shown>
      ) : (
        <Builder base={null} metric={metric} analysis={analysis} attempt={false} saved={saved} />
      )}
    </SidePane>
  );
}

/** The value as it was a moment ago, so that not every letter asks the server. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

type BuilderProps = { base: MonitorDetail | null; metric: string | null; analysis: Analysed | null; attempt: boolean; saved: (name: string) => void };

function Builder({ base, metric, analysis, attempt, saved }: BuilderProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const first = useMemo(() => fieldsOf(base?.definition ?? null, format.language, metric, analysis), [base, format.language, metric, analysis]);
  const [fields, setFields] = useState<Fields>(first);
  const [asking, setAsking] = useState(false);
  const catalogue = useQuery(catalogueOptions()).data;
  const about = catalogue?.metrics.find((one) => one.name === fields.metric);
  const definition = useMemo(
    () => definitionOf(fields, base?.definition ?? null, format.language, analysis),
    [fields, base, format.language, analysis],
  );
  const unit = analysis ? unitOf(fields.part ? withPart(analysis, fields.part) : analysis) : (about?.unit ?? "count");
  const written = useSettled(definition ? JSON.stringify(definition) : "");
  const keep = attempt ? t("monitors.putOnTrial") : t("monitors.save");
  const settled = useMemo(() => (written ? (JSON.parse(written) as Definition) : null), [written]);
  const save = useMutation({
    mutationFn: (reason: string): Promise<{ name: string }> =>
      attempt && base
        ? challengeMonitor(base.name, definition ?? {}, reason)
        : saveMonitor(definition ?? {}, reason, base && base.state !== "library" ? base.version : 0),
    onSuccess: async (found) => {
      await client.invalidateQueries({ queryKey: monitorKeys.all });
      saved(found.name);
    },
  });
  return (
    <div className="builder">
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={first}
        onValuesChange={(_, all) => setFields({ ...fields, ...all })}
        onFinish={() => setAsking(true)}
        aria-label={t("monitors.make")}
      >
        {analysis ? <WhatOf analysis={analysis} /> : <What dimensions={about?.dimensions ?? []} fixed={attempt} />}
        <RuleFields kind={fields.kind} unit={unit} every={fields.every} />
        <Told />
        <Button type="primary" htmlType="submit" disabled={!definition}>
          {keep}
        </Button>
      </Form>
      <div className="builder-shown">
        <h3>{t("monitors.preview")}</h3>
        {settled ? (
          <>
            <MonitorPreview definition={settled} unit={unit} format={format} />
            <MonitorReplay key={written} definition={settled} unit={unit} format={format} />
          </>
        ) : (
          <p className="muted">{t("monitors.fillIn")}</p>
        )}
      </div>
      <Reason
        open={asking}
        title={keep}
        action={keep}
        text={t(attempt ? "monitors.putOnTrialText" : "monitors.saveText")}
        busy={save.isPending}
        error={save.error}
        done={(reason) => save.mutate(reason)}
        close={() => setAsking(false)}
      />
    </div>
  );
}

/** What of an analysis is watched: its definition says by what it is cut and whose it is. */
function WhatOf({ analysis }: { analysis: Analysed }) {
  const { t } = useTranslation();
  const { event } = useEventNames();
  const required = (field: string) => [{ required: true, whitespace: true, message: t("form.required", { field }) }];
  const never = analysis.kind === "funnel" ? "no_data" : "ratio";
  return (
    <>
      <Form.Item name="title" label={t("monitors.name")} rules={required(t("monitors.name"))}>
        <Input autoFocus maxLength={120} />
      </Form.Item>
      <Form.Item name="part" label={t(`monitors.part.${analysis.kind}`)} extra={t(`monitors.partHint.${analysis.kind}`)}>
        <Select options={partsOf(analysis, event)} />
      </Form.Item>
      <Form.Item name="every" label={t("monitors.every")}>
        <Select options={EVERY_ANALYSED.map((value) => ({ value, label: t(`monitors.steps.s${value as "1h" | "1d"}`) }))} />
      </Form.Item>
      <Form.Item name="kind" label={t("monitors.ruleWord")}>
        <Select options={RULE_KINDS.filter((kind) => kind !== never).map((value) => ({ value, label: t(`monitors.kind.${value}`) }))} />
      </Form.Item>
    </>
  );
}

/** What is watched; of another rule for a monitor it is `fixed`, so that the two can be compared. */
function What({ dimensions, fixed }: { dimensions: readonly string[]; fixed: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const catalogue = useQuery(catalogueOptions()).data;
  const choices = useSplitChoices(catalogue?.dimensions ?? [], dimensions).grouped(format, []);
  const metrics = (catalogue?.metrics ?? []).filter((one) => one.monitorable).map((one) => ({ value: one.name, label: format.say(one.title) }));
  const required = (field: string) => [{ required: true, whitespace: true, message: t("form.required", { field }) }];
  return (
    <>
      <Form.Item name="title" label={t("monitors.name")} rules={required(t("monitors.name"))}>
        <Input autoFocus maxLength={120} />
      </Form.Item>
      <Form.Item
        name="metric"
        label={t("monitors.metric")}
        rules={[{ required: true, message: t("form.required", { field: t("monitors.metric") }) }]}
      >
        <Select showSearch optionFilterProp="label" options={metrics} disabled={fixed} />
      </Form.Item>
      <Form.Item name="by" label={t("monitors.by")} extra={t(fixed ? "monitors.fixed" : "monitors.byHint")}>
        <Select mode="multiple" maxCount={4} optionFilterProp="label" options={choices} disabled={fixed} />
      </Form.Item>
      <div className="builder-row">
        <Form.Item name="every" label={t("monitors.every")}>
          <Select options={EVERY.map((value) => ({ value, label: t(`monitors.steps.s${value}`) }))} />
        </Form.Item>
        <Form.Item name="over" label={t("monitors.over")}>
          <Select
            allowClear
            placeholder={t("monitors.overStep")}
            options={WINDOWS.map((value) => ({ value, label: t(`monitors.windows.w${value}`) }))}
          />
        </Form.Item>
      </div>
      <Form.Item name="kind" label={t("monitors.ruleWord")}>
        <Select options={RULE_KINDS.map((value) => ({ value, label: t(`monitors.kind.${value}`) }))} />
      </Form.Item>
    </>
  );
}

function Told() {
  const { t } = useTranslation();
  const number = { min: 1, max: 100, precision: 0, style: { width: "100%" } } as const;
  return (
    <>
      <div className="builder-row">
        <Form.Item name="minimum" label={t("monitors.minimum")}>
          <InputNumber min={0} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="pending" label={t("monitors.pending")}>
          <InputNumber {...number} />
        </Form.Item>
        <Form.Item name="recover" label={t("monitors.recover")}>
          <InputNumber {...number} />
        </Form.Item>
      </div>
      <div className="builder-row">
        <Form.Item name="severity" label={t("monitors.severity")}>
          <Select options={SEVERITIES.map((value) => ({ value, label: t(`alerts.severity.${value}`) }))} />
        </Form.Item>
        <Form.Item
          name="owner"
          label={t("alerts.owner")}
          rules={[{ required: true, whitespace: true, message: t("form.required", { field: t("alerts.owner") }) }]}
        >
          <Input maxLength={80} />
        </Form.Item>
      </div>
    </>
  );
}
