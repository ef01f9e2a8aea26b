/** What is likely to come: the warnings that were kept, how likely, when, what is left, what is behind, and how many of their kind came true. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { dismissWarning, type KeptWarning, keptWarningsOptions } from "@/api/alerts";
import { formatShare } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { Reason } from "@/kit/Reason";
import { Sheet } from "@/kit/Sheet";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";
import { usePlace } from "./places";

const SHOWN = 10;

/** Show the panel; nothing where nothing was ever warned of. */
export function WarnedPanel({ format }: { format: Format }) {
  const { t } = useTranslation();
  const place = usePlace();
  const may = useMay("alerts.handle");
  const [all, setAll] = useState(false);
  const [away, setAway] = useState<KeptWarning | null>(null);
  const found = useQuery({ ...keptWarningsOptions(), retry: false }).data;
  const record = found?.record.filter((one) => one.hit + one.false > 0) ?? [];
  const items = [...(found?.items ?? [])].sort((a, b) => b.probability - a.probability);
  if (!items.length && !record.length) return null;
  return (
    <Panel title={t("alerts.warned.title")} hint={t("alerts.warned.hint")}>
      <Sheet<KeptWarning>
        label={t("alerts.warned.title")}
        rows={all ? items : items.slice(0, SHOWN)}
        rowKey={(row) => row.id}
        empty={t("alerts.warned.none")}
        columns={[
          {
            key: "kind",
            title: t("alerts.warned.what"),
            width: 130,
            cell: (row) => <span className="tag">{t(`alerts.warned.kind.${row.kind}`)}</span>,
          },
          {
            key: "about",
            title: t("alerts.warned.about"),
            cell: (row) => (
              <>
                <Behind row={row}>{format.say(row.title)}</Behind> <span className="muted">{where(row, format, place(keyOf(row), ""))}</span>
              </>
            ),
          },
          {
            key: "probability",
            title: t("alerts.warned.probability"),
            number: true,
            width: 110,
            cell: (row) => <strong>{formatShare(row.probability, format.language)}</strong>,
          },
          { key: "when", title: t("alerts.warned.when"), width: 170, cell: (row) => <span className="num">{when(row, format)}</span> },
          { key: "left", title: t("alerts.warned.stands"), number: true, width: 190, cell: (row) => stands(row, format, t) },
          {
            key: "away",
            title: "",
            width: 90,
            cell: (row) =>
              may ? (
                <Button size="small" onClick={() => setAway(row)}>
                  {t("alerts.warned.dismiss")}
                </Button>
              ) : null,
          },
        ]}
      />
      <p className="row muted" style={{ marginTop: 10 }}>
        {items.length > SHOWN ? (
          <Button size="small" onClick={() => setAll(!all)}>
            {all ? t("alerts.warned.fewer") : t("alerts.warned.all", { count: items.length })}
          </Button>
        ) : null}
        {record.map((one) => (
          <span key={one.kind}>
            {t("alerts.warned.came", {
              kind: t(`alerts.warned.kind.${one.kind}`),
              hit: format.count(one.hit),
              of: format.count(one.hit + one.false),
            })}
          </span>
        ))}
      </p>
      <PutAway row={away} close={() => setAway(null)} format={format} />
    </Panel>
  );
}

function PutAway({ row, close, format }: { row: KeptWarning | null; close: () => void; format: Format }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const dismiss = useMutation({
    mutationFn: (reason: string) => dismissWarning(row?.id ?? "", reason),
    onSuccess: async () => {
      close();
      await client.invalidateQueries({ queryKey: ["warnings"] });
    },
  });
  return (
    <Reason
      open={row !== null}
      title={t("alerts.warned.dismiss")}
      action={t("alerts.warned.dismiss")}
      busy={dismiss.isPending}
      error={dismiss.error}
      done={(reason) => dismiss.mutate(reason)}
      close={close}
      text={
        <>
          <p>{row ? format.say(row.text) : ""}</p>
          <p className="muted">{t("alerts.warned.dismissHint")}</p>
        </>
      }
    />
  );
}

/** The page of what is behind: the monitor, the targets, or the metric of what is left by date. */
function Behind({ row, children }: { row: KeptWarning; children: string }) {
  const about = row.about;
  if (row.kind === "breach")
    return (
      <Link to="/watch/monitors" search={{ monitor: String(about.monitor) }}>
        {children}
      </Link>
    );
  if (row.kind === "target") return <Link to="/metrics/targets">{children}</Link>;
  return (
    <Link to="/metrics/catalogue" search={{ metric: about.product_kind === "room" ? "rooms_left" : "seats_left" }}>
      {children}
    </Link>
  );
}

const number = (row: KeptWarning, name: string): number | null => (typeof row.about[name] === "number" ? (row.about[name] as number) : null);
const dated = (row: KeptWarning): boolean => row.kind !== "target" && row.kind !== "breach";
const keyOf = (row: KeptWarning): Record<string, unknown> => (row.about.key ?? {}) as Record<string, unknown>;

function where(row: KeptWarning, format: Format, place: string): string {
  return dated(row) ? format.day(String(row.about.date)) : place;
}

function when(row: KeptWarning, format: Format): string {
  if (dated(row)) return format.day(String(row.about.out_on ?? row.about.date));
  return format.instant(new Date(row.at_ms ?? row.due_ms).toISOString());
}

function stands(row: KeptWarning, format: Format, t: TFunction<"words">): string {
  const figure = (name: string) => format.figure(number(row, name), String(row.about.unit ?? "count"));
  if (dated(row)) return t("alerts.warned.left", { left: figure("left"), capacity: figure("capacity") });
  if (row.kind === "breach") return t("alerts.warned.limit", { value: figure("value"), limit: figure("limit") });
  return t("alerts.warned.aim", { now: figure("now"), value: figure("value") });
}
