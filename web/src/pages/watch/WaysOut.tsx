/** Ways out: the places that are told, and what became of each message; what could not be delivered is sent again or put away. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";
import {
  DELIVERY_STATES,
  type Delivery,
  type DeliveryState,
  deliveriesOptions,
  deliveryKeys,
  dismissDelivery,
  resendDelivery,
} from "@/api/deliveries";
import { type Destination, destinationsOptions, reportKeys } from "@/api/reports";
import { Page } from "@/kit/Page";
import { Panel } from "@/kit/Panel";
import { Sheet } from "@/kit/Sheet";
import { Status } from "@/kit/Status";
import { Bone, Empty, ErrorPanel, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { DestinationPane } from "@/pages/metrics/DestinationPane";
import type { WaysSearch } from "@/shell/watchPages";
import "@/kit/parts.css";
import "./watch.css";

const LOOK = { dead: "bad", failed: "warn", waiting: "no_data", sent: "ok", dismissed: "no_data" } as const;

/** Show the page. */
export function WaysOutPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/watch/destinations" });
  const navigate = useNavigate({ from: "/watch/destinations" });
  const go = (patch: WaysSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) });
  const query = useQuery(destinationsOptions());
  const places = query.data?.items ?? [];
  const place = places.find((one) => one.name === search.place) ?? null;
  return (
    <Page
      title={t("ways.title")}
      answer={
        query.data ? t("ways.answer", { count: places.length, dead: places.reduce((all, one) => all + (one.told.counts.dead ?? 0), 0) }) : "\u00a0"
      }
      aside={
        <Button type="primary" onClick={() => go({ place: undefined, make: "1" })}>
          {t("ways.add")}
        </Button>
      }
    >
      <Shown
        query={query}
        what={t("ways.places")}
        permission="destinations.manage"
        skeleton={<Bone height={420} />}
        empty={() => (places.length ? null : <Empty title={t("ways.none")} text={t("ways.noneText")} />)}
      >
        {() => (
          <>
            <Places places={places} selected={search.place ?? null} open={(name) => go({ place: name, make: undefined })} />
            <Deliveries places={places} state={search.state as DeliveryState | undefined} to={search.to} go={go} />
          </>
        )}
      </Shown>
      <DestinationPane open={search.make === "1" || place !== null} place={place} close={() => go({ place: undefined, make: undefined })} />
    </Page>
  );
}

function Places({ places, selected, open }: { places: Destination[]; selected: string | null; open: (name: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const when = (at: string | null) => (at ? format.instant(at) : <span className="muted">—</span>);
  return (
    <div className="panel list">
      <Sheet<Destination>
        label={t("ways.places")}
        rows={places}
        rowKey={(row) => row.name}
        selected={selected}
        open={(row) => open(row.name)}
        columns={[
          { key: "name", title: t("ways.place"), width: 180, cell: (row) => <strong>{row.name}</strong> },
          { key: "kind", title: t("reports.placeKind"), width: 140, cell: (row) => t(`reports.kind.${row.kind as "email"}`) },
          { key: "host", title: t("ways.host"), cell: (row) => row.host || row.members.join(", ") },
          { key: "sent", title: t("ways.lastSent"), width: 170, cell: (row) => when(row.told.sent) },
          { key: "failed", title: t("ways.lastFailed"), width: 170, cell: (row) => when(row.told.failed) },
          {
            key: "dead",
            title: t("ways.state.dead"),
            width: 110,
            cell: (row) => (row.told.counts.dead ? <Status state="bad">{String(row.told.counts.dead)}</Status> : "0"),
          },
        ]}
      />
    </div>
  );
}

type Wanted = { places: Destination[]; state: DeliveryState | undefined; to: string | undefined; go: (patch: WaysSearch) => void };

function Deliveries({ places, state, to, go }: Wanted) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const query = useQuery(deliveriesOptions(state, to));
  const again = () => Promise.all([deliveryKeys.all, reportKeys.places].map((queryKey) => client.invalidateQueries({ queryKey })));
  const resend = useMutation({ mutationFn: resendDelivery, onSuccess: again });
  const dismiss = useMutation({ mutationFn: dismissDelivery, onSuccess: again });
  const failed = resend.error ?? dismiss.error;
  return (
    <Panel title={t("ways.deliveries")} hint={t("ways.deliveriesHint")}>
      <div className="row">
        <Select
          allowClear
          aria-label={t("ways.stateWord")}
          placeholder={t("ways.stateWord")}
          value={state ?? null}
          options={DELIVERY_STATES.map((value) => ({ value, label: t(`ways.state.${value}`) }))}
          onChange={(value) => go({ state: value ?? undefined })}
          style={{ minWidth: 160 }}
        />
        <Select
          allowClear
          aria-label={t("ways.place")}
          placeholder={t("ways.place")}
          value={to ?? null}
          options={places.map((one) => ({ value: one.name, label: one.name }))}
          onChange={(value) => go({ to: value ?? undefined })}
          style={{ minWidth: 160 }}
        />
      </div>
      {failed ? <ErrorPanel error={failed} what={t("ways.deliveries")} permission="destinations.manage" /> : null}
      <Shown
        query={query}
        what={t("ways.deliveries")}
        permission="destinations.manage"
        skeleton={<Bone height={220} />}
        empty={(data) => (data.items.length ? null : <Empty title={t("ways.nothing")} text={t("ways.nothingText")} />)}
      >
        {(data) => (
          <Sheet<Delivery>
            label={t("ways.deliveries")}
            rows={data.items}
            rowKey={(row) => row.id}
            columns={[
              {
                key: "state",
                title: t("ways.stateWord"),
                width: 130,
                cell: (row) => <Status state={LOOK[row.state]}>{t(`ways.state.${row.state}`)}</Status>,
              },
              { key: "subject", title: t("ways.subject"), cell: (row) => row.subject },
              { key: "to", title: t("ways.place"), width: 130, cell: (row) => row.destination },
              { key: "at", title: t("ways.at"), width: 160, cell: (row) => format.instant(row.changed) },
              { key: "tries", title: t("ways.tries"), width: 240, cell: (row) => <Tried row={row} /> },
              {
                key: "act",
                title: "",
                width: 190,
                cell: (row) =>
                  row.state === "dead" ? (
                    <span className="row">
                      <Button size="small" loading={resend.isPending && resend.variables === row.id} onClick={() => resend.mutate(row.id)}>
                        {t("ways.again")}
                      </Button>
                      <Button size="small" loading={dismiss.isPending && dismiss.variables === row.id} onClick={() => dismiss.mutate(row.id)}>
                        {t("ways.dismiss")}
                      </Button>
                    </span>
                  ) : null,
              },
            ]}
          />
        )}
      </Shown>
    </Panel>
  );
}

/** How often it was tried, what was answered last, and when it is tried again. */
function Tried({ row }: { row: Delivery }) {
  const { t } = useTranslation();
  const format = useFormat();
  const last = row.tries.at(-1);
  return (
    <span>
      {t("ways.triedTimes", { count: row.attempts })}
      {last && last.outcome !== "sent" ? (
        <span className="muted">{` · ${[last.status, last.answer].filter(Boolean).join(" ").slice(0, 80)}`}</span>
      ) : null}
      {row.next ? <span className="muted">{` · ${t("ways.next", { at: format.instant(row.next) })}`}</span> : null}
    </span>
  );
}
