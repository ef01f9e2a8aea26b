/** One known event: how it shows, what to check, why it comes, what is done, and the history it is tested on. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { catalogueOptions } from "@/api/keys";
import {
  approveKnownEvent,
  type EventBody,
  type KnownEvent,
  knownEventKeys,
  knownEventOptions,
  retireKnownEvent,
  tryKnownEvent,
} from "@/api/knownEvents";
import { Reason } from "@/kit/Reason";
import { SidePane } from "@/kit/SidePane";
import { Bone, Shown } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useNames } from "@/pages/metrics/names";
import type { KnownEventsSearch } from "@/shell/watchPages";
import { KnownEventForm } from "./KnownEventForm";
import { EventState } from "./KnownEvents";

type Props = { name: string | null; editing: boolean; go: (patch: KnownEventsSearch) => void };

/** Show the pane while a name is given. */
export function KnownEventPane({ name, editing, go }: Props) {
  const { t } = useTranslation();
  const close = () => go({ name: undefined, edit: undefined });
  return (
    <SidePane open={name !== null} title={t("library.one")} close={close} width={820} testid="known-event">
      {name ? <Whole key={name} name={name} editing={editing} go={go} /> : null}
    </SidePane>
  );
}

function Whole({ name, editing, go }: { name: string; editing: boolean; go: Props["go"] }) {
  const { t } = useTranslation();
  const query = useQuery(knownEventOptions(name));
  const format = useFormat();
  const [picked, setPicked] = useState<"force" | "newest">("force");
  const newest = query.data?.newest ?? 0;
  const waits = newest > (query.data?.version ?? 0);
  // What waits is changed, tried and put in force only where it is what is seen.
  const later = waits && (editing || picked === "newest");
  const waiting = useQuery({ ...knownEventOptions(name, newest), enabled: later });
  return (
    <Shown query={later ? waiting : query} what={t("library.one")} permission="metrics.read" skeleton={<Bone height={420} />}>
      {(event) =>
        editing ? (
          <KnownEventForm key={event.version} event={event} done={() => go({ edit: undefined })} />
        ) : (
          <>
            {waits ? (
              <Segmented
                aria-label={t("library.which")}
                value={picked}
                options={[
                  { value: "force", label: t("library.inForce") },
                  { value: "newest", label: t("library.waiting", { version: newest }) },
                ]}
                onChange={setPicked}
              />
            ) : null}
            <Body event={event} format={format} edit={() => go({ edit: "1" })} />
          </>
        )
      }
    </Shown>
  );
}

function Body({ event, format, edit }: { event: KnownEvent; format: Format; edit: () => void }) {
  const { t } = useTranslation();
  const { owner } = useNames();
  const body = event.body as unknown as EventBody;
  return (
    <div className="alert-whole">
      <header>
        <h2>{format.say(event.title)}</h2>
        <p className="alert-place">{format.say(event.about)}</p>
        <p className="alert-meta">
          <EventState event={event} />
          <span>{owner(event.owner)}</span>
          {event.changed ? <span className="num">{t("library.changed", { who: event.author, at: format.instant(event.changed) })}</span> : null}
        </p>
      </header>
      <Buttons event={event} edit={edit} />
      <Signature body={body} format={format} />
      <section className="alert-part">
        <h3>{t("library.causes")}</h3>
        <ol>
          {body.causes.map((cause) => (
            <li key={cause.en}>{format.say(cause)}</li>
          ))}
        </ol>
      </section>
      <Checks body={body} format={format} />
      <section className="alert-part">
        <h3>{t("library.playbook")}</h3>
        <ol>
          {body.playbook.map((step) => (
            <li key={step.title.en}>
              {format.say(step.title)} <span className="tag">{t(step.mode === "auto" ? "library.auto" : "library.hand")}</span>
            </li>
          ))}
        </ol>
      </section>
      {body.tests?.length ? (
        <section className="alert-part">
          <h3>{t("library.tests")}</h3>
          <p className="muted">{t("library.testsHint")}</p>
          <ul>
            {body.tests.map((one) => (
              <li key={one.name}>{t(one.expect === false ? "library.isNot" : "library.is", { name: one.name })}</li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

function Signature({ body, format }: { body: EventBody; format: Format }) {
  const { t } = useTranslation();
  const catalogue = useQuery(catalogueOptions()).data;
  const metrics = new Map(catalogue?.metrics.map((one) => [one.name, format.say(one.title)]));
  const dims = new Map(catalogue?.dimensions.map((one) => [one.name, format.say(one.title)]));
  const metric = (name: string) => metrics.get(name) ?? name;
  const dimension = (name: string) => dims.get(name) ?? name;
  const { signature } = body;
  const said = [
    ...signature.moves.map((one) =>
      t(`library.moves.${one.direction === "down" || one.direction === "up" ? one.direction : "either"}`, { metric: metric(one.metric) }),
    ),
    ...(signature.steady?.length ? [t("library.steady", { metrics: signature.steady.map(metric).join(", ") })] : []),
    ...(signature.named?.length ? [t("library.named", { dims: signature.named.map(dimension).join(", ") })] : []),
    ...Object.entries(signature.values ?? {}).map(([name, values]) => `${dimension(name)}: ${values.join(", ")}`),
    ...(signature.hours ? [t("library.hours", { from: signature.hours[0], to: signature.hours[1] })] : []),
    ...(signature.course ? [t(signature.course === "sudden" ? "library.sudden" : "library.slow")] : []),
    ...(signature.lasts_min ? [t("library.lasts", { least: signature.lasts_min[0], most: signature.lasts_min[1] })] : []),
  ];
  return (
    <section className="alert-part">
      <h3>{t("library.shows")}</h3>
      <ul>
        {said.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </section>
  );
}

/** What to look at, each with the decomposition that shows it. */
export function Checks({ body, format }: { body: EventBody; format: Format }) {
  const { t } = useTranslation();
  if (!body.checks?.length) return null;
  return (
    <section className="alert-part">
      <h3>{t("library.checks")}</h3>
      <ul>
        {body.checks.map((one) => (
          <li key={one.title.en}>
            {one.metric ? (
              <Link to="/metrics/decompose" search={{ metric: one.metric, ...(one.by?.length ? { by: one.by.join(",") } : {}) }}>
                {format.say(one.title)}
              </Link>
            ) : (
              format.say(one.title)
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

type Act = "approve" | "try" | "retire";

function Buttons({ event, edit }: { event: KnownEvent; edit: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [act, setAct] = useState<Act | null>(null);
  const run = useMutation({
    mutationFn: async (reason: string): Promise<unknown> => {
      if (act === "approve") return approveKnownEvent(event, reason);
      return act === "try" ? tryKnownEvent(event, reason) : retireKnownEvent(event.name, reason);
    },
    onSuccess: async () => {
      setAct(null);
      await client.invalidateQueries({ queryKey: knownEventKeys.all });
    },
  });
  const shown: Act[] = [];
  if (event.may_approve) {
    if (event.state === "draft" || event.state === "trial") shown.push("approve");
    if (event.state === "draft") shown.push("try");
    if (event.state === "active") shown.push("retire");
  }
  return (
    <div className="row">
      {event.may_edit ? <Button onClick={edit}>{t("library.edit")}</Button> : null}
      {shown.map((one) => (
        <Button key={one} onClick={() => setAct(one)}>
          {t(`library.act.${one}`)}
        </Button>
      ))}
      <Reason
        open={act !== null}
        title={t(`library.act.${act ?? "try"}`)}
        action={t(`library.act.${act ?? "try"}`)}
        text={t(`library.actText.${act ?? "try"}`)}
        busy={run.isPending}
        error={run.error}
        done={(reason) => run.mutate(reason)}
        close={() => setAct(null)}
      />
    </div>
  );
}
