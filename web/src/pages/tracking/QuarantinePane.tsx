/** A group of refused events: how they look, a fix tried on a hundred of them, replay, and discard with a reason. */

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  dataKeys,
  discardGroup,
  type Fix,
  type QuarantineGroup,
  type QuarantineRow,
  quarantineRowsOptions,
  replayGroup,
  type Tried,
  tryFix,
} from "@/api/data";
import { MISSING } from "@/kit/format";
import { Reason } from "@/kit/Reason";
import { SidePane } from "@/kit/SidePane";
import { Bone, ErrorPanel, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { FixForm } from "./FixForm";
import { changes, type FixDraft, fieldsOf, fixOf } from "./fix";
import { useDataNames } from "./names";

type Props = { group: QuarantineGroup | null; close: () => void; name: (code: string) => string };

/** Show the group, or nothing while it is null. */
export function QuarantinePane({ group, close, name }: Props) {
  const { language } = useFormat();
  return (
    <SidePane
      open={group !== null}
      close={close}
      width={720}
      testid="group"
      title={group ? `${language === "zh" ? group.reason_zh : group.reason_en} \u00b7 ${name(group.source)}` : null}
    >
      {group ? <Body group={group} close={close} /> : null}
    </SidePane>
  );
}

function Body({ group, close }: { group: QuarantineGroup; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const maySee = useMay("events.see");
  const mayMend = useMay("quarantine.manage");
  const rows = useInfiniteQuery({ ...quarantineRowsOptions(group.id), enabled: maySee });
  const sample = rows.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <p className="pane-about">
        {t("quarantine.about", { shown: format.count(group.count), first: format.instant(group.first), last: format.instant(group.last) })}{" "}
        {group.event ? <code>{group.event}</code> : null} {group.field ? <code>{group.field}</code> : null}
      </p>
      <section>
        <h3>{t("quarantine.sampleTitle")}</h3>
        {maySee ? (
          <Shown query={rows} what={t("quarantine.sampleTitle")} permission="events.see" skeleton={<Bone height={160} />}>
            {() => (
              <>
                <Samples rows={sample} />
                {rows.hasNextPage ? (
                  <Button size="small" loading={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
                    {t("quarantine.more")}
                  </Button>
                ) : null}
              </>
            )}
          </Shown>
        ) : (
          <p className="muted">{t("state.forbiddenWho", { permission: "events.see" })}</p>
        )}
      </section>
      {mayMend ? (
        <Mend group={group} sample={sample} close={close} />
      ) : (
        <p className="muted block">{t("state.forbiddenWho", { permission: "quarantine.manage" })}</p>
      )}
    </>
  );
}

function Samples({ rows }: { rows: QuarantineRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="samples">
      {rows.map((row) => (
        <details key={row.qid}>
          <summary>
            <span className="num">{format.instant(row.received)}</span>
            <code>{JSON.stringify(row.raw)}</code>
          </summary>
          <pre className="code">{JSON.stringify(row.raw, null, 2)}</pre>
          <p className="muted">
            {t("quarantine.trust")} {row.trust ?? MISSING}
          </p>
        </details>
      ))}
    </div>
  );
}

/** What to do first: where a property is missing it is set, a wrong type is cast, all else is tried as it is. */
function opening(group: QuarantineGroup): FixDraft {
  const field = group.field ?? "";
  if (group.reason === "missing_property") return { do: "set", field, value: "", pairs: "" };
  if (group.reason === "wrong_type") return { do: "cast", field, value: "text", pairs: "" };
  if (group.reason === "unknown_event" || group.reason === "bad_event_name") return { do: "rename_event", field, value: "", pairs: "" };
  return { do: "none", field, value: "", pairs: "" };
}

function Mend({ group, sample, close }: { group: QuarantineGroup; sample: QuarantineRow[]; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [draft, setDraft] = useState(() => opening(group));
  const [asking, ask] = useState<"replay" | "discard" | null>(null);
  const trying = useMutation({ mutationFn: (fix: Fix) => tryFix(group.id, fix) });
  const fix = fixOf(draft);
  const done = async (text: string, gone: boolean) => {
    ask(null);
    message.success(text);
    if (gone) close();
    await Promise.all(
      [dataKeys.quarantine, dataKeys.quality, dataKeys.balance, dataKeys.sources].map((queryKey) => client.invalidateQueries({ queryKey })),
    );
  };
  const replaying = useMutation({
    mutationFn: (chosen: Fix) => replayGroup(group.id, chosen),
    onSuccess: ({ stored, duplicate, quarantined, job }) =>
      done(
        job
          ? t("quarantine.asJob", { job })
          : t("quarantine.replayed", { stored: format.count(stored), duplicate: format.count(duplicate), kept: format.count(quarantined) }),
        true,
      ),
  });
  const discarding = useMutation({
    mutationFn: (note: string) => discardGroup(group.id, note),
    onSuccess: ({ discarded, job }) =>
      done(job ? t("quarantine.asJob", { job }) : t("quarantine.discarded", { shown: format.count(discarded) }), true),
  });
  const change = (patch: Partial<FixDraft>) => {
    trying.reset();
    setDraft((now) => ({ ...now, ...patch }));
  };
  const count = format.count(group.count);
  return (
    <section className="block">
      <h3>{group.fixable ? t("quarantine.mendTitle") : t("quarantine.cannotTitle")}</h3>
      {group.fixable ? (
        <>
          <FixForm draft={draft} change={change} fields={fieldsOf(sample)} />
          <div className="row-of block-tight">
            <Button disabled={!fix} loading={trying.isPending} onClick={() => fix && trying.mutate(fix)}>
              {t("quarantine.try")}
            </Button>
            <Button type="primary" disabled={!fix || !trying.data || trying.data.would_pass === 0} onClick={() => ask("replay")}>
              {t("quarantine.replay", { shown: count })}
            </Button>
            <Button type="text" danger onClick={() => ask("discard")}>
              {t("quarantine.discard")}
            </Button>
          </div>
          {trying.error ? <ErrorPanel error={trying.error} what={t("quarantine.try")} /> : null}
          {trying.data ? <Outcome tried={trying.data} /> : null}
        </>
      ) : (
        <>
          <p className="muted">{t("quarantine.cannotText")}</p>
          <Button danger className="block-tight" onClick={() => ask("discard")}>
            {t("quarantine.discard")}
          </Button>
        </>
      )}
      <Reason
        open={asking === "replay"}
        title={t("quarantine.replayTitle", { shown: count })}
        text={t("quarantine.replayText")}
        action={t("quarantine.replay", { shown: count })}
        why={false}
        busy={replaying.isPending}
        error={replaying.error}
        done={() => fix && replaying.mutate(fix)}
        close={() => ask(null)}
      />
      <Reason
        open={asking === "discard"}
        title={t("quarantine.discardTitle", { shown: count })}
        text={t("quarantine.discardText")}
        action={t("quarantine.discardDo")}
        danger
        busy={discarding.isPending}
        error={discarding.error}
        done={(note) => discarding.mutate(note)}
        close={() => ask(null)}
      />
    </section>
  );
}

function Outcome({ tried }: { tried: Tried }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useDataNames();
  const share = tried.rows ? tried.would_pass / tried.rows : 0;
  return (
    <div className="outcome" data-testid="tried">
      <p>
        <strong className="num">{t("quarantine.wouldPass", { pass: format.count(tried.would_pass), rows: format.count(tried.rows) })}</strong>
        <span className="meter" aria-hidden="true">
          <i style={{ width: `${share * 100}%` }} />
        </span>
      </p>
      {tried.examples.map((example, index) => {
        const differ = changes(example.before, example.after);
        return (
          <div className="example" key={index}>
            <span className={example.reason ? "tag tag-bad" : "tag tag-good"}>
              {example.reason ? names.reason(example.reason) : t("quarantine.passes")}
            </span>
            {differ.length ? (
              <code>
                {differ.map((line) => (
                  <span key={line.name}>
                    {line.name}: <del>{line.before ?? MISSING}</del> → <ins>{line.after ?? MISSING}</ins>
                  </span>
                ))}
              </code>
            ) : (
              <span className="muted">{t("quarantine.unchanged")}</span>
            )}
          </div>
        );
      })}
    </div>
  );
}
