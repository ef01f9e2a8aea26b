/** Dashboards' questions to the server: what the pages read of each answer, as it is described, and how each is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";
import type { Answer, Condition, Tree, Words } from "./types";

type Described = components["schemas"];

export type BoardItem = Described["DashboardItem"];
export type BoardList = Described["DashboardList"];
export type PanelKind = Described["PanelShape"]["kind"];
export type At = Described["PlaceShape"];
/** A panel with everything that may stand in it: the server fills in what was left out. */
export type BoardPanel = Required<Omit<Described["PanelShape"], "title" | "text" | "where">> & {
  title: Words;
  text: Words | null;
  where: Condition[];
};
export type Shape = Required<Omit<Described["BoardShape"], "title" | "description" | "panels">> & {
  title: Words;
  description: Words;
  panels: BoardPanel[];
};
export type Board = Omit<Described["DashboardShape"], "board"> & { board: Shape };
export type DateNote = Described["NoteItem"];
export type BoardLine = Described["LineShape"];
export type BoardBand = Described["RangePoint"];
/** The numbers of a panel, with its answers read as the pages read them. */
export type PanelData = Omit<Described["PanelData"], "answer" | "tree"> & { answer: Answer | null; tree: Tree | null };
export type BoardData = Omit<Described["DashboardData"], "panels"> & { panels: PanelData[] };
export type BoardAsk = Described["PanelsQuestion"];
export type WorkbookAsk = Described["WorkbookQuestion"];
export const KINDS: PanelKind[] = ["number", "line", "bars", "table", "waterfall", "tree", "text", "analysis"];
export const THEMES = ["own", "overall", "user", "goods", "platform", "marketing", "channels", "hotel", "flight", "risk"] as const;

export const boardKeys = { all: ["boards"] as const, one: (id: string) => ["boards", id] as const };

export const boardsOptions = () =>
  queryOptions({ queryKey: boardKeys.all, queryFn: ({ signal }) => need<BoardList>(api.GET("/api/dashboards", { signal })) });

export const boardOptions = (id: string) =>
  queryOptions({
    queryKey: boardKeys.one(id),
    queryFn: ({ signal }) => need<Board>(api.GET("/api/dashboards/{dashboard}", { params: { path: { dashboard: id } }, signal })),
  });

export const boardDataOptions = (ask: BoardAsk) =>
  queryOptions({
    queryKey: ["board-data", ask],
    queryFn: ({ signal }) => need<BoardData>(api.POST("/api/dashboards/data", { body: ask, signal })),
    staleTime: 60_000,
  });

export const makeBoard = (board: Shape, shared: string[]) => need<Board>(api.POST("/api/dashboards", { body: { board, shared } }));

export const changeBoard = (id: string, board: Shape, shared: string[], version: number) =>
  need<Board>(api.PUT("/api/dashboards/{dashboard}", { params: { path: { dashboard: id } }, body: { board, shared, base_version: version } }));

export const dropBoard = (id: string) => need<void>(api.DELETE("/api/dashboards/{dashboard}", { params: { path: { dashboard: id } } }));

export const pinBoard = (id: string, on: boolean) =>
  on
    ? need<BoardItem>(api.PUT("/api/dashboards/{dashboard}/pin", { params: { path: { dashboard: id } } }))
    : need<BoardItem>(api.DELETE("/api/dashboards/{dashboard}/pin", { params: { path: { dashboard: id } } }));

export const addNote = (date: string, text: string) => need<DateNote>(api.POST("/api/dashboards/notes", { body: { date, text } }));

export const dropNote = (note: string) => need<void>(api.DELETE("/api/dashboards/notes/{note}", { params: { path: { note } } }));

export const boardWorkbook = (ask: WorkbookAsk) => need<Blob>(api.POST("/api/dashboards/export", { body: ask, parseAs: "blob" }));
