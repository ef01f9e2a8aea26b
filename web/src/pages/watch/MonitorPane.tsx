/** One monitor: what it is for, its rule, its largest series over what was to be expected, what it would have told, and its switch. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { catalogueOptions } from "@/api/keys";
import { activateMonitor, type MonitorDetail, monitorKeys, monitorOptions, switchMonitor } from "@/api/monitors";
import { CopyCode } from "@/kit/CopyCode";
import { Reason } from "@/kit/Reason";
import { SidePane } from "@/kit/SidePane";
import { Status } from "@/kit/Status";
import { Bone, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useNames } from "@/pages/metrics/names";
import { useMay } from "@/shell/session";
import { unitOfAnalysed } from "./analysed";
import { MonitorChallenge } from "./MonitorChallenge";
import { MonitorPreview } from "./MonitorPreview";
import { MonitorReplay } from "./MonitorReplay";
import { MonitorStand } from "./Monitors";
import { usePlace } from "./places";
import { useRuleWords } from "./ruleWords";

type Props = { name: string | null; close: () => void; edit: () => void; attempt: () => void };

/** Show the pane while a name is given. */
export function MonitorPane({ name, close, edit, attempt }: Props) {
  const { t } = useTranslation();
  return (
    <SidePane open={name !== null} title={t("monitors.one")} close={close} width={820} testid="monitor">
      {name ? <Whole key={name} name={name} edit={edit} attempt={attempt} /> : null}
    </SidePane>
  );
}

type Ways = Pick<Props, "edit" | "attempt">;

function Whole({ name, edit, attempt }: { name: string } & Ways) {
  const { t } = useTranslation();
  const query = useQuery(monitorOptions(name));
  const format = useFormat();
  return (
    <Shown query={query} what={t("monitors.one")} permission="alerts.read" skeleton={<Bone height={420} />}>
      {(monitor) => <Body monitor={monitor} format={format} edit={edit} attempt={attempt} />}
    </Shown>
  );
}

function Body({ monitor, format, edit, attempt }: { monitor: MonitorDetail; format: Format } & Ways) {
  const { t } = useTranslation();
  const rule = useRuleWords();
  const { owner } = useNames();
  const catalogue = useQuery(catalogueOptions()).data;
  const unit = catalogue?.metrics.find((one) => one.name === monitor.metric)?.unit ?? unitOfAnalysed(monitor.definition) ?? "count";
  const titles = new Map(catalogue?.dimensions.map((one) => [one.name, format.say(one.title)]));
  const by = monitor.definition.by as string[] | undefined;
  return (
    <div className="alert-whole">
      <header>
        <h2>{format.say(monitor.title)}</h2>
        <p className="alert-place">{format.say(monitor.why)}</p>
        <p className="alert-meta">
          <MonitorStand monitor={monitor} />
          <span>{t(`monitors.state.${monitor.state}`)}</span>
          <span>{owner(monitor.owner)}</span>
          {monitor.ticked_ms ? (
            <span className="num">{t("monitors.looked", { at: format.instant(new Date(monitor.ticked_ms).toISOString()) })}</span>
          ) : null}
          {monitor.note ? <span>{monitor.note}</span> : null}
        </p>
      </header>
      <p>
        {rule(monitor.definition, unit)}
        {by?.length ? t("monitors.each", { by: by.map((name) => titles.get(name) ?? name).join(" × ") }) : ""}
      </p>
      <Buttons monitor={monitor} edit={edit} />
      <States monitor={monitor} format={format} />
      <section className="alert-part">
        <h3>{t("monitors.preview")}</h3>
        <MonitorPreview definition={monitor.definition} unit={unit} format={format} />
      </section>
      <MonitorReplay definition={monitor.definition} unit={unit} format={format} />
      {monitor.state === "library" || monitor.state === "active" ? (
        <MonitorChallenge monitor={monitor} unit={unit} format={format} attempt={attempt} />
      ) : null}
      <section className="alert-part">
        <h3>{t("monitors.definition")}</h3>
        <CopyCode text={JSON.stringify(monitor.definition, null, 2)} small />
      </section>
    </div>
  );
}

function States({ monitor, format }: { monitor: MonitorDetail; format: Format }) {
  const { t } = useTranslation();
  const place = usePlace();
  if (!monitor.states.length) return null;
  return (
    <section className="alert-part">
      <h3>{t("monitors.notPlain")}</h3>
      <ul className="alert-history">
        {monitor.states.map((one) => (
          <li key={JSON.stringify(one.key)}>
            <Status state={one.shown === "firing" ? "bad" : one.shown === "no_data" ? "no_data" : "warn"}>{t(`monitors.shown.${one.shown}`)}</Status>
            <strong>{place(one.key, t("alerts.whole"))}</strong>
            <span className="num muted">{t("alerts.since", { at: format.instant(new Date(one.since_ms).toISOString()) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Buttons({ monitor, edit }: { monitor: MonitorDetail; edit: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const write = useMay("definitions.write");
  const approve = useMay("definitions.approve");
  const [asking, setAsking] = useState<"switch" | "activate" | null>(null);
  const run = useMutation({
    mutationFn: (reason: string) =>
      asking === "activate" ? activateMonitor(monitor.name, monitor.version, reason) : switchMonitor(monitor.name, !monitor.watched, reason),
    onSuccess: async () => {
      setAsking(null);
      await client.invalidateQueries({ queryKey: monitorKeys.all });
    },
  });
  const action = asking === "activate" ? t("monitors.activate") : t(monitor.watched ? "monitors.switchOff" : "monitors.switchOn");
  const draft = monitor.state === "draft" || monitor.state === "trial";
  return (
    <div className="row">
      {approve && draft ? (
        <Button type="primary" onClick={() => setAsking("activate")}>
          {t("monitors.activate")}
        </Button>
      ) : null}
      {approve && !draft ? (
        <Button onClick={() => setAsking("switch")}>{t(monitor.watched ? "monitors.switchOff" : "monitors.switchOn")}</Button>
      ) : null}
      {write ? <Button onClick={edit}>{t("monitors.edit")}</Button> : null}
      <Link to="/watch/alerts" search={{ monitor: monitor.name, ...(monitor.open_alerts ? {} : { state: "closed" }) }}>
        {t("monitors.toAlerts")}
      </Link>
      <Reason
        open={asking !== null}
        title={action}
        action={action}
        text={t(asking === "activate" ? "monitors.activateText" : "monitors.switchText")}
        busy={run.isPending}
        error={run.error}
        done={(reason) => run.mutate(reason)}
        close={() => setAsking(null)}
      />
    </div>
  );
}
