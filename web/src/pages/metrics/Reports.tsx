/** Reports: which dashboard is sent to whom and when, how the last sendings went, and the places that can be sent to. */

import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { boardsOptions } from "@/api/boards";
import { type Destination, destinationsOptions, type Report, reportsOptions } from "@/api/reports";
import { Page } from "@/kit/Page";
import { Sheet } from "@/kit/Sheet";
import { Status } from "@/kit/Status";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { ReportsSearch } from "@/shell/router";
import { useMay } from "@/shell/session";
import { DestinationPane } from "./DestinationPane";
import { ReportPane } from "./ReportPane";
import "./board.css";

/** When a report comes, in words. */
export function useWhen(): (report: Pick<Report, "timetable">) => string {
  const { t } = useTranslation();
  return ({ timetable }) => {
    const at = timetable.at ?? "09:00";
    if (timetable.cadence === "weekly")
      return t("reports.weeklyAt", { day: t(`reports.weekday.${timetable.weekday ?? 0}` as "reports.weekday.0"), at });
    if (timetable.cadence === "monthly") return t("reports.monthlyAt", { day: timetable.day ?? 1, at });
    return t("reports.dailyAt", { at });
  };
}

function List({ reports, open, selected }: { reports: Report[]; open: (id: string) => void; selected: string | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const when = useWhen();
  const { data: boards } = useQuery(boardsOptions());
  const title = (id: string) => format.say(boards?.items.find((item) => item.id === id)?.title ?? null) || id;
  return (
    <div className="panel list">
      <Sheet<Report>
        label={t("reports.what")}
        rows={reports}
        rowKey={(report) => report.id}
        selected={selected ?? null}
        open={(report) => open(report.id)}
        columns={[
          { key: "name", title: t("reports.name"), cell: (report) => <strong>{report.name}</strong> },
          { key: "dashboard", title: t("reports.dashboard"), cell: (report) => title(report.dashboard) },
          { key: "when", title: t("reports.when"), cell: when },
          {
            key: "to",
            title: t("reports.to"),
            cell: (report) => (report.recipients.length ? report.recipients.join(", ") : report.destination),
            ellipsis: true,
          },
          { key: "next", title: t("reports.next"), cell: (report) => (report.next ? format.instant(report.next) : t("reports.off")) },
          {
            key: "last",
            title: t("reports.last"),
            cell: ({ runs: [run] }) =>
              run ? (
                <Status state={run.state === "failed" ? "bad" : run.state === "sent" ? "stored" : "warn"} title={run.error}>
                  {t(`reports.state.${run.state}` as "reports.state.sent")} {run.sent ? format.instant(run.sent) : run.period.split(":")[1]}
                </Status>
              ) : (
                <span className="muted">{t("reports.never")}</span>
              ),
          },
        ]}
      />
    </div>
  );
}

function Places({ places, open }: { places: Destination[]; open: (name: string) => void }) {
  const { t } = useTranslation();
  const may = useMay("destinations.manage");
  return (
    <div className="panel list">
      <Sheet<Destination>
        label={t("reports.places")}
        rows={places}
        rowKey={(place) => place.name}
        {...(may ? { open: (place: Destination) => open(place.name) } : {})}
        columns={[
          { key: "name", title: t("reports.placeName"), cell: (place) => <strong>{place.name}</strong> },
          { key: "kind", title: t("reports.placeKind"), cell: (place) => t(`reports.kind.${place.kind}` as "reports.kind.email") },
          { key: "host", title: t("reports.host"), cell: (place) => (place.port ? `${place.host}:${place.port}` : place.host) },
          { key: "sender", title: t("reports.sender"), cell: (place) => place.sender ?? "\u2014" },
          { key: "secret", title: t("reports.secret"), cell: (place) => (place.has_secret ? t("reports.sealed") : t("reports.noSecret")) },
        ]}
      />
    </div>
  );
}

/** Show the page. */
export function ReportsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/metrics/reports" });
  const navigate = useNavigate({ from: "/metrics/reports" });
  const go = (patch: ReportsSearch) => void navigate({ search: patch });
  const mayPlaces = useMay("destinations.manage");
  const reports = useQuery(reportsOptions());
  const places = useQuery(destinationsOptions());
  const tab = search.tab === "places" ? "places" : "reports";
  const chosen = reports.data?.items.find((report) => report.id === search.report) ?? null;
  const noPlaces = places.data?.items.length === 0;
  const newPlace = mayPlaces ? (
    <Button type={tab === "places" ? "primary" : "default"} icon={<PlusOutlined />} onClick={() => go({ tab: "places", report: "new" })}>
      {t("reports.newPlace")}
    </Button>
  ) : null;
  const newReport = (
    <Button type="primary" icon={<PlusOutlined />} disabled={noPlaces} onClick={() => go({ report: "new" })}>
      {t("reports.new")}
    </Button>
  );
  return (
    <Page
      title={t("reports.title")}
      answer={t("reports.lead")}
      aside={tab === "places" ? newPlace : newReport}
      filters={
        <Segmented
          aria-label={t("reports.title")}
          value={tab}
          options={[
            { value: "reports", label: t("reports.tabReports") },
            { value: "places", label: t("reports.places") },
          ]}
          onChange={(value) => go(value === "places" ? { tab: "places" } : {})}
        />
      }
    >
      {tab === "reports" ? (
        <Shown
          query={reports}
          what={t("reports.what")}
          permission="reports.manage"
          skeleton={<Bone height={320} />}
          empty={(data) =>
            data.items.length ? null : (
              <Empty
                title={t("reports.nothing")}
                text={noPlaces ? t("reports.noPlaces") : t("reports.nothingFix")}
                action={noPlaces ? newPlace : newReport}
              />
            )
          }
        >
          {(data) => <List reports={data.items} selected={search.report} open={(report) => go({ report })} />}
        </Shown>
      ) : (
        <Shown
          query={places}
          what={t("reports.places")}
          permission="reports.manage"
          skeleton={<Bone height={320} />}
          empty={(data) => (data.items.length ? null : <Empty title={t("reports.noPlace")} text={t("reports.noPlaceFix")} action={newPlace} />)}
        >
          {(data) => <Places places={data.items} open={(name) => go({ tab: "places", report: name })} />}
        </Shown>
      )}
      {tab === "reports" && places.data ? (
        <ReportPane
          key={search.report ?? ""}
          open={search.report === "new" || chosen !== null}
          report={chosen}
          dashboard={search.dashboard}
          places={places.data.items}
          close={() => go({})}
        />
      ) : null}
      {tab === "places" ? (
        <DestinationPane
          key={`place-${search.report ?? ""}`}
          open={search.report !== undefined}
          place={places.data?.items.find((one) => one.name === search.report) ?? null}
          close={() => go({ tab: "places" })}
        />
      ) : null}
    </Page>
  );
}
