/** A known event in sentences: how it shows, what a piece of history was, and what is different between two versions. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { catalogueOptions } from "@/api/keys";
import { type EventBody, type EventWindow, knownEventsOptions } from "@/api/knownEvents";
import type { Words } from "@/api/types";
import { useFormat } from "@/kit/use";
import { useNames } from "@/pages/metrics/names";

export const PARTS = ["text", "shows", "causes", "checks", "playbook", "sources", "tests"] as const;
export type Part = (typeof PARTS)[number];
/** One thing that an entry says: `key` is what stays the same when it is changed, `raw` what is compared. */
export type Line = { part: Part; key: string; text: string; raw: string };
export type Difference = { part: Part; what: "added" | "removed" | "changed" | "order"; before?: string; after?: string };

/** Give the sentences of entries in the language in use. */
export function useEventWords() {
  const { t } = useTranslation();
  const format = useFormat();
  const { owner } = useNames();
  const catalogue = useQuery(catalogueOptions()).data;
  return useMemo(() => {
    const metrics = new Map(catalogue?.metrics.map((one) => [one.name, format.say(one.title)]));
    const dims = new Map(catalogue?.dimensions.map((one) => [one.name, one]));
    const metric = (name: string) => metrics.get(name) ?? name;
    const dimension = (name: string) => format.say(dims.get(name)?.title) || name;
    const value = (name: string, of: string) => format.say(dims.get(name)?.values?.[of]) || of;
    const all = (texts: readonly string[]) => texts.join(t("library.comma"));
    const moves = (name: string, direction: string) => t(`library.moves.${direction === "up" ? "up" : "down"}`, { metric: metric(name) });
    const beside = (names: readonly string[]) => all(names.map((name) => t(`library.beside.${name as "release"}`)));
    const place = (element: Record<string, string>) => all(Object.entries(element).map(([name, of]) => `${dimension(name)} = ${value(name, of)}`));
    const course = (name: string) => t(name === "sudden" ? "library.sudden" : "library.slow");
    const both = (words: Words) => `${words.zh} / ${words.en}`;

    const signature = ({ signature: given }: EventBody): [string, string][] => [
      ...given.moves.map((one): [string, string] => [
        `moves ${one.metric}`,
        one.lead ? t("library.leads", { moves: moves(one.metric, one.direction) }) : moves(one.metric, one.direction),
      ]),
      ...(given.steady?.length ? ([["steady", t("library.steady", { metrics: all(given.steady.map(metric)) })]] as [string, string][]) : []),
      ...(given.named?.length ? ([["named", t("library.named", { dims: all(given.named.map(dimension)) })]] as [string, string][]) : []),
      ...Object.entries(given.values ?? {}).map(([name, values]): [string, string] => [
        `values ${name}`,
        t("library.valueOf", { dim: dimension(name), values: all(values.map((of) => value(name, of))) }),
      ]),
      ...(given.beside?.length ? ([["beside", t("library.atTheTime", { what: beside(given.beside) })]] as [string, string][]) : []),
      ...(given.hours ? ([["hours", t("library.hours", { from: given.hours[0], to: given.hours[1] })]] as [string, string][]) : []),
      ...(given.course ? ([["course", course(given.course)]] as [string, string][]) : []),
      ...(given.lasts_min
        ? ([["lasts", t("library.lasts", { least: format.count(given.lasts_min[0]), most: format.count(given.lasts_min[1]) })]] as [string, string][])
        : []),
    ];

    const window = ({ name, expect, finding }: EventWindow) => {
      const parts = [
        ...Object.entries(finding.moved ?? {}).map(([of, way]) => moves(of, way)),
        ...(finding.quiet?.length ? [t("library.steady", { metrics: all(finding.quiet.map(metric)) })] : []),
        ...(finding.where ? [finding.where.length ? finding.where.map(place).join(t("library.or")) : t("library.everywhere")] : []),
        ...(finding.beside ? [finding.beside.length ? t("library.atTheTime", { what: beside(finding.beside) }) : t("library.nothingBeside")] : []),
        ...(finding.hour === undefined ? [] : [t("library.atHour", { hour: finding.hour })]),
        ...(finding.course ? [course(finding.course)] : []),
        ...(finding.minutes === undefined ? [] : [t("library.lasted", { minutes: format.count(finding.minutes) })]),
      ];
      return { title: t(expect === false ? "library.isNot" : "library.is", { name }), found: parts.join(t("library.semicolon")) };
    };

    const step = (one: EventBody["playbook"][number]) => {
      const given = Object.entries(one.with ?? {}).map(([key, of]) => `${key} = ${of}`);
      return [
        `${both(one.title)} · ${t(`library.actions.${one.action as "notify"}`)} · ${t(one.mode === "auto" ? "library.auto" : "library.hand")}`,
        ...given,
      ].join(t("library.comma"));
    };
    const check = (one: NonNullable<EventBody["checks"]>[number]) =>
      `${both(one.title)}${one.metric ? ` · ${metric(one.metric)}${one.by?.length ? ` · ${all(one.by.map(dimension))}` : ""}` : ""}`;

    const lines = (body: EventBody): Line[] => {
      const line = (part: Part, key: string, text: string): Line => ({ part, key, text, raw: text });
      return [
        line("text", "title", both(body.title)),
        line("text", "about", both(body.about)),
        line("text", "owner", t("library.ownedBy", { who: owner(body.owner) })),
        ...signature(body).map(([key, text]) => line("shows", key, text)),
        ...body.causes.map((one) => line("causes", one.en, both(one))),
        ...(body.checks ?? []).map((one) => line("checks", one.title.en, check(one))),
        ...body.playbook.map((one) => line("playbook", `${one.action} ${one.title.en}`, step(one))),
        ...(body.sources ?? []).map((one) => line("sources", one, one)),
        ...(body.tests ?? []).map((one) => {
          const { title, found } = window(one);
          return line("tests", one.name, `${title}${t("library.colon")}${found}`);
        }),
      ];
    };
    return { metric, dimension, signature, window, lines };
  }, [t, format, owner, catalogue]);
}

/** What was added, taken out, changed or put in another order, part by part. */
export function differencesOf(before: readonly Line[], after: readonly Line[]): Difference[] {
  return PARTS.flatMap((part) => {
    const old = new Map(before.filter((line) => line.part === part).map((line) => [line.key, line]));
    const next = new Map(after.filter((line) => line.part === part).map((line) => [line.key, line]));
    const found: Difference[] = [];
    for (const [key, line] of old) {
      const now = next.get(key);
      if (!now) found.push({ part, what: "removed", before: line.text });
      else if (now.raw !== line.raw) found.push({ part, what: "changed", before: line.text, after: now.text });
    }
    for (const [key, line] of next) if (!old.has(key)) found.push({ part, what: "added", after: line.text });
    const kept = [...next.keys()].filter((key) => old.has(key));
    const ordered = [...old.keys()].filter((key) => next.has(key));
    // Causes and steps come in an order that says something.
    const matters = part === "causes" || part === "checks" || part === "playbook";
    if (matters && kept.some((key, at) => key !== ordered[at]))
      found.push({ part, what: "order", after: kept.map((key, at) => `${at + 1}. ${next.get(key)?.text}`).join(" ") });
    return found;
  });
}

const BY_HISTORY = { recall_lost: "library.refused.lost", false_alarm: "library.refused.wrong", not_recognised: "library.refused.unseen" } as const;

/** The windows of history that a refusal names, each with the entry that keeps it. */
export function windowsOf(error: unknown): { event: string; window: string }[] {
  if (!(error instanceof ApiError) || !(error.code in BY_HISTORY)) return [];
  return (error.where ?? "")
    .replace(/^tests: /, "")
    .split("; ")
    .flatMap((one) => {
      const at = one.indexOf("/");
      return at < 0 ? [] : [{ event: one.slice(0, at), window: one.slice(at + 1) }];
    });
}

/** Give a function that tells a refusal of the library in the language in use; other errors stay as they are. */
export function useRefusal() {
  const { t } = useTranslation();
  const format = useFormat();
  const titles = new Map(useQuery(knownEventsOptions()).data?.items.map((one) => [one.name, format.say(one.title)]));
  return (error: unknown): unknown => {
    if (!(error instanceof ApiError) || !(error.code in BY_HISTORY)) return error;
    const windows = windowsOf(error).map(({ event, window }) => t("library.refused.one", { window, event: titles.get(event) ?? event }));
    const message = t(BY_HISTORY[error.code as keyof typeof BY_HISTORY], { windows: windows.join(t("library.comma")) });
    return new ApiError(error.status, { code: error.code, message, where: "", fix: t("library.refused.fix"), request_id: error.requestId ?? "" });
  };
}
