/** What was promised at the stand-up: who, until when, done or not; and the drawer that writes a new one down. */

import { CheckOutlined, PlusOutlined, RollbackOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { AutoComplete, Button, DatePicker, Form, Input, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { makePromise, type PromiseItem, type PromiseState, promisesOptions, setPromise, targetKeys } from "@/api/targets";
import type { RedLine, Today } from "@/api/types";
import { Panel } from "@/kit/Panel";
import { SidePane } from "@/kit/SidePane";
import { Bone, ErrorPanel, Shown } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";
import { useNames } from "./names";

const DATE = "YYYY-MM-DD";

function Line({ promise, format, move }: { promise: PromiseItem; format: Format; move: (state: PromiseState) => void }) {
  const { t } = useTranslation();
  const may = useMay("promises.write");
  const names = useNames();
  const open = promise.state === "open";
  const { since } = promise;
  return (
    <li className={open ? "promise" : "promise is-closed"}>
      {may ? (
        <Button
          size="small"
          type="text"
          icon={open ? <CheckOutlined /> : <RollbackOutlined />}
          aria-label={`${open ? t("standup.done") : t("standup.undo")}: ${promise.text}`}
          title={open ? t("standup.done") : t("standup.undo")}
          onClick={() => move(open ? "done" : "open")}
        />
      ) : null}
      <span className="promise-words">
        <span>{promise.text}</span>
        <span className="muted">
          {names.owner(promise.owner)} · <span className={promise.overdue ? "is-overdue" : ""}>{format.shortDay(promise.due)}</span>
          {promise.overdue ? <span className="tag tag-bad">{t("standup.overdue")}</span> : null}
          {since ? (
            <>
              {" · "}
              {t("standup.since", {
                metric: format.say(since.title),
                before: format.brief(since.before, since.unit),
                now: format.brief(since.now, since.unit),
              })}
            </>
          ) : null}
        </span>
      </span>
    </li>
  );
}

/** The list, with its own states: a failure here blanks nothing else. */
export function PromisesPanel({ format, add }: { format: Format; add?: (() => void) | undefined }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useQuery(promisesOptions());
  const may = useMay("promises.write");
  const move = useMutation({
    mutationFn: ({ promise, state }: { promise: PromiseItem; state: PromiseState }) => setPromise(promise, state),
    onSettled: () => client.invalidateQueries({ queryKey: targetKeys.promises }),
  });
  return (
    <Panel
      title={t("standup.promisesTitle")}
      hint={t("standup.promisesHint")}
      className="scrolls"
      action={
        may && add ? (
          <Button size="small" icon={<PlusOutlined />} onClick={add}>
            {t("standup.add")}
          </Button>
        ) : null
      }
    >
      {move.error ? <ErrorPanel error={move.error} what={t("standup.promisesTitle")} /> : null}
      <Shown query={query} what={t("standup.promisesTitle")} permission="metrics.read" skeleton={<Bone height={80} />}>
        {(data) =>
          data.items.length ? (
            <ul className="promises">
              {data.items.map((promise) => (
                <Line key={promise.id} promise={promise} format={format} move={(state) => move.mutate({ promise, state })} />
              ))}
            </ul>
          ) : (
            <p className="muted">{t("standup.promisesNone")}</p>
          )
        }
      </Shown>
    </Panel>
  );
}

type Fields = { text: string; owner: string; due: Dayjs; metric: string };

function PromiseForm({ today, red, format, done }: { today: Today; red: RedLine | undefined; format: Format; done: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const names = useNames();
  const owners = useQuery(promisesOptions()).data?.owners ?? [];
  const make = useMutation({
    mutationFn: (given: Fields) =>
      makePromise({
        text: given.text,
        owner: given.owner,
        due: given.due.format(DATE),
        metric: given.metric,
        about: red?.id ?? "",
        made_on: today.date,
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: targetKeys.promises });
      done();
    },
  });
  const required = (field: string) => ({ required: true, message: t("form.required", { field }) });
  const first = { text: "", owner: red?.owner ?? "", due: dayjs(today.date).add(8, "day"), metric: red?.metric ?? "" };
  return (
    <Form<Fields>
      layout="vertical"
      requiredMark={false}
      initialValues={first}
      onFinish={(given) => make.mutate(given)}
      aria-label={t("standup.addTitle")}
    >
      {red ? <p className="pane-about">{format.say(red)}</p> : null}
      {make.error ? <ErrorPanel error={make.error} what={t("standup.addTitle")} /> : null}
      <Form.Item name="text" label={t("standup.text")} rules={[{ ...required(t("standup.text")), whitespace: true }]}>
        <Input.TextArea autoFocus maxLength={500} autoSize={{ minRows: 2, maxRows: 6 }} />
      </Form.Item>
      <Form.Item name="owner" label={t("standup.owner")} rules={[{ ...required(t("standup.owner")), whitespace: true }]}>
        <AutoComplete maxLength={80} options={owners.map((value) => ({ value, label: names.owner(value) }))} />
      </Form.Item>
      <Form.Item name="due" label={t("standup.due")} rules={[required(t("standup.due"))]}>
        <DatePicker allowClear={false} disabledDate={(day) => day.isBefore(dayjs(today.date), "day")} />
      </Form.Item>
      <Form.Item name="metric" label={t("standup.metric")}>
        <Select
          options={[
            { value: "", label: t("standup.noMetric") },
            ...today.cards.map((card) => ({ value: card.metric, label: format.say(card.title) })),
          ]}
        />
      </Form.Item>
      <div className="pane-foot">
        <Button type="primary" htmlType="submit" loading={make.isPending}>
          {t("standup.make")}
        </Button>
      </div>
    </Form>
  );
}

type PaneProps = { today: Today; pane: string | undefined; format: Format; close: () => void };

/** The drawer; open while `pane` is promise, or promise:<red line>. */
export function PromisePane({ today, pane, format, close }: PaneProps) {
  const { t } = useTranslation();
  const open = pane === "promise" || Boolean(pane?.startsWith("promise:"));
  const red = today.red.find((line) => pane === `promise:${line.id}`);
  return (
    <SidePane open={open} title={t("standup.addTitle")} close={close} width={460} testid="promise-pane">
      <PromiseForm today={today} red={red} format={format} done={close} />
    </SidePane>
  );
}
