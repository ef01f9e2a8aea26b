/** The drawer of a target: how it stands in words, by which rule, and the form that sets or changes it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, InputNumber, Popconfirm, Select } from "antd";
import { useTranslation } from "react-i18next";
import { catalogueOptions } from "@/api/keys";
import { putTarget, removeTarget, type Standing, type TargetBody, targetKeys } from "@/api/targets";
import { SidePane } from "@/kit/SidePane";
import { ErrorPanel } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { useMay } from "@/shell/session";
import { targetTitle } from "./targetNames";

function Facts({ one, format }: { one: Standing; format: Format }) {
  const { t } = useTranslation();
  const figure = (value: string | null) => format.figure(value, one.unit, { currency: one.currency });
  const facts: [string, string | null][] = [
    [t("targets.actual"), one.actual === null ? null : figure(one.actual)],
    [t("targets.due"), one.pace.expected === null ? null : figure(one.pace.expected)],
    [t("targets.value"), figure(one.value)],
    [t("targets.projected"), one.pace.projected === null ? null : figure(one.pace.projected)],
    [t("targets.needed"), one.pace.needed === null ? null : figure(one.pace.needed)],
    [t("targets.until"), one.until === null ? null : format.day(one.until)],
    [t("targets.closedAt"), one.closed_as_of === null ? null : format.full(one.closed_as_of)],
    [t("targets.nowIs"), one.now === null ? null : figure(one.now)],
    [t("targets.note"), one.note || null],
  ];
  return (
    <>
      <p className="pane-about">{format.say(one.explanation)}</p>
      {one.problem ? <p className="tag tag-bad">{one.problem}</p> : null}
      {one.few ? <p className="tag tag-warn">{t("targets.few")}</p> : null}
      {one.stage === "closed" && !one.complete ? <p className="tag tag-warn">{t("targets.incomplete")}</p> : null}
      <dl className="facts">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name} style={{ display: "contents" }}>
              <dt>{name}</dt>
              <dd className="num">{value}</dd>
            </div>
          ),
        )}
      </dl>
    </>
  );
}

type Given = Required<Omit<TargetBody, "revision">>;

function TargetForm({ one, format, done }: { one: Standing | undefined; format: Format; done: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [form] = Form.useForm<Given>();
  const catalogue = useQuery(catalogueOptions()).data;
  const stale = () => Promise.all([targetKeys.targets, targetKeys.assessment].map((queryKey) => client.invalidateQueries({ queryKey })));
  const finish = async () => {
    await stale();
    done();
  };
  const save = useMutation({ mutationFn: (given: Given) => putTarget({ ...given, revision: one?.revision ?? 0 }), onSuccess: finish });
  const drop = useMutation({ mutationFn: (id: string) => removeTarget(id), onSuccess: finish });
  const metric = Form.useWatch("metric", form) ?? one?.metric;
  const dimension = Form.useWatch("dimension", form) ?? one?.dimension;
  const cuts = new Set(catalogue?.metrics.find((entry) => entry.name === metric)?.dimensions ?? []);
  const dimensions = (catalogue?.dimensions ?? []).filter((entry) => cuts.has(entry.name) && entry.kind !== "date");
  const required = (field: string) => ({ required: true, whitespace: true, message: t("form.required", { field }) });
  const first = {
    metric: one?.metric ?? "revenue",
    period: one?.period ?? "",
    value: one?.value ?? "",
    dimension: one?.dimension ?? "",
    member: one?.member ?? "",
    owner: one?.owner ?? "",
    weight: one?.weight ?? 1,
    note: one?.note ?? "",
  };
  const error = save.error ?? drop.error;
  return (
    <Form<Given>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={first}
      onFinish={(given) => save.mutate({ ...first, ...given })}
      aria-label={t("targets.set")}
    >
      {error ? <ErrorPanel error={error} what={t("targets.set")} /> : null}
      {one ? null : (
        <>
          <Form.Item name="metric" label={t("targets.metric")} rules={[required(t("targets.metric"))]}>
            <Select
              showSearch={{ optionFilterProp: "label" }}
              options={(catalogue?.metrics ?? []).map((entry) => ({ value: entry.name, label: format.say(entry.title) }))}
            />
          </Form.Item>
          <Form.Item name="period" label={t("targets.period")} extra={t("targets.periodHint")} rules={[required(t("targets.period"))]}>
            <Input maxLength={20} />
          </Form.Item>
          <Form.Item name="dimension" label={t("targets.dimension")}>
            <Select
              options={[
                { value: "", label: t("targets.whole") },
                ...dimensions.map((entry) => ({ value: entry.name, label: format.say(entry.title) })),
              ]}
            />
          </Form.Item>
          {dimension ? (
            <Form.Item name="member" label={t("targets.member")} rules={[required(t("targets.member"))]}>
              <Input maxLength={200} />
            </Form.Item>
          ) : null}
        </>
      )}
      <Form.Item name="value" label={t("targets.value")} extra={t("targets.valueHint")} rules={[required(t("targets.value"))]}>
        <Input maxLength={40} inputMode="decimal" />
      </Form.Item>
      <Form.Item name="owner" label={t("targets.owner")}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="weight" label={t("targets.weight")}>
        <InputNumber min={1} max={100} precision={0} />
      </Form.Item>
      <Form.Item name="note" label={t("targets.note")}>
        <Input maxLength={300} />
      </Form.Item>
      <div className="pane-foot">
        {one ? (
          <Popconfirm title={t("targets.removeAsk")} okText={t("targets.remove")} onConfirm={() => drop.mutate(one.id)}>
            <Button danger loading={drop.isPending}>
              {t("targets.remove")}
            </Button>
          </Popconfirm>
        ) : null}
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t("targets.save")}
        </Button>
      </div>
    </Form>
  );
}

type Props = { one: Standing | undefined; fresh: boolean; format: Format; close: () => void; rows: () => void };

/** Show the drawer for a target, or for a new one. */
export function TargetPane({ one, fresh, format, close, rows }: Props) {
  const { t } = useTranslation();
  const valueName = useValueName();
  const may = useMay("targets.write");
  return (
    <SidePane
      open={fresh || one !== undefined}
      title={one ? `${targetTitle(one, format, valueName)} · ${one.period}` : t("targets.set")}
      extra={
        one?.until ? (
          <Button size="small" onClick={rows}>
            {t("targets.rows")}
          </Button>
        ) : null
      }
      close={close}
      width={480}
      testid="target-pane"
    >
      {one ? <Facts one={one} format={format} /> : null}
      {may && (fresh || (one && one.stage !== "closed")) ? (
        <TargetForm key={`${one?.id ?? ""} ${one?.revision ?? 0}`} one={fresh ? undefined : one} format={format} done={close} />
      ) : null}
    </SidePane>
  );
}
