/** The grid of a dashboard: panels in their places; while it is edited they are moved and resized by pointer or by key. */

import { type PointerEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { BoardData, BoardPanel as PanelShape } from "@/api/boards";
import type { Condition } from "@/api/types";
import type { Flag } from "@/charts/flags";
import type { Format } from "@/kit/use";
import { BoardPanel } from "./BoardPanel";
import { COLUMNS, clamp, compact, move, step } from "./grid";
import type { Open } from "./PanelBody";

export const ROW = 28;
export const GAP = 12;
type Props = {
  panels: PanelShape[];
  data: BoardData | undefined;
  loading: boolean;
  /** Filters of the page, which every panel has besides its own. */
  where: Condition[];
  format: Format;
  flags: Flag[];
  open: Open;
  /** Given while the dashboard is edited. */
  change?: ((panels: PanelShape[]) => void) | undefined;
  edit?: ((id: string) => void) | undefined;
};

/** Show the grid. */
export function BoardGrid({ panels, data, loading, where, format, flags, open, change, edit }: Props) {
  const { t } = useTranslation();
  const grid = useRef<HTMLDivElement>(null);
  const [said, say] = useState("");
  const grab = (panel: PanelShape) => (event: PointerEvent<HTMLElement>, what: "move" | "resize") => {
    const box = grid.current?.getBoundingClientRect();
    if (!box || !change) return;
    event.preventDefault();
    const start = { x: event.clientX, y: event.clientY };
    const column = (box.width + GAP) / COLUMNS;
    const row = ROW + GAP;
    const target = event.currentTarget;
    target.setPointerCapture?.(event.pointerId);
    const onMove = (now: globalThis.PointerEvent) => {
      const dx = Math.round((now.clientX - start.x) / column);
      const dy = Math.round((now.clientY - start.y) / row);
      const at = panel.at;
      change(
        move(
          panels,
          panel.id,
          clamp(what === "move" ? { ...at, x: at.x + dx, y: at.y + dy } : { ...at, w: Math.min(at.w + dx, COLUMNS - at.x), h: at.h + dy }),
        ),
      );
    };
    const onUp = () => {
      target.removeEventListener("pointermove", onMove);
      target.removeEventListener("pointerup", onUp);
      target.removeEventListener("pointercancel", onUp);
    };
    target.addEventListener("pointermove", onMove);
    target.addEventListener("pointerup", onUp);
    target.addEventListener("pointercancel", onUp);
  };
  const shown = compact(panels);
  return (
    <div className={change ? "board-grid is-edited" : "board-grid"} ref={grid} data-testid="board-grid">
      {shown.map((panel) => (
        <div
          key={panel.id}
          className="board-cell"
          style={{ gridColumn: `${panel.at.x + 1} / span ${panel.at.w}`, gridRow: `${panel.at.y + 1} / span ${panel.at.h}` }}
        >
          <BoardPanel
            panel={{ ...panel, where: [...where, ...panel.where] }}
            data={data?.panels.find((one) => one.id === panel.id)}
            board={data}
            loading={loading}
            format={format}
            flags={flags}
            open={open}
            hands={
              change
                ? {
                    edit: () => edit?.(panel.id),
                    remove: () => change(compact(panels.filter((one) => one.id !== panel.id))),
                    step: (way) => {
                      const next = step(panels, panel.id, way);
                      const at = next.find((one) => one.id === panel.id)?.at;
                      change(next);
                      if (at) say(t("boards.at", { x: at.x + 1, y: at.y + 1, w: at.w, h: at.h }));
                    },
                    grab: grab(panel),
                  }
                : undefined
            }
          />
        </div>
      ))}
      <p className="sr" role="status" aria-live="polite">
        {said}
      </p>
    </div>
  );
}
