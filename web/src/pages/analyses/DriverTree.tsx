/** The tree drawn: each node with who is in it, how many, its figure and interval beside that of all; a leaf opens its people. */

import { Background, type Edge, Handle, type Node, type NodeProps, Position, ReactFlow, useReactFlow, useStore } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { createContext, useContext, useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { DriverNode, DriversAnswer } from "@/api/drivers";
import type { Format } from "@/kit/use";
import { NODE, place, thickness } from "@/pages/metrics/layout";
import "@/pages/metrics/tree.css";
import { apart } from "./driversDefinition";

type Names = { driver: (told: string) => string; bins: (told: string, labels: readonly string[], most?: number) => string };
type Shared = {
  names: Names;
  figure: (value: string) => string;
  format: Format;
  total: number;
  at: (value: string | number) => string;
  open: ((leaf: number | null) => void) | undefined;
};
const Context = createContext<Shared | null>(null);
type Card = Node<{ node: DriverNode }, "driver">;
const FIT = { padding: 0.03, maxZoom: 1.1, minZoom: 0.4 };
/** Cards are wider than those of metrics, as they name bins. */
const WIDE = 1.28;
const ROOM = { row: NODE.height + 9, least: 190, most: 620, around: 44 };

function NodeCard({ data: { node } }: NodeProps<Card>) {
  const { t } = useTranslation();
  const shared = useContext(Context);
  if (!shared) return null;
  const { names, figure, format, total, at, open } = shared;
  const title = node.driver ? `${names.driver(node.driver)}: ${names.bins(node.driver, node.is)}` : t("drivers.everybody");
  const all = node.driver ? `${names.driver(node.driver)}: ${names.bins(node.driver, node.is, node.is.length)}` : title;
  const count = format.count(node.people);
  const { low, mean, high } = node.figure;
  const label = t("drivers.openNode", { node: title, count: count as unknown as number });
  const body = (
    <>
      <span className="node-top">
        <span className="node-title" title={all}>
          {title}
        </span>
        <span className="num muted">{count}</span>
      </span>
      <span className="node-main">
        <span className="node-value num">{figure(mean)}</span>
        <svg className={`drivers-span is-${apart(node.figure, total)}`} aria-hidden="true">
          <line className="drivers-all" x1={at(total)} x2={at(total)} y1="0" y2="100%" />
          <line x1={at(low)} x2={at(high)} y1="50%" y2="50%" />
          <circle cx={at(mean)} cy="50%" r="3.5" />
        </svg>
        <span className="drivers-leaf muted">{node.leaf === null ? "" : t("drivers.leafShort", { n: node.leaf })}</span>
      </span>
    </>
  );
  const look = `node nodrag nopan ${node.parent === null ? "is-root" : ""}`;
  // Only leaves and all people have a list.
  const opens = open && (node.leaf !== null || node.parent === null);
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      {opens ? (
        <button type="button" className={look} aria-label={label} onClick={() => open(node.parent === null ? null : node.leaf)}>
          {body}
        </button>
      ) : (
        <div className={`${look} drivers-shut`}>{body}</div>
      )}
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
}

const nodeTypes = { driver: NodeCard };

function Fit({ count }: { count: number }) {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  // Fitted anew when its room or its nodes change.
  useEffect(() => {
    const timer = setTimeout(() => void flow.fitView(FIT), 30);
    return () => clearTimeout(timer);
  }, [flow, width, height, count]);
  return null;
}

type Props = {
  answer: DriversAnswer;
  names: Names;
  figure: (value: string) => string;
  format: Format;
  open: ((leaf: number | null) => void) | undefined;
};

/** Draw the tree. */
export function DriverTree({ answer, names, figure, format, open }: Props) {
  const { nodes, leaves } = answer;
  const total = Number(answer.total?.mean ?? 0);
  const { cards, lines } = useMemo(() => {
    const given = nodes.map((node) => ({ id: String(node.node), parent: node.parent === null ? null : String(node.parent) }));
    const places = place(given);
    const cards: Card[] = nodes.map((node) => {
      const at = places.get(String(node.node)) ?? { x: 0, y: 0 };
      return {
        id: String(node.node),
        type: "driver",
        position: { x: at.x * WIDE, y: at.y },
        data: { node },
        width: NODE.width * WIDE,
        height: NODE.height,
        style: { pointerEvents: "all" },
        focusable: false,
      };
    });
    const lines: Edge[] = nodes.flatMap((node): Edge[] =>
      node.parent === null
        ? []
        : [
            {
              id: `${node.parent}>${node.node}`,
              source: String(node.parent),
              target: String(node.node),
              className: "line",
              style: { strokeWidth: thickness(node.people, answer.people) },
              focusable: false,
              selectable: false,
            },
          ],
    );
    return { cards, lines };
  }, [nodes, answer.people]);
  const shared = useMemo(() => {
    const low = Math.min(...nodes.map((node) => Number(node.figure.low)));
    const wide = Math.max(...nodes.map((node) => Number(node.figure.high))) - low || 1;
    const at = (value: string | number) => `${((Number(value) - low) / wide) * 92 + 4}%`;
    return { names, figure, format, total, at, open };
  }, [nodes, names, figure, format, total, open]);
  const height = Math.min(ROOM.most, Math.max(ROOM.least, leaves.length * ROOM.row + ROOM.around));
  return (
    <Context.Provider value={shared}>
      <div style={{ height }}>
        <ReactFlow
          nodes={cards}
          edges={lines}
          nodeTypes={nodeTypes}
          fitView
          fitViewOptions={FIT}
          minZoom={0.35}
          maxZoom={1.4}
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
          <Fit count={nodes.length} />
        </ReactFlow>
      </div>
    </Context.Provider>
  );
}
