/** One dashboard: its panels for a period, filters in the address; and its editor. */

import { PlusOutlined } from "@ant-design/icons";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { App, Button, Dropdown } from "antd";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type Board,
  type BoardAsk,
  type BoardPanel,
  boardDataOptions,
  boardKeys,
  boardOptions,
  changeBoard,
  dropBoard,
  KINDS,
  type PanelKind,
  type Shape,
} from "@/api/boards";
import { catalogueOptions } from "@/api/keys";
import type { Condition, RowsAsk, Span } from "@/api/types";
import { LeftOut } from "@/kit/LeftOut";
import { Page } from "@/kit/Page";
import { isDay, lastDays, readWhere, writeWhere } from "@/kit/period";
import { RestatedMark } from "@/kit/RestatedMark";
import { RowsPane } from "@/kit/RowsPane";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import type { BoardSearch } from "@/shell/router";
import { BoardFilters } from "./BoardFilters";
import { BoardGrid } from "./BoardGrid";
import { BoardSettings } from "./BoardSettings";
import { BoardTools } from "./BoardTools";
import { DateNotes } from "./DateNotes";
import { room } from "./grid";
import { fitted, PanelEditor } from "./PanelEditor";
import "./board.css";

const SIZES: Record<PanelKind, [number, number]> = {
  number: [3, 3],
  line: [6, 7],
  bars: [6, 7],
  table: [6, 7],
  waterfall: [5, 7],
  tree: [7, 9],
  text: [6, 3],
  analysis: [4, 6],
};

/** A new panel of a kind, under the others. */
export function newPanel(kind: PanelKind, panels: BoardPanel[]): BoardPanel {
  const [w, h] = SIZES[kind];
  let number = panels.length + 1;
  while (panels.some((panel) => panel.id === `p${number}`)) number += 1;
  const empty = { en: "", zh: "" };
  return fitted({
    id: `p${number}`,
    kind,
    title: empty,
    at: room(panels, w, h),
    metrics: ["revenue"],
    by: kind === "bars" || kind === "table" ? ["sales_channel"] : [],
    where: [],
    grain: "auto",
    top: 8,
    clock: null,
    text: null,
    analysis: null,
  });
}

/** What is asked for rows lives in the address: "revenue|2026-11-01|2026-11-07|route:A-B". */
export function readRows(text: string | undefined): RowsAsk | null {
  const [metric, from, to, ...where] = (text ?? "").split("|");
  if (!metric || !isDay(from) || !isDay(to)) return null;
  return { metric, from, to, where: readWhere(where.join("|")) };
}

/** The metrics that panels show, each once; trees stand on revenue. */
export function metricsShown(panels: BoardPanel[]): string[] {
  return [...new Set(panels.flatMap((panel) => (panel.kind === "waterfall" || panel.kind === "tree" ? ["revenue"] : panel.metrics)))];
}

type BodyProps = { board: Board; search: BoardSearch; go: (patch: BoardSearch, replace?: boolean) => void };

function Body({ board, search, go }: BodyProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { data: catalogue } = useQuery(catalogueOptions());
  const { modal } = App.useApp();
  const [draft, setDraft] = useState<{ board: Shape; shared: string[] } | null>(null);
  const editing = search.edit === "1" && board.may_edit;
  useEffect(() => {
    if (editing && !draft) setDraft({ board: board.board, shared: board.shared });
    if (!editing && draft) setDraft(null);
  }, [editing, draft, board]);
  const shape = draft?.board ?? board.board;
  const span: Span = isDay(search.start) && isDay(search.end) ? { start: search.start, end: search.end } : lastDays(board.last_day, shape.days);
  const where = useMemo(() => readWhere(search.where), [search.where]);
  const compare = search.compare === "previous" || search.compare === "last_year" ? search.compare : shape.compare;
  // Where a panel stands and what it is called changes no number, so it asks nothing.
  const panels = shape.panels.filter(
    (panel) => panel.kind !== "text" && (panel.metrics.length || panel.analysis || panel.kind === "waterfall" || panel.kind === "tree"),
  );
  const ask: BoardAsk = {
    panels: [...panels]
      .sort((a, b) => a.id.localeCompare(b.id))
      .map((panel) => ({ ...panel, at: { x: 0, y: 0, w: 12, h: 4 }, title: { en: "", zh: "" } })),
    from: span.start,
    to: span.end,
    days: shape.days,
    compare,
    where,
  };
  const query = useQuery({ ...boardDataOptions(ask), placeholderData: keepPreviousData });
  const filled = query.isSuccess && !query.isPlaceholderData;
  const shown = useMemo(() => metricsShown(board.board.panels), [board]);
  const format = useFormat(query.data?.currency);
  const rows = readRows(search.rows);
  const title = (metric: string) => format.say(catalogue?.metrics.find((one) => one.name === metric)?.title ?? null) || metric;
  const open = (metric: string, conditions: Condition[], day?: string) => {
    const asked = writeWhere(conditions);
    go({ rows: [metric, day ?? span.start, day ?? span.end, ...(asked ? [asked] : [])].join("|") });
  };
  const keep = useMutation({
    mutationFn: (made: { board: Shape; shared: string[] }) => changeBoard(board.id, made.board, made.shared, board.version),
    onSuccess: async (saved) => {
      client.setQueryData(boardKeys.one(board.id), saved);
      await client.invalidateQueries({ queryKey: boardKeys.all });
      go({ edit: undefined, panel: undefined });
    },
  });
  const remove = useMutation({
    mutationFn: () => dropBoard(board.id),
    onSuccess: async () => {
      await navigate({ to: "/metrics/dashboards", search: {} });
      client.removeQueries({ queryKey: boardKeys.one(board.id) });
      await client.invalidateQueries({ queryKey: boardKeys.all });
    },
  });
  const change = (next: BoardPanel[]) => setDraft((now) => now && { ...now, board: { ...now.board, panels: next } });
  const set = (field: string, value: string | undefined) => {
    const others = where.filter((one) => one.field !== field);
    go({ where: writeWhere(value === undefined ? others : [...others, { field, op: "=", value }]) });
  };
  const add = (kind: PanelKind) => {
    const made = newPanel(kind, shape.panels);
    change([...shape.panels, made]);
    go({ panel: made.id });
  };
  const flags = (query.data?.notes ?? []).map((note) => ({ period: note.date, text: note.text }));
  const edited = shape.panels.find((panel) => panel.id === search.panel) ?? null;
  const page = (
    <Page
      title={format.say(shape.title)}
      answer={format.say(shape.description)}
      note={
        <>
          <LeftOut span={span} ready={filled} />
          <RestatedMark span={span} metrics={shown} ready={filled && !editing} />
        </>
      }
      aside={
        editing && draft ? (
          <>
            <Dropdown
              trigger={["click"]}
              menu={{ items: KINDS.map((kind) => ({ key: kind, label: t(`boards.kind.${kind}`) })), onClick: ({ key }) => add(key as PanelKind) }}
            >
              <Button icon={<PlusOutlined />}>{t("boards.addPanel")}</Button>
            </Dropdown>
            <Button onClick={() => go({ panel: "settings" })}>{t("boards.settings")}</Button>
            <Button
              danger
              onClick={() =>
                modal.confirm({
                  title: t("boards.dropSure"),
                  okText: t("boards.drop"),
                  cancelText: t("boards.cancel"),
                  onOk: () => remove.mutateAsync(),
                })
              }
            >
              {t("boards.drop")}
            </Button>
            <Button onClick={() => go({ edit: undefined, panel: undefined })}>{t("boards.cancel")}</Button>
            <Button type="primary" loading={keep.isPending} onClick={() => keep.mutate(draft)}>
              {t("boards.save")}
            </Button>
          </>
        ) : (
          <BoardTools board={board} ask={ask} search={search} go={go} />
        )
      }
      filters={<BoardFilters fields={shape.filters} span={span} last={board.last_day} compare={compare} where={where} change={go} set={set} />}
    >
      {keep.error ? (
        <Shown query={{ ...query, data: undefined, error: keep.error, isPending: false }} what={t("boards.saveWhat")} skeleton={null}>
          {() => null}
        </Shown>
      ) : null}
      {shape.panels.length === 0 ? (
        <Empty title={t("boards.noPanels")} text={t("boards.noPanelsFix")} />
      ) : (
        <>
          {query.error ? (
            <Shown query={query} what={t("boards.what")} permission="metrics.read" skeleton={null}>
              {() => null}
            </Shown>
          ) : null}
          <BoardGrid
            panels={shape.panels}
            data={query.data}
            loading={query.isPending}
            where={where}
            format={format}
            flags={flags}
            open={open}
            change={editing && draft ? change : undefined}
            edit={(id) => go({ panel: id })}
          />
        </>
      )}
      <PanelEditor
        panel={editing ? edited : null}
        change={(next) => change(shape.panels.map((panel) => (panel.id === next.id ? next : panel)))}
        close={() => go({ panel: undefined })}
      />
      {draft ? (
        <BoardSettings open={editing && search.panel === "settings"} draft={draft} change={setDraft} close={() => go({ panel: undefined })} />
      ) : null}
      <DateNotes open={search.notes === "1"} notes={query.data?.notes ?? []} last={span.end} close={() => go({ notes: undefined })} />
      <RowsPane
        ask={rows}
        title={rows ? title(rows.metric) : ""}
        about={rows ? format.span(rows.from, rows.to) : null}
        close={() => go({ rows: undefined })}
      />
    </Page>
  );
  return search.full === "1" ? <div className="board-full">{page}</div> : page;
}

/** Show the page. */
export function DashboardPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/desk/metrics/dashboards/$id" });
  const search = useSearch({ from: "/desk/metrics/dashboards/$id" });
  const navigate = useNavigate({ from: "/metrics/dashboards/$id" });
  const query = useQuery(boardOptions(id));
  const go = (patch: BoardSearch, replace = false) => void navigate({ search: (now) => ({ ...now, ...patch }), replace });
  useEffect(() => {
    if (search.full !== "1") return;
    const leave = (event: KeyboardEvent) => {
      if (event.key === "Escape") void navigate({ search: (now) => ({ ...now, full: undefined }) });
    };
    document.addEventListener("keydown", leave);
    return () => document.removeEventListener("keydown", leave);
  }, [search.full, navigate]);
  if (query.data) return <Body key={query.data.id} board={query.data} search={search} go={go} />;
  return (
    <Page title={t("boards.one")}>
      <Shown query={query} what={t("boards.what")} permission="metrics.read" skeleton={<Bone height={520} />}>
        {() => null}
      </Shown>
    </Page>
  );
}
