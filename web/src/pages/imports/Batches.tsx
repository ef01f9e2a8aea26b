/** What came in, batch by batch: how many rows were new, known, kept apart; and the way back. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { type Batch, batchesOptions } from "@/api/imports";
import { useActorName } from "@/kit/actors";
import { Sheet } from "@/kit/Sheet";
import { Status } from "@/kit/Status";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { ImportsSearch } from "@/shell/router";
import { BatchPane } from "./BatchPane";
import { useKindName } from "./kinds";

const LOOK = { loaded: "ok", undone: "off", replaced: "off" } as const;
type Props = { search: ImportsSearch; go: (patch: ImportsSearch) => void; start: () => void };

/** Show the batches. */
export function Batches({ search, go, start }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const kindName = useKindName();
  const actorName = useActorName();
  const query = useInfiniteQuery(batchesOptions(search.kind));
  const count = (value: number) => (value ? format.count(value) : <span className="muted">0</span>);
  return (
    <>
      <Shown
        query={query}
        what={t("imports.what")}
        permission="import.write"
        skeleton={<Bone height={420} />}
        empty={(data) =>
          data.pages[0]?.items.length ? null : (
            <Empty
              title={t("imports.empty")}
              text={t("imports.emptyText")}
              action={
                <Button type="primary" onClick={start}>
                  {t("imports.new")}
                </Button>
              }
            />
          )
        }
      >
        {(data) => {
          const batches = data.pages.flatMap((page) => page.items);
          return (
            <div className="panel list">
              <Sheet<Batch>
                label={t("imports.what")}
                rows={batches}
                rowKey={(batch) => batch.batch_id}
                selected={search.batch ?? null}
                open={(batch) => go({ batch: batch.batch_id })}
                columns={[
                  {
                    key: "file",
                    title: `${t("imports.file")} · ${batches.length}`,
                    ellipsis: true,
                    cell: (batch) => <strong className={batch.state === "loaded" ? "" : "muted"}>{batch.file_name || batch.mapping}</strong>,
                  },
                  { key: "kind", title: t("imports.kind"), width: 120, cell: (batch) => kindName(batch.kind) },
                  { key: "source", title: t("imports.source"), width: 130, ellipsis: true, cell: (batch) => batch.source },
                  {
                    key: "state",
                    title: t("imports.state"),
                    width: 100,
                    cell: (batch) => <Status state={LOOK[batch.state]}>{t(`imports.value.${batch.state}`)}</Status>,
                  },
                  { key: "read", title: t("imports.read"), width: 90, number: true, cell: (batch) => format.count(batch.rows_read) },
                  { key: "added", title: t("imports.added"), width: 90, number: true, cell: (batch) => count(batch.rows_added) },
                  { key: "known", title: t("imports.known"), width: 90, number: true, cell: (batch) => count(batch.rows_known) },
                  {
                    key: "rejected",
                    title: t("imports.rejected"),
                    width: 90,
                    number: true,
                    cell: (batch) => (batch.rows_rejected ? <span className="warn">{format.count(batch.rows_rejected)}</span> : count(0)),
                  },
                  { key: "finished", title: t("imports.finished"), width: 130, number: true, cell: (batch) => format.instant(batch.finished) },
                  { key: "actor", title: t("imports.actor"), width: 120, ellipsis: true, cell: (batch) => actorName(batch.actor) },
                ]}
              />
              {query.hasNextPage ? (
                <div className="pane-foot">
                  <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    {t("imports.more")}
                  </Button>
                </div>
              ) : null}
            </div>
          );
        }}
      </Shown>
      <BatchPane
        batch={search.batch ?? null}
        close={() => go({ batch: undefined })}
        replace={(batch) => go({ step: "file", upload: undefined, batch })}
      />
    </>
  );
}
