/** Channels and the matrix: what their pages read of each answer, as it is described, and how each is fetched. */

import { queryOptions } from "@tanstack/react-query";
import { api, need } from "./client";
import type { components } from "./schema.gen";

type Described = components["schemas"];

export type Balance = Described["BalanceShape"];
export type Channel = Described["ChannelShape"];
export type Figures = Described["FiguresShape"];
export type Movable = Described["MovableShape"];
export type Plan = Described["ShiftShape"];
export type ReachRow = Described["ReachRow"];
export type Assumptions = Required<Described["AssumptionsBody"]>;
export type Kept = Assumptions & { version: number; changed_by: string | null; changed: string | null };
export type ChannelsAsk = Described["ChannelsQuestion"];
export type MovableAsk = Described["MovableQuestion"];
export type PeopleAsk = Described["PeopleQuestion"];
export type People = Described["PeopleShape"];
export type Matrix = Described["MatrixShape"];
export type Cell = Described["MatrixCellShape"];
export type Judgement = Described["JudgementChange"];

export const deskKeys = { channels: ["channels"] as const, matrix: ["matrix"] as const };

export const balanceOptions = (ask: ChannelsAsk) =>
  queryOptions({
    queryKey: [...deskKeys.channels, "balance", ask],
    queryFn: ({ signal }) => need<Balance>(api.POST("/api/metrics/channels", { body: ask, signal })),
  });

export const movableOptions = (ask: MovableAsk) =>
  queryOptions({
    queryKey: [...deskKeys.channels, "movable", ask],
    queryFn: ({ signal }) => need<Movable>(api.POST("/api/metrics/channels/movable", { body: ask, signal })),
  });

export const assumptionsOptions = () =>
  queryOptions({
    queryKey: [...deskKeys.channels, "assumptions"],
    queryFn: ({ signal }) => need<Kept>(api.GET("/api/metrics/channels/assumptions", { signal })),
  });

export const keepAssumptions = (body: Assumptions & { version: number }) => need<Kept>(api.PUT("/api/metrics/channels/assumptions", { body }));

export const fetchPeople = (ask: PeopleAsk, signal?: AbortSignal) =>
  need<People>(api.POST("/api/metrics/channels/people", { body: ask, signal: signal ?? null }));

export const matrixOptions = () =>
  queryOptions({ queryKey: deskKeys.matrix, queryFn: ({ signal }) => need<Matrix>(api.GET("/api/metrics/matrix", { signal })) });

export const judge = (module: string, goal: string, body: Judgement) =>
  need<Cell>(api.PUT("/api/metrics/matrix/{module}/{goal}", { params: { path: { module, goal } }, body }));
