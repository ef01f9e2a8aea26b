/** Who is on duty: now, by level, and week by week; weekly lines are added and taken out here. */

import { DeleteOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Select, TimePicker } from "antd";
import type { Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { addDuty, type Duty, dropDuty, incidentKeys, rotaOptions } from "@/api/incidents";
import { SidePane } from "@/kit/SidePane";
import { Bone, ErrorPanel, Shown } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";

const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
const LEVELS = [1, 2, 3] as const;
const clock = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const minuteOf = (at: Dayjs) => at.hour() * 60 + at.minute();

type Fields = { member: string; level: number; weekday: number; from: Dayjs; to: Dayjs };

/** Show the pane. */
export function RotaPane({ open, close, format }: { open: boolean; close: () => void; format: Format }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useQuery({ ...rotaOptions(), enabled: open });
  const may = useMay("incidents.manage");
  const again = () => client.invalidateQueries({ queryKey: incidentKeys.all });
  const drop = useMutation({ mutationFn: dropDuty, onSuccess: again });
  return (
    <SidePane open={open} title={t("incidents.rota")} close={close} testid="rota">
      <Shown query={query} what={t("incidents.rota")} permission="incidents.read" skeleton={<Bone height={200} />}>
        {(rota) => (
          <>
            <h3>{t("incidents.dutyNow")}</h3>
            <ul className="alert-history">
              {LEVELS.map((level) => (
                <li key={level}>
                  <span className="muted">{t("incidents.level", { level })}</span>
                  <strong>{rota.now[String(level)] || t("incidents.nobody")}</strong>
                </li>
              ))}
            </ul>
            <h3>{t("incidents.rotaLines")}</h3>
            {drop.error ? <ErrorPanel error={drop.error} what={t("incidents.rota")} /> : null}
            <ul className="alert-history">
              {rota.items.map((duty) => (
                <li key={duty.id}>
                  <strong>{duty.member}</strong>
                  <span className="muted">{t("incidents.level", { level: duty.level })}</span>
                  <When duty={duty} format={format} />
                  {may ? (
                    <Button
                      size="small"
                      type="text"
                      icon={<DeleteOutlined />}
                      aria-label={t("incidents.dropDuty", { member: duty.member })}
                      onClick={() => drop.mutate(duty.id)}
                    />
                  ) : null}
                </li>
              ))}
              {rota.items.length ? null : <li className="muted">{t("incidents.rotaNone")}</li>}
            </ul>
            {may ? <AddDuty done={again} /> : null}
          </>
        )}
      </Shown>
    </SidePane>
  );
}

function When({ duty, format }: { duty: Duty; format: Format }) {
  const { t } = useTranslation();
  if (duty.weekday !== null)
    return (
      <span className="num">
        {t(`incidents.day.d${duty.weekday as 0}`)} {clock(duty.from_minute ?? 0)} – {clock(duty.to_minute ?? 0)}
      </span>
    );
  const at = (ms: number | null) => (ms === null ? "\u2014" : format.instant(new Date(ms).toISOString()));
  return (
    <span className="num">
      {at(duty.from_ms)} – {at(duty.to_ms)}
    </span>
  );
}

function AddDuty({ done }: { done: () => Promise<unknown> }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const add = useMutation({
    mutationFn: (given: Fields) =>
      addDuty({
        member: given.member.trim(),
        level: given.level,
        weekday: given.weekday,
        from_minute: minuteOf(given.from),
        to_minute: minuteOf(given.to),
      }),
    onSuccess: async () => {
      form.resetFields();
      await done();
    },
  });
  const rule = (field: string) => [{ required: true, message: t("form.required", { field }) }];
  return (
    <Form<Fields>
      form={form}
      layout="inline"
      requiredMark={false}
      className="rota-add"
      initialValues={{ level: 1, weekday: 0 }}
      onFinish={(given) => add.mutate(given)}
      aria-label={t("incidents.addDuty")}
    >
      {add.error ? <ErrorPanel error={add.error} what={t("incidents.addDuty")} /> : null}
      <Form.Item name="member" rules={rule(t("incidents.member"))}>
        <Input maxLength={120} placeholder={t("incidents.member")} aria-label={t("incidents.member")} />
      </Form.Item>
      <Form.Item name="level">
        <Select aria-label={t("incidents.levelWord")} options={LEVELS.map((level) => ({ value: level, label: t("incidents.level", { level }) }))} />
      </Form.Item>
      <Form.Item name="weekday">
        <Select aria-label={t("incidents.weekday")} options={DAYS.map((day) => ({ value: day, label: t(`incidents.day.d${day}`) }))} />
      </Form.Item>
      <Form.Item name="from" rules={rule(t("incidents.from"))}>
        <TimePicker format="HH:mm" minuteStep={15} placeholder={t("incidents.from")} />
      </Form.Item>
      <Form.Item name="to" rules={rule(t("incidents.to"))}>
        <TimePicker format="HH:mm" minuteStep={15} placeholder={t("incidents.to")} />
      </Form.Item>
      <Button htmlType="submit" loading={add.isPending}>
        {t("incidents.addDuty")}
      </Button>
    </Form>
  );
}
