/** One known event: how it shows, what to check, why it comes, what is done, and the history it is tested on. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
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
import { KnownEventVersions } from "./KnownEventVersions";
import { useEventWords, useRefusal } from "./knownEventWords";

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
          <KnownEventForm key={event.version} body={event.body as unknown as EventBody} base={event.newest} done={() => go({ edit: undefined })} />
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
            <Body event={event} format={format} edit={() => go({ edit: "1" })} copy={() => go({ name: undefined, make: "1", copy: event.name })} />
          </>
        )
      }
    </Shown>
  );
}

type BodyProps = { event: KnownEvent; format: Format; edit: () => void; copy: () => void };

function Body({ event, format, edit, copy }: BodyProps) {
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
      <Buttons event={event} edit={edit} copy={copy} />
      <Signature body={body} />
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
      <Windows body={body} />
      <KnownEventVersions event={event} />
    </div>
  );
}

function Signature({ body }: { body: EventBody }) {
  const { t } = useTranslation();
  const { signature } = useEventWords();
  return (
    <section className="alert-part">
      <h3>{t("library.shows")}</h3>
      <ul>
        {signature(body).map(([key, text]) => (
          <li key={key}>{text}</li>
        ))}
      </ul>
    </section>
  );
}

/** The history it is tested on, with what was found then. */
function Windows({ body }: { body: EventBody }) {
  const { t } = useTranslation();
  const words = useEventWords();
  if (!body.tests?.length) return null;
  return (
    <section className="alert-part">
      <h3>{t("library.tests")}</h3>
      <p className="muted">{t("library.testsHint")}</p>
      <ul>
        {body.tests.map((one) => {
          const { title, found } = words.window(one);
          return (
            <li key={one.name}>
              {title}
              <br />
              <span className="muted">{found}</span>
            </li>
          );
        })}
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

function Buttons({ event, edit, copy }: Omit<BodyProps, "format">) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refusal = useRefusal();
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
      {event.may_edit ? <Button onClick={copy}>{t("library.copy")}</Button> : null}
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
        error={run.error ? refusal(run.error) : null}
        done={(reason) => run.mutate(reason)}
        close={() => setAct(null)}
      />
    </div>
  );
}
