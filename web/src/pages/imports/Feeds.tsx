/** What comes in by itself: from databases on a clock, from watched folders as files appear; and the databases that may be read. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Connection, connectionsOptions, dropConnection, importKeys, runSchedule, type Schedule, schedulesOptions } from "@/api/imports";
import { MISSING } from "@/kit/format";
import { Reason } from "@/kit/Reason";
import { Sheet } from "@/kit/Sheet";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { useKindName } from "./kinds";

/** Show the imports that come again. */
export function Feeds() {
  const { t } = useTranslation();
  const format = useFormat();
  const kindName = useKindName();
  const client = useQueryClient();
  const { message } = App.useApp();
  const query = useQuery(schedulesOptions());
  const run = useMutation({
    mutationFn: runSchedule,
    onSuccess: async () => {
      message.success(t("feeds.started"));
      await client.invalidateQueries({ queryKey: importKeys.all });
    },
    onError: (error) => message.error(error.message),
  });
  const when = (feed: Schedule) => {
    if (!feed.enabled) return <span className="muted">{t("feeds.off")}</span>;
    if (feed.folder) return t("feeds.watched");
    return feed.at_local ? t("feeds.daily", { at: feed.at_local }) : t("feeds.every", { count: feed.every_minutes });
  };
  return (
    <Shown
      query={query}
      what={t("imports.feeds")}
      permission="import.write"
      skeleton={<Bone height={280} />}
      empty={(data) => (data.items.length ? null : <Empty title={t("feeds.empty")} text={t("feeds.emptyText")} />)}
    >
      {(data) => (
        <div className="panel list">
          <Sheet<Schedule>
            label={t("imports.feeds")}
            rows={data.items}
            rowKey={(feed) => feed.name}
            columns={[
              { key: "name", title: `${t("feeds.name")} · ${data.items.length}`, cell: (feed) => <strong>{feed.name}</strong> },
              { key: "kind", title: t("imports.kind"), width: 120, cell: (feed) => kindName(feed.kind) },
              {
                key: "from",
                title: t("feeds.from"),
                ellipsis: true,
                cell: (feed) => (feed.folder ? t("feeds.folder", { path: feed.folder }) : t("feeds.base", { name: feed.connection ?? MISSING })),
              },
              { key: "when", title: t("feeds.when"), width: 150, cell: when },
              {
                key: "last",
                title: t("feeds.last"),
                width: 130,
                number: true,
                cell: (feed) => (feed.last_run ? format.instant(feed.last_run) : MISSING),
              },
              {
                key: "cursor",
                title: t("feeds.cursor"),
                width: 150,
                ellipsis: true,
                cell: (feed) => <span className="mono">{feed.cursor ?? MISSING}</span>,
              },
              { key: "note", title: t("feeds.note"), ellipsis: true, cell: (feed) => feed.last_note || MISSING },
              {
                key: "do",
                title: "",
                width: 110,
                number: true,
                cell: (feed) => (
                  <Button size="small" type="text" loading={run.isPending && run.variables === feed.name} onClick={() => run.mutate(feed.name)}>
                    {t("feeds.run")}
                  </Button>
                ),
              },
            ]}
          />
        </div>
      )}
    </Shown>
  );
}

/** Show the databases that may be read. */
export function Connections() {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery(connectionsOptions());
  const may = useMay("system.manage");
  const client = useQueryClient();
  const { message } = App.useApp();
  const [leaving, leave] = useState<string | null>(null);
  const drop = useMutation({
    mutationFn: dropConnection,
    onSuccess: async () => {
      leave(null);
      message.success(t("feeds.dropped"));
      await client.invalidateQueries({ queryKey: importKeys.all });
    },
  });
  return (
    <>
      <Shown
        query={query}
        what={t("imports.bases")}
        permission="import.write"
        skeleton={<Bone height={200} />}
        empty={(data) => (data.items.length ? null : <Empty title={t("feeds.basesEmpty")} text={t("feeds.basesEmptyText")} />)}
      >
        {(data) => (
          <div className="panel list">
            <Sheet<Connection>
              label={t("imports.bases")}
              rows={data.items}
              rowKey={(base) => base.name}
              columns={[
                { key: "name", title: `${t("feeds.baseName")} · ${data.items.length}`, cell: (base) => <strong>{base.name}</strong> },
                { key: "kind", title: t("feeds.kind"), width: 120, cell: (base) => base.kind },
                {
                  key: "place",
                  title: t("feeds.place"),
                  ellipsis: true,
                  cell: (base) => <span className="mono">{base.host ? `${base.host}:${base.port}/${base.database}` : base.database}</span>,
                },
                { key: "user", title: t("feeds.user"), width: 150, cell: (base) => base.user || MISSING },
                {
                  key: "created",
                  title: t("feeds.created"),
                  width: 210,
                  cell: (base) => t("access.by", { who: base.created_by, at: format.instant(base.created) }),
                },
                {
                  key: "do",
                  title: "",
                  width: 100,
                  number: true,
                  cell: (base) =>
                    may ? (
                      <Button size="small" type="text" danger onClick={() => leave(base.name)}>
                        {t("feeds.drop")}
                      </Button>
                    ) : null,
                },
              ]}
            />
          </div>
        )}
      </Shown>
      <Reason
        open={leaving !== null}
        danger
        why={false}
        title={leaving ?? ""}
        text={t("feeds.dropText")}
        action={t("feeds.drop")}
        busy={drop.isPending}
        error={drop.error}
        done={() => leaving && drop.mutate(leaving)}
        close={() => leave(null)}
      />
    </>
  );
}
