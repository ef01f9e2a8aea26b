/** The drawer of one batch: its counts, doubts, the rows kept apart; undo and replace. */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { App, Button } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Batch, batchOptions, importKeys, type Rejection, rejectionsOptions, undoBatch } from "@/api/imports";
import { restatedByOptions } from "@/api/restatements";
import { useActorName } from "@/kit/actors";
import { MISSING } from "@/kit/format";
import { Reason } from "@/kit/Reason";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { useKindName } from "./kinds";

function Rejections({ batch }: { batch: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useInfiniteQuery(rejectionsOptions(batch));
  return (
    <Shown
      query={query}
      what={t("imports.rejections")}
      permission="import.write"
      skeleton={<Bone height={160} />}
      empty={(data) => (data.pages[0]?.items.length ? null : <p className="muted">{t("imports.rejectionsNone")}</p>)}
    >
      {(data) => {
        const rows = data.pages.flatMap((page) => page.items).map((row, index) => ({ ...row, "#": index }));
        return (
          <>
            <Sheet<Rejection & { "#": number }>
              label={t("imports.rejections")}
              rows={rows}
              rowKey={(row) => String(row["#"])}
              columns={[
                { key: "line", title: t("imports.lineNo"), width: 70, number: true, cell: (row) => format.count(row.line) },
                { key: "column", title: t("imports.column"), width: 130, ellipsis: true, cell: (row) => row.column },
                { key: "reason", title: t("imports.reason"), cell: (row) => (format.language === "zh" ? row.reason_zh : row.reason_en) },
                {
                  key: "value",
                  title: t("imports.cell"),
                  width: 150,
                  ellipsis: true,
                  cell: (row) => <span className="mono">{row.value ?? MISSING}</span>,
                },
              ]}
            />
            {rows.some((row) => row.value === null) ? <p className="muted">{t("imports.masked")}</p> : null}
            {query.hasNextPage ? (
              <div className="pane-foot">
                <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {t("imports.more")}
                </Button>
              </div>
            ) : null}
          </>
        );
      }}
    </Shown>
  );
}

function Actions({ batch, replace }: { batch: Batch; replace: (batch: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [asked, ask] = useState(false);
  const undo = useMutation({
    mutationFn: () => undoBatch(batch.batch_id),
    onSuccess: async (done) => {
      ask(false);
      const words = { back: format.count(done.taken_back), restored: format.count(done.restored), left: format.count(done.left) };
      message.success(t("imports.undone", words), 8);
      await client.invalidateQueries({ queryKey: importKeys.all });
    },
  });
  if (!batch.undoable) return null;
  return (
    <div className="row">
      <Button onClick={() => replace(batch.batch_id)}>{t("imports.replace")}</Button>
      <Button danger onClick={() => ask(true)}>
        {t("imports.undo")}
      </Button>
      <Reason
        open={asked}
        title={t("imports.undoTitle", { file: batch.file_name || batch.batch_id })}
        text={t("imports.undoText")}
        action={t("imports.undo")}
        danger
        why={false}
        busy={undo.isPending}
        error={undo.error}
        done={() => undo.mutate()}
        close={() => ask(false)}
      />
    </div>
  );
}

const DAYS_MOST = 62;

/** Which closed days the batch changed; nothing while that is not known. */
function ClosedDays({ batch }: { batch: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery({ ...restatedByOptions(batch), enabled: useMay("metrics.read"), retry: false });
  if (!data) return null;
  const had = data.batch?.had ?? [];
  const last = data.days[0]?.day;
  // The page of restatements shows so many days at once.
  const least = dayjs(last)
    .subtract(DAYS_MOST - 1, "day")
    .format("YYYY-MM-DD");
  const first = data.days.findLast((one) => one.day >= least)?.day;
  return (
    <section className="block">
      <h3>{t("restate.batchTitle")}</h3>
      {first && last ? (
        <Link to="/metrics/restatements" search={{ start: first, end: last }}>
          {t("restate.batchDays", { days: format.count(data.changed) })}
        </Link>
      ) : (
        <p className="muted">
          {had.length
            ? t("restate.batchHad", {
                days: format.count(data.batch?.had_days ?? had.length),
                span: format.span(had.at(-1)?.day ?? "", had[0]?.day ?? ""),
              })
            : t(data.batch?.exact === false ? "restate.batchLost" : "restate.batchNone")}
        </p>
      )}
    </section>
  );
}

type Props = { batch: string | null; close: () => void; replace: (batch: string) => void };

/** Show the drawer of a batch, or nothing. */
export function BatchPane({ batch, close, replace }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const kindName = useKindName();
  const actorName = useActorName();
  const query = useQuery({ ...batchOptions(batch ?? ""), enabled: batch !== null });
  const held = query.data?.batch;
  return (
    <SidePane open={batch !== null} title={held?.file_name || (batch ?? "")} close={close} width={680} testid="batch">
      {batch ? (
        <Shown query={query} what={t("imports.what")} permission="import.write" skeleton={<Bone height={320} />}>
          {(data) => {
            const shown = data.batch;
            const facts: [string, string][] = [
              [t("imports.kind"), kindName(shown.kind)],
              [t("imports.source"), shown.source],
              [t("imports.mapping"), shown.mapping || MISSING],
              [t("imports.state"), t(`imports.value.${shown.state}`)],
              [t("imports.read"), format.count(shown.rows_read)],
              [t("imports.added"), format.count(shown.rows_added)],
              [t("imports.known"), format.count(shown.rows_known)],
              [t("imports.rejected"), format.count(shown.rows_rejected)],
              [t("imports.repeated"), format.count(shown.rows_repeated)],
              [t("imports.finished"), format.instant(shown.finished)],
              [t("imports.actor"), actorName(shown.actor)],
            ];
            if (shown.replaces) facts.push([t("imports.replaces"), shown.replaces]);
            const flags = Object.entries(data.flags);
            return (
              <>
                <Actions batch={shown} replace={replace} />
                <dl className="facts facts-grid">
                  {facts.map(([name, value]) => (
                    <div key={name}>
                      <dt>{name}</dt>
                      <dd className="num">{value}</dd>
                    </div>
                  ))}
                </dl>
                {flags.length ? (
                  <section className="block">
                    <h3>{t("imports.flags")}</h3>
                    <p className="tags">
                      {flags.map(([rule, rows]) => (
                        <span key={rule} className="tag tag-warn">
                          {rule.replaceAll("_", " ")} · {format.count(rows)}
                        </span>
                      ))}
                    </p>
                  </section>
                ) : null}
                <ClosedDays batch={batch} />
                <section className="block">
                  <h3>{t("imports.rejections")}</h3>
                  {shown.rows_rejected ? <Rejections batch={batch} /> : <p className="muted">{t("imports.rejectionsNone")}</p>}
                </section>
              </>
            );
          }}
        </Shown>
      ) : null}
    </SidePane>
  );
}
