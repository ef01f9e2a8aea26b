/** Who books through distribution and could book direct; what a shift would be worth under assumptions that anybody can try. */

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, InputNumber, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  assumptionsOptions,
  type Balance,
  type ChannelsAsk,
  deskKeys,
  type Kept,
  keepAssumptions,
  type Movable,
  movableOptions,
  type Plan,
} from "@/api/channels";
import { toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { Sheet } from "@/kit/Sheet";
import { Bone, Empty, ErrorPanel, Shown } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";
import { laid, MOVABLE, REACHES, readTrial, writeTrial } from "./shift";

type Props = {
  ask: ChannelsAsk;
  data: Balance;
  format: Format;
  trial: string | undefined;
  setTrial: (trial: string | undefined) => void;
  openPeople: (who: string) => void;
};

function Reaches({ found, rates, format, open }: { found: Movable; rates: Record<string, string>; format: Format; open: (who: string) => void }) {
  const { t } = useTranslation();
  const rows = REACHES.flatMap((reach) => found.rows.filter((row) => row.channel === null && row.reach === reach));
  const whole = found.rows.find((row) => row.channel === null && row.reach === null);
  return (
    <>
      <Sheet
        label={t("channels.movable")}
        rows={rows}
        rowKey={(row) => row.reach ?? ""}
        open={(row) => (row.people ? open(row.reach ?? "") : undefined)}
        columns={[
          { key: "reach", title: t("channels.reach"), cell: (row) => t(`reach.value.${row.reach}` as "reach.value.member") },
          {
            key: "people",
            title: t("channels.people"),
            number: true,
            cell: (row) => (row.reach === "unknown" ? "\u2014" : format.count(row.people)),
          },
          { key: "orders", title: t("channels.orders"), number: true, cell: (row) => format.count(row.orders) },
          { key: "booked", title: t("channels.booked"), number: true, cell: (row) => format.brief(row.booked, "money") },
          {
            key: "rate",
            title: t("channels.moves"),
            number: true,
            cell: (row) => (row.reach === "unknown" ? "\u2014" : format.figure(rates[row.reach ?? ""] ?? "0", "ratio")),
          },
        ]}
      />
      {whole?.private_orders ? (
        <p>
          <Button type="link" size="small" onClick={() => open("private")}>
            {t("channels.private", { count: whole.private_orders })}
          </Button>
        </p>
      ) : null}
      <p className="muted">
        {t("channels.moved", { people: found.moved.people, orders: found.moved.orders, booked: format.brief(found.moved.booked, "money") })}
      </p>
    </>
  );
}

function Worth({ plan, format }: { plan: Plan; format: Format }) {
  const { t } = useTranslation();
  const money = (value: string) => format.figure(value, "money");
  return (
    <>
      <p className="worth num">
        <span>
          {t("channels.net")} <b data-testid="shift-net">{format.figure(plan.net, "money", { sign: true })}</b>
        </span>
        <span className="muted">
          {t("channels.saved")} {money(plan.saved)}
        </span>
        {toNumber(plan.repeat) ? (
          <span className="muted">
            {t("channels.repeat")} {money(plan.repeat)}
          </span>
        ) : null}
        <span className="muted">
          {t("channels.incentives")} {"\u2212"}
          {money(plan.incentives)}
        </span>
      </p>
      <p className="num">
        {t("channels.formula", {
          moved: format.figure(plan.moved, "count"),
          value: money(plan.value),
          from: format.figure(plan.rate_from, "ratio"),
          to: format.figure(plan.rate_to, "ratio"),
          saved: money(plan.saved),
          incentive: money(plan.incentive),
          also: format.figure(plan.also, "count"),
          incentives: money(plan.incentives),
        })}
      </p>
      <p className="careless num">{t("channels.careless", { movers: money(plan.counted_movers_only), all: money(plan.counted_all_moved) })}</p>
    </>
  );
}

type FormProps = {
  data: Balance;
  kept: Kept;
  measured: string;
  trial: Record<string, string>;
  set: (trial: Record<string, string>) => void;
  format: Format;
};

function Form({ data, kept, measured, trial, set, format }: FormProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const may = useMay("definitions.write");
  const cache = useQueryClient();
  const now = laid(kept, trial);
  const keep = useMutation({
    mutationFn: () => keepAssumptions({ ...now, version: kept.version }),
    onSuccess: () => {
      void message.success(t("channels.saved_"));
      set({});
      void cache.invalidateQueries({ queryKey: deskKeys.channels });
    },
  });
  const row = (name: string, label: string, value: string | null, share: boolean, hint?: string) => (
    <div key={name} style={{ display: "contents" }}>
      <span>
        {label}
        {hint ? <small>{hint}</small> : null}
      </span>
      <InputNumber<string>
        stringMode
        size="small"
        aria-label={label}
        min="0"
        {...(share ? { max: "1", step: "0.01" } : { step: "1" })}
        suffix={share ? (value ? format.figure(value, "ratio") : undefined) : format.currency}
        value={value ?? ""}
        onChange={(next) => {
          const { [name]: _, ...rest } = trial;
          set(next === null || next === "" ? rest : { ...rest, [name]: String(next) });
        }}
      />
    </div>
  );
  return (
    <>
      <div className="assumptions">
        {MOVABLE.map((reach) => row(reach, t("channels.moveRateOf", { reach: t(`reach.value.${reach}`) }), now.move_rate[reach] ?? null, true))}
        {row("incentive", t("channels.incentive"), now.incentive, false)}
        {row("repeat_value", t("channels.repeatValue"), now.repeat_value, false)}
        {row("direct_take_rate", t("channels.takeRate"), now.direct_take_rate, true)}
        {row(
          "direct_cost_rate",
          t("channels.directCost"),
          now.direct_cost_rate,
          true,
          t("channels.measured", { value: format.figure(measured, "ratio") }),
        )}
      </div>
      <details>
        <summary>{t("channels.serviceCosts")}</summary>
        <div className="assumptions">
          {data.channels.map((channel) =>
            row(
              `service.${channel.name}`,
              t("channels.serviceCost", { channel: format.say(channel.title) }),
              now.service_cost[channel.name] ?? "0",
              false,
            ),
          )}
        </div>
      </details>
      <div className="assumption-actions">
        {may ? (
          <Button size="small" type="primary" disabled={!Object.keys(trial).length} loading={keep.isPending} onClick={() => keep.mutate()}>
            {t("channels.save")}
          </Button>
        ) : null}
        <Button size="small" disabled={!Object.keys(trial).length} onClick={() => set({})}>
          {t("channels.reset")}
        </Button>
        <span className="muted">
          {kept.version && kept.changed ? t("channels.setBy", { name: kept.changed_by ?? "", at: format.full(kept.changed) }) : t("channels.builtIn")}
        </span>
      </div>
      {keep.error ? <ErrorPanel error={keep.error} what={t("channels.assumptions")} permission="definitions.write" /> : null}
    </>
  );
}

/** Show both panels; a failure of theirs leaves the balance above as it is. */
export function ChannelsShift({ ask, data, format, trial, setTrial, openPeople }: Props) {
  const { t } = useTranslation();
  const kept = useQuery(assumptionsOptions());
  const tried = readTrial(trial);
  const now = kept.data ? laid(kept.data, tried) : null;
  const query = useQuery({ ...movableOptions({ ...ask, assumptions: now }), enabled: now !== null, placeholderData: keepPreviousData });
  const [channel, setChannel] = useState("");
  const name = (code: string | null) =>
    code === null ? t("channels.all") : format.say(data.channels.find((one) => one.name === code)?.title) || code;
  const nobody = (found: Movable) =>
    found.rows.some((row) => row.orders > 0) ? null : <Empty title={t("channels.noPeople")} text={t("channels.noDistribution")} />;
  return (
    <div className="channel-two">
      <Panel title={t("channels.movable")} hint={t("channels.movableHint")}>
        <Shown query={query} what={t("channels.movable")} permission="metrics.read" skeleton={<Bone height={260} />} empty={nobody}>
          {(found) => <Reaches found={found} rates={now?.move_rate ?? {}} format={format} open={openPeople} />}
        </Shown>
      </Panel>
      <Panel
        title={t("channels.plan")}
        hint={t("channels.planHint")}
        action={
          query.data && query.data.plans.length > 1 ? (
            <Select
              size="small"
              aria-label={t("channels.name")}
              popupMatchSelectWidth={false}
              value={channel}
              options={query.data.plans.map((plan) => ({ value: plan.channel ?? "", label: name(plan.channel) }))}
              onChange={setChannel}
            />
          ) : null
        }
      >
        <Shown query={query} what={t("channels.plan")} permission="metrics.read" skeleton={<Bone height={260} />} empty={nobody}>
          {(found) => {
            const plan = found.plans.find((one) => (one.channel ?? "") === channel) ?? found.plans[0];
            return plan ? <Worth plan={plan} format={format} /> : null;
          }}
        </Shown>
        {kept.data ? (
          <details open>
            <summary title={t("channels.assumptionsHint")}>{t("channels.assumptions")}</summary>
            <p className="muted">{t("channels.assumptionsHint")}</p>
            <Form
              data={data}
              kept={kept.data}
              measured={query.data?.direct_cost_rate ?? "0"}
              trial={tried}
              set={(next) => setTrial(writeTrial(next))}
              format={format}
            />
          </details>
        ) : null}
      </Panel>
    </div>
  );
}
