/** Segments: who they are, how many, how that went, and what stands on them. */

import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { type Segment, segmentsOptions } from "@/api/segments";
import { Page } from "@/kit/Page";
import { Sheet } from "@/kit/Sheet";
import { Spark } from "@/kit/Spark";
import { Status } from "@/kit/Status";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { SegmentBuilder } from "./SegmentBuilder";
import "@/kit/parts.css";
import "./segments.css";

/** Whether a segment is in force, waits for approval, or both. */
export function SegmentStands({ segment }: { segment: Segment }) {
  const { t } = useTranslation();
  if (segment.state === "active" && segment.newest > segment.version) return <Status state="warn">{t("segments.waits")}</Status>;
  return <Status state={segment.state === "active" ? "ok" : "no_data"}>{t(`segments.state.${segment.state}`)}</Status>;
}

/** Show the page. */
export function SegmentsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/people/segments" });
  const navigate = useNavigate({ from: "/people/segments" });
  const format = useFormat();
  const may = useMay("audiences.write");
  const query = useQuery(segmentsOptions());
  const rows = query.data?.items ?? [];
  const open = (name: string) => void navigate({ to: "/people/segments/$segment", params: { segment: name } });
  const make = (on: boolean) => void navigate({ search: on ? { make: "1" } : {} });
  return (
    <Page
      title={t("segments.title")}
      answer={
        query.data
          ? t("segments.answer", {
              count: rows.filter((one) => one.state === "active").length,
              live: rows.filter((one) => one.kind === "live").length,
            })
          : "\u00a0"
      }
      aside={
        may ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => make(true)}>
            {t("segments.make")}
          </Button>
        ) : null
      }
    >
      <Shown
        query={query}
        what={t("segments.what")}
        permission="audiences.read"
        skeleton={<Bone height={420} />}
        empty={() => (rows.length ? null : <Empty title={t("segments.none")} text={t("segments.noneText")} />)}
      >
        {() => (
          <div className="panel list">
            <Sheet<Segment>
              label={t("segments.what")}
              rows={rows}
              rowKey={(row) => row.name}
              open={(row) => open(row.name)}
              columns={[
                {
                  key: "title",
                  title: `${t("segments.what")} · ${rows.length}`,
                  cell: (row) => (
                    <span className="segment-title">
                      <strong>{format.say(row.title)}</strong>
                      <span className="muted">{t(`segments.kind.${row.kind}`)}</span>
                    </span>
                  ),
                },
                { key: "state", title: t("segments.stateWord"), width: 130, cell: (row) => <SegmentStands segment={row} /> },
                {
                  key: "people",
                  title: t("segments.people"),
                  number: true,
                  width: 110,
                  sort: (a, b) => (a.people ?? -1) - (b.people ?? -1),
                  cell: (row) => (row.people === null ? "\u2013" : format.count(row.people)),
                },
                {
                  key: "course",
                  title: t("segments.course"),
                  width: 150,
                  cell: (row) => (
                    <Spark
                      label={t("segments.courseOf", { name: format.say(row.title) })}
                      points={row.sizes.map((point) => ({ period: new Date(point.at_ms).toISOString(), value: String(point.members) }))}
                    />
                  ),
                },
                {
                  key: "used",
                  title: t("segments.usedBy"),
                  width: 220,
                  cell: (row) =>
                    row.used_by.map((name) => (
                      <Link key={name} to="/people/segments/$segment" params={{ segment: name }} onClick={(event) => event.stopPropagation()}>
                        {name}{" "}
                      </Link>
                    )),
                },
                { key: "owner", title: t("segments.owner"), width: 140, cell: (row) => row.owner || row.author },
              ]}
            />
          </div>
        )}
      </Shown>
      <SegmentBuilder open={Boolean(search.make)} segment={null} close={() => make(false)} saved={open} />
    </Page>
  );
}
