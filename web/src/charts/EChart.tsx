/** The canvas that every plot is drawn on: sized with its box, themed, still under reduced motion, and honest about being finished. */

import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkAreaComponent, MarkLineComponent, MarkPointComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

echarts.use([
  BarChart,
  LineChart,
  ScatterChart,
  CustomChart,
  GridComponent,
  TooltipComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  AriaComponent,
  LabelLayout,
  CanvasRenderer,
]);

export type Option = echarts.EChartsCoreOption;
type Props = {
  option: Option;
  height: number | string;
  label: string;
  /** `part`: of plots that have nodes and edges, which of both. */
  onPick?: (index: number, series?: number, part?: string) => void;
  /** A click anywhere over a point of the axis picks it, not only one on what is drawn there. */
  anywhere?: boolean;
};

/** Draw `option`. `data-ready` turns to 1 when the drawing has finished, so that a test can wait for it. */
export function EChart({ option, height, label, onPick, anywhere = false }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const pick = useRef(onPick);
  pick.current = onPick;

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = echarts.init(element, null, { renderer: "canvas" });
    chart.current = made;
    made.on("finished", () => {
      element.dataset.ready = "1";
    });
    if (anywhere)
      made.getZr().on("click", (event) => {
        const place = [event.offsetX, event.offsetY];
        const grids = made.getOption().grid as unknown[];
        if (!grids.some((_, gridIndex) => made.containPixel({ gridIndex }, place))) return;
        const index = made.convertFromPixel({ seriesIndex: 0 }, place)[0];
        if (typeof index === "number") pick.current?.(Math.round(index), 0);
      });
    made.on("click", (event) => {
      if (anywhere) return;
      if (typeof event.dataIndex === "number") pick.current?.(event.dataIndex, event.seriesIndex, event.dataType);
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [anywhere]);

  useEffect(() => {
    const element = place.current;
    if (element) element.dataset.ready = "0";
    const still = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
    chart.current?.setOption({ animation: !still, animationDuration: 150, animationDurationUpdate: 150, ...option }, { notMerge: true });
  }, [option]);

  return <div ref={place} className="echart" style={{ height }} role="img" aria-label={label} data-ready="0" />;
}

/** Build a tooltip as elements: the content security policy refuses style attributes in HTML text. */
export function tip(title: string, lines: { name: string; value: string; tone?: string }[], foot?: string): HTMLElement {
  const box = document.createElement("div");
  box.className = "tip";
  const add = (tag: string, className: string, text: string, parent: HTMLElement) => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    parent.append(element);
    return element;
  };
  add("strong", "tip-title", title, box);
  for (const line of lines) {
    const row = add("div", "tip-row", "", box);
    add("span", "tip-name", line.name, row);
    add("span", `tip-value ${line.tone ?? ""}`, line.value, row);
  }
  if (foot) add("div", "tip-foot", foot, box);
  return box;
}
