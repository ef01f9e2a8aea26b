/** Internal and test traffic: rules with what each would mark, put in force, brought to what is stored, taken back. */

import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  applyInternal,
  dataKeys,
  type Internal,
  type InternalBody,
  type InternalBy,
  type InternalRule,
  internalOptions,
  previewInternal,
  saveInternal,
} from "@/api/data";
import { JobLine } from "@/kit/JobLine";
import { SidePane } from "@/kit/SidePane";
import { Bone, ErrorPanel, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";

const BYS: InternalBy[] = ["email_domain", "user", "network", "channel", "source", "property", "user_agent"];
const DAYS = 90;

/** What travels of a rule. */
export function bodyOf(rules: InternalRule[]): InternalBody {
  return {
    rules: rules.map(({ name, by, values, key, sources }) => ({
      name: name.trim(),
      by,
      values,
      ...(by === "property" ? { key: (key ?? "").trim() } : {}),
      ...(sources.length ? { sources } : {}),
    })),
  };
}

/** Show the rules while `open`. */
export function InternalPane({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  const query = useQuery({ ...internalOptions(), enabled: open });
  return (
    <SidePane open={open} close={close} width={720} title={t("internal.title")} testid="internal">
      <p className="pane-about">{t("internal.lead")}</p>
      <Shown query={query} what={t("internal.what")} permission="sources.read" skeleton={<Bone height={300} />}>
        {(data) => <Body key={data.version} held={data} />}
      </Shown>
    </SidePane>
  );
}

function LeftOut({ held }: { held: Internal }) {
  const { t } = useTranslation();
  const format = useFormat();
  const out = held.said + held.ruled;
  const words = {
    out: format.count(out),
    events: format.count(held.events),
    share: format.figure(held.events ? out / held.events : 0, "ratio"),
    ruled: format.count(held.ruled),
    said: format.count(held.said),
  };
  return (
    <>
      <p>{t("internal.left", words)}</p>
      {held.latest > held.version ? <p className="stale">{t("internal.draft", { version: held.latest })}</p> : null}
    </>
  );
}

function RuleRow({ rule, change, remove, fixed }: { rule: InternalRule; change: (rule: InternalRule) => void; remove: () => void; fixed: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const hits = ({ by, events_7d }: InternalRule) => {
    if (by === "network") return t("internal.arrivalNetwork");
    return by === "user_agent" || events_7d === null
      ? t("internal.arrival")
      : t("internal.hits", { count: format.count(events_7d) as unknown as number });
  };
  return (
    <div className="internal-rule">
      <Input
        aria-label={t("internal.name")}
        placeholder={t("internal.name")}
        value={rule.name}
        maxLength={60}
        disabled={fixed}
        onChange={(event) => change({ ...rule, name: event.target.value })}
      />
      <Select<InternalBy>
        aria-label={t("internal.by")}
        value={rule.by}
        disabled={fixed}
        options={BYS.map((value) => ({ value, label: t(`internal.kind.${value}`) }))}
        onChange={(by) => change({ ...rule, by, key: by === "property" ? (rule.key ?? "") : null })}
      />
      <Button type="text" icon={<DeleteOutlined />} disabled={fixed} aria-label={t("internal.remove", { name: rule.name })} onClick={remove} />
      <div className="internal-values">
        {rule.by === "property" ? (
          <Input
            aria-label={t("internal.key")}
            placeholder={t("internal.key")}
            value={rule.key ?? ""}
            maxLength={80}
            disabled={fixed}
            onChange={(event) => change({ ...rule, key: event.target.value })}
          />
        ) : null}
        <Select<string[]>
          mode="tags"
          open={false}
          suffixIcon={null}
          aria-label={t("internal.values")}
          placeholder={rule.by === "network" ? t("internal.networks") : t("internal.values")}
          value={rule.values}
          disabled={fixed}
          tokenSeparators={[",", " ", "\n"]}
          onChange={(values) => change({ ...rule, values })}
        />
      </div>
      <small className="muted">{hits(rule)}</small>
    </div>
  );
}

function Body({ held }: { held: Internal }) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay("definitions.write");
  const client = useQueryClient();
  const { message } = App.useApp();
  const [rules, setRules] = useState<InternalRule[]>(held.rules);
  const [reason, setReason] = useState("");
  const trying = useMutation({
    mutationFn: () => previewInternal(bodyOf(rules)),
    onSuccess: (found) => setRules(found.rules),
  });
  const saving = useMutation({
    mutationFn: () => saveInternal({ body: bodyOf(rules), reason: reason.trim() }),
    onSuccess: ({ version, state }) => {
      message.success(state === "active" ? t("plan.inForce", { version }) : t("plan.waits", { version }));
      setReason("");
      return client.invalidateQueries({ queryKey: dataKeys.internal });
    },
  });
  const change = (place: number, rule: InternalRule | null) => {
    trying.reset();
    setRules((now) => now.flatMap((one, index) => (index === place ? (rule ? [rule] : []) : [one])));
  };
  const whole = rules.every((rule) => rule.name.trim() && rule.values.length && (rule.by !== "property" || rule.key?.trim()));
  return (
    <>
      <LeftOut held={held} />
      {rules.length === 0 ? <p className="muted">{t("internal.none")}</p> : null}
      {rules.map((rule, place) => (
        <RuleRow key={place} rule={rule} fixed={!may} change={(one) => change(place, one)} remove={() => change(place, null)} />
      ))}
      {may ? (
        <>
          <div className="row block-tight">
            <Button
              icon={<PlusOutlined />}
              onClick={() => setRules((now) => [...now, { name: "", by: "email_domain", values: [], key: null, sources: [], events_7d: 0 }])}
            >
              {t("internal.add")}
            </Button>
            <Button disabled={!rules.length || !whole} loading={trying.isPending} onClick={() => trying.mutate()}>
              {t("internal.preview")}
            </Button>
          </div>
          {trying.data ? (
            <p role="status">{t("internal.would", { would: format.count(trying.data.would), events: format.count(trying.data.events) })}</p>
          ) : null}
          {trying.error ? <ErrorPanel error={trying.error} what={t("internal.preview")} /> : null}
          <span className="field block-tight">
            {t("reason.why")}
            <Input.TextArea
              aria-label={t("reason.why")}
              value={reason}
              maxLength={500}
              autoSize={{ minRows: 2, maxRows: 5 }}
              onChange={(event) => setReason(event.target.value)}
            />
          </span>
          {saving.error ? <ErrorPanel error={saving.error} what={t("internal.what")} /> : null}
          <Button
            type="primary"
            className="block-tight"
            loading={saving.isPending}
            disabled={!whole || !reason.trim()}
            onClick={() => saving.mutate()}
          >
            {t("internal.save")}
          </Button>
        </>
      ) : (
        <p className="muted">{t("state.forbiddenWho", { permission: "definitions.write" })}</p>
      )}
      <Stored network={rules.some((rule) => rule.by === "network")} />
    </>
  );
}

function Stored({ network }: { network: boolean }) {
  const { t } = useTranslation();
  const may = useMay("definitions.approve");
  const client = useQueryClient();
  const [running, setRunning] = useState<{ job: string; undo: boolean } | null>(null);
  const asking = useMutation({
    mutationFn: async (undo: boolean) => ({ job: (await applyInternal({ days: DAYS, undo })).job, undo }),
    onSuccess: setRunning,
  });
  return (
    <section className="block">
      <h3>{t("internal.storedTitle")}</h3>
      <p className="pane-about">{t("internal.storedLead")}</p>
      {network ? <p className="pane-about">{t("internal.storedNetwork")}</p> : null}
      {may ? (
        <div className="row internal-stored">
          <Button loading={asking.isPending && !asking.variables} onClick={() => asking.mutate(false)}>
            {t("internal.apply")}
          </Button>
          <Button loading={asking.isPending && asking.variables} onClick={() => asking.mutate(true)}>
            {t("internal.undo")}
          </Button>
        </div>
      ) : (
        <p className="muted">{t("state.forbiddenWho", { permission: "definitions.approve" })}</p>
      )}
      {asking.error ? <ErrorPanel error={asking.error} what={t("internal.storedTitle")} /> : null}
      {running ? (
        <JobLine
          key={running.job}
          id={running.job}
          what={running.undo ? t("internal.undoing") : t("internal.applying")}
          over={() => void client.invalidateQueries({ queryKey: dataKeys.internal })}
        />
      ) : null}
    </section>
  );
}
