/** A panel of a dashboard in its frame: what it is called, what can be done with it, its numbers or why there are none. */

import { DeleteOutlined, DownloadOutlined, DragOutlined, EditOutlined, InfoCircleOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { App, Button, Dropdown, Tooltip } from "antd";
import { type PointerEvent, useId } from "react";
import { useTranslation } from "react-i18next";
import type { BoardData, PanelData, BoardPanel as PanelShape } from "@/api/boards";
import { api, need } from "@/api/client";
import { catalogueOptions } from "@/api/keys";
import type { Flag } from "@/charts/flags";
import { save } from "@/kit/DownloadButton";
import { Bone } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";
import type { Step } from "./grid";
import { type Open, PanelBody, panelTitle } from "./PanelBody";

/** What an editor can do with a panel; absent while the dashboard is only looked at. */
export type Hands = {
  edit: () => void;
  remove: () => void;
  step: (way: Step) => void;
  grab: (event: PointerEvent<HTMLElement>, what: "move" | "resize") => void;
};
type Props = {
  panel: PanelShape;
  data: PanelData | undefined;
  board: BoardData | undefined;
  loading: boolean;
  format: Format;
  flags: Flag[];
  open: Open;
  hands?: Hands | undefined;
};

const KEYS: Record<string, [Step, Step]> = {
  ArrowLeft: ["left", "narrower"],
  ArrowRight: ["right", "wider"],
  ArrowUp: ["up", "higher"],
  ArrowDown: ["down", "lower"],
};

function Export({ panel, board }: { panel: PanelShape; board: BoardData }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const may = useMay("export");
  if (!may || !panel.metrics.length) return null;
  const take = async (format: "csv" | "xlsx") => {
    const grain = panel.kind !== "line" ? "total" : panel.grain === "hour" ? "hour" : "day";
    try {
      const file = await need<Blob>(
        api.POST("/api/metrics/export", {
          body: {
            metrics: panel.metrics,
            by: panel.by,
            where: panel.where,
            grain,
            from: board.period.start,
            to: board.period.end,
            clock: panel.clock,
            format,
          },
          parseAs: "blob",
        }),
      );
      save(file, `${panel.id}_${board.period.start}_${board.period.end}.${format}`);
    } catch (error) {
      message.error(`${t("rows.exportFailed")}: ${error instanceof Error ? error.message : ""}`);
    }
  };
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          { key: "csv", label: t("rows.exportCsv") },
          { key: "xlsx", label: t("rows.exportXlsx") },
        ],
        onClick: ({ key }) => void take(key === "xlsx" ? "xlsx" : "csv"),
      }}
    >
      <Button size="small" type="text" icon={<DownloadOutlined />} aria-label={t("rows.export")} />
    </Dropdown>
  );
}

/** Why a panel has no numbers; the others keep theirs. */
function Failure({ data, edit }: { data: PanelData; edit: (() => void) | undefined }) {
  const { t } = useTranslation();
  const error = data.error;
  if (!error) return null;
  return (
    <div className="board-error" role="alert" data-state="error">
      <strong>{error.code === "metric_gone" ? t("boards.gone") : t("boards.failed")}</strong>
      <p>{error.message}</p>
      {error.fix ? <p className="muted">{error.fix}</p> : null}
      {edit ? (
        <Button size="small" onClick={edit}>
          {t("boards.editPanel")}
        </Button>
      ) : null}
    </div>
  );
}

/** Show a panel. */
export function BoardPanel({ panel, data, board, loading, format, flags, open, hands }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const { data: catalogue } = useQuery(catalogueOptions());
  const nameOf = (name: string) => format.say(catalogue?.metrics.find((metric) => metric.name === name)?.title ?? null) || name;
  // Until the names are known there is none: what queries call it is no title.
  const named = catalogue ? panel.metrics.map(nameOf).join(", ") : "\u00a0";
  const title = panelTitle(panel, panel.kind === "analysis" ? (data?.tile?.name ?? t("boards.kind.analysis")) : named, format, {
    waterfall: t("boards.waterfall"),
    tree: t("boards.tree"),
  });
  const notes = data?.answer?.notes ?? data?.tree?.notes ?? data?.tile?.notes ?? [];
  return (
    <section className={`panel board-panel board-${panel.kind}`} aria-labelledby={id} data-testid={`panel-${panel.id}`}>
      <header className="panel-head">
        {hands ? (
          <button
            type="button"
            className="board-handle"
            aria-label={t("boards.move", { title })}
            title={t("boards.moveHint")}
            onPointerDown={(event) => hands.grab(event, "move")}
            onKeyDown={(event) => {
              const ways = KEYS[event.key];
              if (!ways) return;
              event.preventDefault();
              hands.step(ways[event.shiftKey ? 1 : 0]);
            }}
          >
            <DragOutlined />
          </button>
        ) : null}
        <h2 id={id}>{title}</h2>
        {notes.length ? (
          <Tooltip title={notes.map((note) => format.say(note)).join(" ")}>
            <button type="button" className="hint board-note" aria-label={notes.map((note) => format.say(note)).join(" ")}>
              <InfoCircleOutlined />
            </button>
          </Tooltip>
        ) : null}
        <div className="panel-action">
          {hands ? (
            <>
              <Button size="small" type="text" icon={<EditOutlined />} aria-label={`${t("boards.editPanel")}: ${title}`} onClick={hands.edit} />
              <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={`${t("boards.removePanel")}: ${title}`} onClick={hands.remove} />
            </>
          ) : board && panel.kind !== "number" ? (
            <Export panel={panel} board={board} />
          ) : null}
        </div>
      </header>
      <div className="panel-body">
        {panel.kind === "text" && board === undefined ? null : data?.error ? (
          <Failure data={data} edit={hands?.edit} />
        ) : board && (data || panel.kind === "text") ? (
          <PanelBody panel={panel} data={data as PanelData} board={board} format={format} flags={flags} open={open} />
        ) : loading ? (
          <div role="status" aria-busy="true" aria-label={t("app.loading")} className="board-wait">
            <Bone height="100%" />
          </div>
        ) : null}
      </div>
      {hands ? (
        <button
          type="button"
          className="board-corner"
          aria-label={t("boards.resize", { title })}
          tabIndex={-1}
          onPointerDown={(event) => hands.grab(event, "resize")}
        />
      ) : null}
    </section>
  );
}
