/** The versions of a known event: who wrote which and why, what is different between two of them in words, and going back to one. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type EventBody,
  type EventVersion,
  type KnownEvent,
  knownEventKeys,
  knownEventOptions,
  knownEventVersionsOptions,
  saveKnownEvent,
} from "@/api/knownEvents";
import { Reason } from "@/kit/Reason";
import { Bone, ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { type Difference, differencesOf, useEventWords, useRefusal } from "./knownEventWords";

/** A version with what it says; 0 is what Windsock ships. */
type Told = { version: number; body: EventBody; wrote?: EventVersion };

/** Show the versions, where there is more than what ships. */
export function KnownEventVersions({ event }: { event: KnownEvent }) {
  const { t } = useTranslation();
  const may = useMay("definitions.read");
  const history = useQuery({ ...knownEventVersionsOptions(event.name), enabled: may && event.newest > 0, retry: false });
  const shipped = useQuery({ ...knownEventOptions(event.name, 0), enabled: may && event.newest > 0 && event.ships, retry: false });
  if (!may || event.newest === 0) return null;
  const failed = history.error ?? shipped.error;
  return (
    <section className="alert-part" data-testid="event-versions">
      <h3>{t("library.versions")}</h3>
      {failed ? <ErrorPanel error={failed} what={t("library.versions")} retry={() => void history.refetch()} /> : null}
      {history.data && (shipped.data || !event.ships) ? (
        <Versions
          event={event}
          versions={[
            ...history.data.definitions.map((one) => ({ version: one.version, body: one.body as unknown as EventBody, wrote: one })),
            ...(shipped.data ? [{ version: 0, body: shipped.data.body as unknown as EventBody }] : []),
          ]}
        />
      ) : failed ? null : (
        <Bone height={80} />
      )}
    </section>
  );
}

function Versions({ event, versions }: { event: KnownEvent; versions: Told[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const refusal = useRefusal();
  const approve = useMay("definitions.approve");
  const [back, setBack] = useState<Told | null>(null);
  const run = useMutation({
    mutationFn: ({ to, reason }: { to: Told; reason: string }) => saveKnownEvent(to.body, { reason, base: event.newest }),
    onSuccess: async () => {
      setBack(null);
      await client.invalidateQueries({ queryKey: knownEventKeys.all });
    },
  });
  // What stands now: the version in force, else the newest, which is not gone back to.
  const current = versions.find((one) => one.wrote?.state === "active")?.version ?? (event.ships ? 0 : event.newest);
  const name = (one: Told) => (one.version ? t("library.version", { version: one.version }) : t("library.shipped"));
  return (
    <>
      <ul className="event-versions">
        {versions.map((one) => (
          <li key={one.version}>
            <strong>{name(one)}</strong>
            {one.version === current ? (
              <span className="tag">{t("library.state.active")}</span>
            ) : one.wrote ? (
              <span className="tag">{t(`library.state.${one.wrote.state}`)}</span>
            ) : null}
            {one.wrote ? (
              <span className="muted num">{t("library.changed", { who: one.wrote.author, at: format.instant(one.wrote.created) })}</span>
            ) : null}
            <span className="event-why">{one.wrote?.reason}</span>
            {event.may_edit && one.version !== current && (one.wrote?.state ?? "retired") === "retired" ? (
              <Button size="small" type="link" onClick={() => setBack(one)}>
                {t("library.goBack")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {versions.length > 1 ? <Compared versions={versions} name={name} current={current} /> : null}
      <Reason
        open={back !== null}
        title={back ? `${t("library.goBack")} · ${name(back)}` : ""}
        action={t("library.goBack")}
        text={t(approve ? "library.goBackText" : "library.goBackDraft")}
        busy={run.isPending}
        error={run.error ? refusal(run.error) : null}
        done={(reason) => {
          if (back) run.mutate({ to: back, reason });
        }}
        close={() => {
          setBack(null);
          run.reset();
        }}
      />
    </>
  );
}

function Compared({ versions, name, current }: { versions: Told[]; name: (one: Told) => string; current: number }) {
  const { t } = useTranslation();
  const { lines } = useEventWords();
  const at = Math.max(
    0,
    versions.findIndex((one) => one.version === current),
  );
  // The one in force beside what waits above it, else beside what was before it.
  const [first, second] = at > 0 ? [versions[at], versions[0]] : [versions[1], versions[0]];
  const [from, setFrom] = useState(first?.version ?? 0);
  const [to, setTo] = useState(second?.version ?? 0);
  const find = (version: number) => versions.find((one) => one.version === version);
  const [before, after] = [find(from), find(to)];
  const options = versions.map((one) => ({ value: one.version, label: name(one) }));
  const found = before && after ? differencesOf(lines(before.body), lines(after.body)) : [];
  return (
    <div className="event-compared">
      <div className="row">
        <span>{t("library.different")}</span>
        <Select size="small" aria-label={t("library.before")} value={from} options={options} onChange={setFrom} popupMatchSelectWidth={false} />
        <span aria-hidden="true">→</span>
        <Select size="small" aria-label={t("library.after")} value={to} options={options} onChange={setTo} popupMatchSelectWidth={false} />
      </div>
      {found.length ? (
        <ul className="event-diff" data-testid="event-diff">
          {found.map((one) => (
            <Changed key={`${one.part} ${one.what} ${one.before ?? ""} ${one.after ?? ""}`} one={one} />
          ))}
        </ul>
      ) : (
        <p className="muted">{t("library.same")}</p>
      )}
    </div>
  );
}

function Changed({ one }: { one: Difference }) {
  const { t } = useTranslation();
  return (
    <li data-what={one.what}>
      <span className="tag">{t(`library.diff.${one.what}`)}</span>
      <span className="muted">{t(`library.parts.${one.part}`)}</span>
      <span>
        {one.before ? <del>{one.before}</del> : null}
        {one.before && one.after ? <br /> : null}
        {one.after ? <ins>{one.after}</ins> : null}
      </span>
    </li>
  );
}
