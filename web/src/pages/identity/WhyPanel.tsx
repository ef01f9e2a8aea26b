/** Why the ids are one person: the graph, the evidence as a list, what was merged in; and the drawer of one pair, where it can be parted. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Segmented } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { type GraphEdge, type GraphNode, type MergedFrom, type Person, peopleKeys, split } from "@/api/people";
import { useActorName } from "@/kit/actors";
import { Panel } from "@/kit/Panel";
import { Reason } from "@/kit/Reason";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Status } from "@/kit/Status";
import { Bone } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { pairs } from "./graph";

const GraphCanvas = lazy(() => import("./GraphCanvas").then((module) => ({ default: module.GraphCanvas })));
const VIEWS = ["graph", "evidence", "merged"] as const;
export type View = (typeof VIEWS)[number];
type Shown = (did: number) => string;

const verdict = (edge: GraphEdge, format: Format) => (format.language === "zh" ? edge.why_zh : edge.why_en);
const kindOf = (edge: GraphEdge, format: Format) => (format.language === "zh" ? edge.kind_zh : edge.kind_en);

function EvidenceList({ edges, shown, format, open }: { edges: GraphEdge[]; shown: Shown; format: Format; open: (edge: GraphEdge) => void }) {
  const { t } = useTranslation();
  return (
    <Sheet<GraphEdge>
      label={t("person.evidence")}
      rows={edges}
      rowKey={(edge) => String(edge.edge_id)}
      open={open}
      columns={[
        {
          key: "pair",
          title: t("person.between"),
          cell: (edge) => (
            <span className="pair">
              <strong>{shown(edge.a)}</strong>
              <strong>{shown(edge.b)}</strong>
            </span>
          ),
        },
        { key: "kind", title: t("person.kind"), cell: (edge) => kindOf(edge, format) },
        {
          key: "verdict",
          title: t("person.verdict"),
          cell: (edge) => (
            <Status state={edge.applied ? "ok" : "off"} title={verdict(edge, format)}>
              {edge.applied ? t("person.legendOn") : t("person.legendOff")}
            </Status>
          ),
        },
        { key: "since", title: t("person.since"), number: true, width: 116, cell: (edge) => format.instant(edge.evidence) },
      ]}
    />
  );
}

function MergedList({ merged, format, by }: { merged: MergedFrom[]; format: Format; by: (kind: string) => string }) {
  const { t } = useTranslation();
  if (!merged.length) return <p className="muted">{t("person.mergedNone")}</p>;
  return (
    <Sheet<MergedFrom>
      label={t("person.merged")}
      rows={merged}
      rowKey={(row) => String(row.did)}
      columns={[
        { key: "id", title: t("person.ids"), cell: (row) => <strong>{row.shown}</strong> },
        { key: "by", title: t("person.joined"), cell: (row) => by(row.by) },
        { key: "since", title: t("person.since"), number: true, width: 130, cell: (row) => format.instant(row.since) },
      ]}
    />
  );
}

function PairPane({ edges, shown, may, close }: { edges: GraphEdge[]; shown: Shown; may: boolean; close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const { message } = App.useApp();
  const actorName = useActorName();
  const [doomed, doom] = useState<GraphEdge | null>(null);
  const part = useMutation({
    mutationFn: ({ edge, reason }: { edge: GraphEdge; reason: string }) => split(edge.edge_id, reason),
    onSuccess: async ({ changed }) => {
      doom(null);
      close();
      message.success(t("person.splitDone", { count: changed }));
      await client.invalidateQueries({ queryKey: peopleKeys.all });
    },
  });
  const first = edges[0];
  return (
    <SidePane open={first !== undefined} title={first ? `${shown(first.a)} · ${shown(first.b)}` : ""} close={close} width={440} testid="pair">
      {edges.map((edge) => (
        <section className="proof" key={edge.edge_id}>
          <h3>
            <Status state={edge.applied ? "ok" : "off"}>{kindOf(edge, format)}</Status>
          </h3>
          <p>{verdict(edge, format)}</p>
          <dl className="facts">
            <dt>{t("person.since")}</dt>
            <dd className="num">{format.instant(edge.evidence)}</dd>
            {edge.last && edge.last !== edge.evidence ? (
              <>
                <dt>{t("person.last_")}</dt>
                <dd className="num">{format.instant(edge.last)}</dd>
              </>
            ) : null}
            <dt>{t("person.source")}</dt>
            <dd>{edge.source}</dd>
            {edge.decided_by ? (
              <>
                <dt>{t("person.by")}</dt>
                <dd>{actorName(edge.decided_by)}</dd>
              </>
            ) : null}
          </dl>
          {edge.applied && may ? (
            <Button size="small" danger onClick={() => doom(edge)}>
              {t("person.split")}
            </Button>
          ) : null}
        </section>
      ))}
      <Reason
        open={doomed !== null}
        title={t("person.splitTitle")}
        text={doomed ? t("person.splitText", { a: shown(doomed.a), b: shown(doomed.b) }) : ""}
        action={t("person.split")}
        danger
        busy={part.isPending}
        error={part.error}
        done={(reason) => doomed && part.mutate({ edge: doomed, reason })}
        close={() => doom(null)}
      />
    </SidePane>
  );
}

type Props = { person: Person; view: string | undefined; show: (view: View) => void; other: (node: GraphNode) => void; frozen: boolean };

/** Show the panel. */
export function WhyPanel({ person, view, show, other, frozen }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const may = useMay("people.merge") && !frozen;
  const [picked, pick] = useState<string | null>(null);
  const { graph } = person;
  const at: View = VIEWS.find((value) => value === view) ?? "graph";
  const ids = useMemo(() => new Map(graph.nodes.map((node) => [node.did, node.shown])), [graph]);
  const names = useMemo(
    () => new Map(person.ids.map((id) => [id.namespace, format.language === "zh" ? id.namespace_zh : id.namespace_en])),
    [person.ids, format.language],
  );
  const kinds = useMemo(() => new Map(graph.edges.map((edge) => [edge.kind, kindOf(edge, format)])), [graph, format]);
  const shown: Shown = (did) => ids.get(did) ?? String(did);
  const open = pairs(graph.edges).find((pair) => pair.id === picked)?.edges ?? [];
  return (
    <Panel
      title={t("person.why")}
      hint={t("person.whyHint")}
      className="person-why"
      action={
        <Segmented<View>
          size="small"
          aria-label={t("person.view")}
          value={at}
          options={[
            { value: "graph", label: t("person.graph") },
            { value: "evidence", label: `${t("person.evidence")} ${graph.edges.length}` },
            { value: "merged", label: `${t("person.merged")} ${person.merged_from.length}` },
          ]}
          onChange={show}
        />
      }
    >
      {at === "graph" && graph.edges.length === 0 ? <p className="muted person-few">{t("person.graphFew")}</p> : null}
      {at === "graph" && graph.edges.length ? (
        <>
          <Suspense fallback={<Bone height="100%" />}>
            <GraphCanvas graph={graph} names={names} format={format} picked={picked} pick={pick} other={other} />
          </Suspense>
          <p className="legend">
            <span className="legend-on">{t("person.legendOn")}</span>
            {graph.edges.some((edge) => !edge.applied) ? <span className="legend-off">{t("person.legendOff")}</span> : null}
            {graph.nodes.some((node) => !node.mine) ? <span className="legend-other">{t("person.legendOther")}</span> : null}
            {graph.complete ? null : <span className="tag tag-warn">{t("person.graphPart")}</span>}
          </p>
        </>
      ) : null}
      {at === "evidence" ? (
        <EvidenceList
          edges={graph.edges}
          shown={shown}
          format={format}
          open={(edge) => pick(edge.a < edge.b ? `${edge.a}-${edge.b}` : `${edge.b}-${edge.a}`)}
        />
      ) : null}
      {at === "merged" ? <MergedList merged={person.merged_from} format={format} by={(kind) => kinds.get(kind) ?? kind} /> : null}
      <PairPane edges={open} shown={shown} may={may} close={() => pick(null)} />
    </Panel>
  );
}
