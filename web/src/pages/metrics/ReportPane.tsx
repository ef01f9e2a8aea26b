/** The drawer in which a report is made, changed, looked at beforehand, and in which its sendings stand. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, InputNumber, Segmented, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { boardsOptions } from "@/api/boards";
import {
  CADENCES,
  type Cadence,
  type Destination,
  dropReport,
  previewReport,
  type Report,
  type ReportBody,
  reportKeys,
  saveReport,
} from "@/api/reports";
import { SidePane } from "@/kit/SidePane";
import { Status } from "@/kit/Status";
import { ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { LANGUAGES, OWN_NAME } from "@/words";

type Fields = {
  name: string;
  dashboard: string;
  destination: string;
  enabled: boolean;
  language: "zh" | "en";
  recipients: string[];
  cadence: Cadence;
  at: string;
  weekday: number;
  day: number;
};
type Props = { open: boolean; report: Report | null; dashboard: string | undefined; places: Destination[]; close: () => void };

function body({ cadence, at, weekday, day, recipients, ...rest }: Fields, places: Destination[]): ReportBody {
  const kind = places.find((place) => place.name === rest.destination)?.kind;
  return { ...rest, recipients: (kind ?? "email") === "email" ? recipients : [], timetable: { cadence, at, weekday, day } };
}

function Inside({ report, dashboard, places, close }: Omit<Props, "open">) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const { modal } = App.useApp();
  const { data: boards } = useQuery(boardsOptions());
  const [form] = Form.useForm<Fields>();
  const cadence = Form.useWatch("cadence", form) ?? report?.timetable.cadence ?? "weekly";
  const destination = Form.useWatch("destination", form) ?? report?.destination ?? places[0]?.name;
  const mailed = (places.find((place) => place.name === destination)?.kind ?? "email") === "email";
  const done = async () => {
    await client.invalidateQueries({ queryKey: reportKeys.all });
    close();
  };
  const save = useMutation({ mutationFn: (fields: Fields) => saveReport(body(fields, places), report), onSuccess: done });
  const drop = useMutation({ mutationFn: () => dropReport(report?.id ?? ""), onSuccess: done });
  const look = useMutation({ mutationFn: (fields: Fields) => previewReport(body(fields, places)) });
  const required = (field: string) => ({ required: true, message: t("form.required", { field }) });
  const failed = save.error ?? drop.error ?? look.error;
  const named = boards?.items.find((item) => item.id === dashboard);
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      aria-label={t("reports.new")}
      initialValues={{
        name: report?.name ?? (named ? format.say(named.title) : ""),
        dashboard: report?.dashboard ?? dashboard ?? "overall",
        destination: report?.destination ?? places[0]?.name,
        enabled: report?.enabled ?? true,
        language: report?.language ?? format.language,
        recipients: report?.recipients ?? [],
        cadence: report?.timetable.cadence ?? "weekly",
        at: report?.timetable.at ?? "09:00",
        weekday: report?.timetable.weekday ?? 0,
        day: report?.timetable.day ?? 1,
      }}
      onFinish={(fields) => save.mutate({ ...form.getFieldsValue(true), ...fields })}
    >
      {failed ? <ErrorPanel error={failed} what={t("reports.what")} permission="reports.manage" /> : null}
      <Form.Item name="name" label={t("reports.name")} rules={[{ ...required(t("reports.name")), whitespace: true }]}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="dashboard" label={t("reports.dashboard")} rules={[required(t("reports.dashboard"))]}>
        <Select
          options={(boards?.items ?? []).map((item) => ({ value: item.id, label: format.say(item.title) }))}
          showSearch
          optionFilterProp="label"
        />
      </Form.Item>
      <Form.Item name="cadence" label={t("reports.when")}>
        <Segmented options={CADENCES.map((value) => ({ value, label: t(`reports.cadence.${value}`) }))} />
      </Form.Item>
      {cadence === "weekly" ? (
        <Form.Item name="weekday" label={t("reports.weekdayLabel")}>
          <Select options={[0, 1, 2, 3, 4, 5, 6].map((value) => ({ value, label: t(`reports.weekday.${value}` as "reports.weekday.0") }))} />
        </Form.Item>
      ) : null}
      {cadence === "monthly" ? (
        <Form.Item name="day" label={t("reports.dayLabel")}>
          <InputNumber min={1} max={28} />
        </Form.Item>
      ) : null}
      <Form.Item name="at" label={t("reports.at")} rules={[{ pattern: /^([01]\d|2[0-3]):[0-5]\d$/, message: t("reports.atWrong") }]}>
        <Input maxLength={5} className="report-at" />
      </Form.Item>
      <Form.Item name="destination" label={t("reports.through")} rules={[required(t("reports.through"))]}>
        <Select
          options={places.map((place) => ({
            value: place.name,
            label: `${place.name} \u00b7 ${t(`reports.kind.${place.kind}` as "reports.kind.email")}`,
          }))}
        />
      </Form.Item>
      {mailed ? (
        <Form.Item name="recipients" label={t("reports.recipients")} rules={[required(t("reports.recipients"))]} extra={t("reports.recipientsHint")}>
          <Select mode="tags" maxCount={50} tokenSeparators={[",", ";", " "]} open={false} suffixIcon={null} />
        </Form.Item>
      ) : null}
      <Form.Item name="language" label={t("reports.language")}>
        <Segmented options={LANGUAGES.map((value) => ({ value, label: OWN_NAME[value] }))} />
      </Form.Item>
      <Form.Item name="enabled" label={t("reports.on")} valuePropName="checked">
        <Switch />
      </Form.Item>
      <div className="pane-foot">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t("boards.save")}
        </Button>
        <Button loading={look.isPending} onClick={() => void form.validateFields().then(() => look.mutate(form.getFieldsValue(true)))}>
          {t("reports.preview")}
        </Button>
        {report ? (
          <Button
            danger
            onClick={() =>
              modal.confirm({
                title: t("reports.dropSure"),
                okText: t("reports.drop"),
                cancelText: t("reports.keep"),
                onOk: () => drop.mutateAsync(),
              })
            }
          >
            {t("reports.drop")}
          </Button>
        ) : null}
      </div>
      {look.data ? (
        <section className="report-preview" aria-label={t("reports.preview")}>
          <h3>{look.data.subject}</h3>
          {look.data.pictures.map((picture) => (
            <img key={picture.name} alt={picture.alt} src={`data:image/png;base64,${picture.png}`} />
          ))}
          <pre className="code">{look.data.text}</pre>
        </section>
      ) : null}
      {report?.runs.length ? (
        <section>
          <h3>{t("reports.sendings")}</h3>
          <ul className="board-notes">
            {report.runs.map((run) => (
              <li key={run.period}>
                <Status state={run.state === "failed" ? "bad" : run.state === "sent" ? "stored" : "warn"}>
                  {t(`reports.state.${run.state}` as "reports.state.sent")}
                </Status>{" "}
                {run.period.replace(":", " \u2013 ")} <span className="muted">{run.sent ? format.instant(run.sent) : run.error}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </Form>
  );
}

/** Show the drawer. */
export function ReportPane({ open, ...props }: Props) {
  const { t } = useTranslation();
  return (
    <SidePane open={open} title={props.report?.name ?? t("reports.new")} close={props.close} width={560} testid="report">
      <Inside {...props} />
    </SidePane>
  );
}
