/** Why the ids are one person, as a picture: ids as cards, evidence as lines, what does not count dashed. */

import { Background, type Edge, Handle, type Node, type NodeProps, Position, ReactFlow, useReactFlow, useStore } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { CompressOutlined, MinusOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { createContext, useContext, useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Graph, GraphNode } from "@/api/people";
import type { Format } from "@/kit/use";
import { CARD, pairs, place } from "./graph";
import { sign } from "./marks";

type Shared = { names: Map<string, string>; other: (node: GraphNode) => void; note: string };
const Context = createContext<Shared | null>(null);
type IdNode = Node<{ node: GraphNode }, "id">;
const FIT = { padding: 0.05, maxZoom: 1.1 };
const LABELS_MOST = 16;

function Card({ data: { node } }: NodeProps<IdNode>) {
  const shared = useContext(Context);
  if (!shared) return null;
  const name = shared.names.get(node.namespace) ?? node.namespace;
  const body = (
    <>
      <i aria-hidden="true">{sign(node.namespace)}</i>
      <span>
        <em>{name}</em>
        <strong title={node.shown}>{node.shown}</strong>
      </span>
    </>
  );
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      {node.mine ? (
        <div className="id-card" data-testid={`id-${node.did}`}>
          {body}
        </div>
      ) : (
        <button type="button" className="id-card is-other nodrag nopan" title={shared.note} onClick={() => shared.other(node)}>
          {body}
        </button>
      )}
      <Handle type="source" position={Position.Top} isConnectable={false} />
    </>
  );
}

const nodeTypes = { id: Card };

function Fit({ count }: { count: number }) {
  const { t } = useTranslation();
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  // Fitted anew when its room or its nodes change.
  useEffect(() => {
    const timer = setTimeout(() => void flow.fitView(FIT), 30);
    return () => clearTimeout(timer);
  }, [flow, width, height, count]);
  return (
    <div className="tree-tools">
      <Button size="small" icon={<PlusOutlined />} aria-label={t("tree.zoomIn")} title={t("tree.zoomIn")} onClick={() => void flow.zoomIn()} />
      <Button size="small" icon={<MinusOutlined />} aria-label={t("tree.zoomOut")} title={t("tree.zoomOut")} onClick={() => void flow.zoomOut()} />
      <Button size="small" icon={<CompressOutlined />} aria-label={t("tree.fit")} title={t("tree.fit")} onClick={() => void flow.fitView(FIT)} />
    </div>
  );
}

type Props = {
  graph: Graph;
  names: Map<string, string>;
  format: Format;
  picked: string | null;
  pick: (pair: string) => void;
  other: (node: GraphNode) => void;
};

/** Draw the graph. */
export function GraphCanvas({ graph, names, format, picked, pick, other }: Props) {
  const { t } = useTranslation();
  const drawn = useMemo(() => {
    const placed = place(graph);
    const cards: IdNode[] = [...placed.values()].map(({ node, x, y }) => ({
      id: String(node.did),
      type: "id",
      position: { x, y },
      data: { node },
      width: CARD.width,
      height: CARD.height,
      style: { pointerEvents: "all" },
      focusable: false,
    }));
    const all = pairs(graph.edges).filter((pair) => placed.has(pair.a) && placed.has(pair.b));
    const lines: Edge[] = all.map((pair) => {
      const first = pair.edges[0];
      const more = pair.edges.length - 1;
      // The first words suffice beside a line; the drawer says the rest.
      const kind = ((format.language === "zh" ? first?.kind_zh : first?.kind_en) ?? "").split(/[,\uff0c]/)[0] ?? "";
      const shown = all.length <= LABELS_MOST || pair.id === picked;
      return {
        id: pair.id,
        source: String(pair.a),
        target: String(pair.b),
        type: "straight",
        className: `tie ${pair.applied ? "is-on" : "is-off"} ${first?.kind === "accepted" ? "is-said" : ""} ${pair.id === picked ? "is-picked" : ""}`,
        interactionWidth: 18,
        focusable: false,
        selectable: false,
        ...(shown ? { label: more ? `${kind} +${more}` : kind, labelBgPadding: [5, 2] as [number, number], labelBgBorderRadius: 4 } : {}),
      };
    });
    return { cards, lines };
  }, [graph, format.language, picked]);
  const shared = useMemo(() => ({ names, other, note: t("person.mergedOther") }), [names, other, t]);
  return (
    <Context.Provider value={shared}>
      <ReactFlow
        nodes={drawn.cards}
        edges={drawn.lines}
        nodeTypes={nodeTypes}
        onEdgeClick={(_, edge) => pick(edge.id)}
        fitView
        fitViewOptions={FIT}
        minZoom={0.3}
        maxZoom={1.6}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        zoomOnDoubleClick={false}
      >
        <Background gap={20} size={1} />
        <Fit count={graph.nodes.length} />
      </ReactFlow>
    </Context.Provider>
  );
}
