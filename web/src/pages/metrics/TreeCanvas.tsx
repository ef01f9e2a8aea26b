/** The metric tree as a picture: nodes with value, change and course; lines as thick as the money they brought. */

import { Background, type Edge, Handle, type Node, type NodeProps, Position, ReactFlow, useReactFlow, useStore } from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import { CompressOutlined, MinusOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { createContext, useContext, useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { TreeNode } from "@/api/types";
import { Delta, judge } from "@/kit/Delta";
import { toNumber } from "@/kit/format";
import { Spark } from "@/kit/Spark";
import type { Format } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { heightOf, NODE, place, thickness } from "./layout";

type Shared = { format: Format; selected: string; pick: (id: string) => void };
const Context = createContext<Shared | null>(null);
type MetricNode = Node<{ node: TreeNode }, "metric">;
const FIT = { padding: 0.03, maxZoom: 1.15, minZoom: 0.5 };

function Card({ data: { node } }: NodeProps<MetricNode>) {
  const { t } = useTranslation();
  const valueName = useValueName();
  const shared = useContext(Context);
  if (!shared) return null;
  const { format, selected, pick } = shared;
  const value = toNumber(node.to);
  const missing = value === null && !node.by;
  const why = node.missing ? format.say(node.missing) : "";
  const contribution = toNumber(node.contribution);
  const title = node.by && node.value ? valueName(node.by, node.value) : format.say(node.title);
  const goal = toNumber(node.target);
  const target = goal
    ? node.unit === "ratio"
      ? t("below.target", { value: format.figure(node.target, node.unit) })
      : t("below.reached", { share: format.figure((value ?? 0) / goal, "ratio") })
    : null;
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <Tooltip title={why || undefined} placement="bottom">
        <button
          type="button"
          className={`node nodrag nopan ${node.id === selected ? "is-selected" : ""} ${missing ? "is-missing" : ""} ${node.parent === null ? "is-root" : ""} ${node.by ? "is-below" : ""}`}
          onClick={() => pick(node.id)}
          aria-pressed={node.id === selected}
          data-testid={`node-${node.id}`}
          data-value={node.to ?? ""}
        >
          <span className="node-top">
            <span className="node-title" title={title}>
              {title}
            </span>
            {node.collapsed ? <span className="tag">{t("tree.collapsed")}</span> : null}
            {missing ? (
              <span className="node-missing">{t("tree.missing")}</span>
            ) : node.by && contribution !== null ? null : (
              <Delta move={node.change} text={format.change(node.from, node.to, node.unit)} direction={node.direction} />
            )}
          </span>
          <span className="node-main">
            <span className="node-value" title={target ?? undefined}>
              {format.brief(node.to, node.unit)}
              {target ? <small className="node-target"> {target}</small> : null}
            </span>
            {missing ? <span className="node-why">{why}</span> : <Spark points={node.spark} width={84} height={20} />}
            {!missing && contribution !== null ? (
              <span
                className={`node-money is-${judge(contribution, "up")}`}
                title={node.alone ? t("below.alone", { value: format.brief(node.alone, "money", { sign: true }) }) : t("tree.contribution")}
              >
                {format.brief(contribution, "money", { sign: true })}
              </span>
            ) : null}
          </span>
        </button>
      </Tooltip>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
}

const nodeTypes = { metric: Card };

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

type Props = { nodes: TreeNode[]; format: Format; selected: string; pick: (id: string) => void };

/** Draw the tree. */
export function TreeCanvas({ nodes, format, selected, pick }: Props) {
  const drawn = useMemo(() => {
    const places = place(nodes);
    const most = Math.max(0, ...nodes.filter((node) => node.parent !== null).map((node) => Math.abs(toNumber(node.contribution) ?? 0)));
    const cards: MetricNode[] = nodes.map((node) => {
      const at = places.get(node.id) ?? { x: 0, y: 0 };
      return {
        id: node.id,
        type: "metric",
        position: { x: at.x, y: at.y },
        data: { node },
        width: NODE.width,
        height: heightOf(node),
        style: { pointerEvents: "all" },
        focusable: false,
      };
    });
    const lines: Edge[] = nodes.flatMap((node): Edge[] => {
      if (node.parent === null || !places.has(node.parent)) return [];
      const money = toNumber(node.contribution);
      const tone = node.to === null ? "missing" : judge(money, "up");
      return [
        {
          id: `${node.parent}>${node.id}`,
          source: node.parent,
          target: node.id,
          type: "default",
          className: `line is-${tone}`,
          style: { strokeWidth: thickness(money, most) },
          focusable: false,
          selectable: false,
        },
      ];
    });
    return { cards, lines };
  }, [nodes]);
  const shared = useMemo(() => ({ format, selected, pick }), [format, selected, pick]);
  return (
    <Context.Provider value={shared}>
      <ReactFlow
        nodes={drawn.cards}
        edges={drawn.lines}
        nodeTypes={nodeTypes}
        fitView
        fitViewOptions={FIT}
        minZoom={0.4}
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
        <Fit count={nodes.length} />
      </ReactFlow>
    </Context.Provider>
  );
}
