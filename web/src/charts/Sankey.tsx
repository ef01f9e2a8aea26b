/** Ways from column to column as ribbons; a node keeps its place in the order that is given, so that the largest stands on top and what ends below. */

import { SankeyChart } from "echarts/charts";
import * as echarts from "echarts/core";
import { useMemo } from "react";
import { EChart, type Option, tip } from "./EChart";
import { useLook } from "./look";

echarts.use([SankeyChart]);

/** A node: its column from 0, how it is called, its colour, and what a hover says of it. */
export type SankeyNode = { id: string; column: number; name: string; colour: string; pale?: boolean; told: { name: string; value: string }[] };
export type SankeyLink = { source: string; target: string; value: number; colour: string; title: string; told: { name: string; value: string }[] };
type Props = {
  nodes: SankeyNode[];
  links: SankeyLink[];
  name: string;
  height: number;
  pick?: ((part: { node: SankeyNode } | { link: SankeyLink }) => void) | undefined;
};

type Hovered = { dataType?: string; dataIndex: number };

/** Draw the ribbons. */
export function Sankey({ nodes, links, name, height, pick }: Props) {
  const look = useLook();
  const option = useMemo<Option>(
    () => ({
      aria: { enabled: true, description: name },
      textStyle: look.text,
      tooltip: {
        ...look.tooltip,
        trigger: "item",
        formatter: (raw: unknown) => {
          const { dataType, dataIndex } = raw as Hovered;
          const node = nodes[dataIndex];
          const link = links[dataIndex];
          if (dataType === "edge") return link ? tip(link.title, link.told) : "";
          return node ? tip(node.name, node.told) : "";
        },
      },
      animation: false,
      series: [
        {
          type: "sankey",
          left: 4,
          right: 150,
          top: 8,
          bottom: 8,
          nodeWidth: 14,
          nodeGap: 14,
          nodeAlign: "left",
          layoutIterations: 0,
          draggable: false,
          emphasis: { focus: "adjacency" },
          cursor: pick ? "pointer" : "default",
          label: {
            color: look.ink,
            fontSize: 11,
            width: 140,
            overflow: "truncate",
            formatter: (one: { dataIndex: number }) => nodes[one.dataIndex]?.name ?? "",
          },
          labelLayout: { hideOverlap: true },
          data: nodes.map((node) => ({
            name: node.id,
            depth: node.column,
            itemStyle: { color: node.colour, opacity: node.pale ? 0.55 : 1, borderWidth: 0 },
            ...(node.pale ? { label: { color: look.muted } } : {}),
          })),
          links: links.map((link) => ({
            source: link.source,
            target: link.target,
            value: link.value,
            lineStyle: { color: link.colour, opacity: 0.28, curveness: 0.5 },
          })),
        },
      ],
    }),
    [nodes, links, name, look, pick],
  );
  return (
    <EChart
      option={option}
      height={height}
      label={name}
      onPick={(index, _, part) => {
        const node = nodes[index];
        const link = links[index];
        if (part === "edge") {
          if (link) pick?.({ link });
        } else if (node) pick?.({ node });
      }}
    />
  );
}
