/** Paths as ribbons from step to step, in the direction of time; where paths end (or begin, counted from an end) in grey, each part opens to its paths. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { PathsAnswer, PathsNode, PathsPlace } from "@/api/paths";
import { OTHER, SERIES } from "@/charts/look";
import { Sankey, type SankeyLink, type SankeyNode } from "@/charts/Sankey";
import { formatShare } from "@/kit/format";
import { type Format, useFormat } from "@/kit/use";
import { share } from "./given";
import { asked, hopsOf } from "./pathsDefinition";

const ROW = 46;
const LEAST = 300;
const MOST = 560;
const REST = "#667085";

/** The colours of names over all steps: the largest names have one of their own, the others share a dark grey. */
export function coloursOf(answer: PathsAnswer): (node: PathsNode) => string {
  const sizes = new Map<string, number>();
  const key = (node: PathsNode) => JSON.stringify([node.name, node.value]);
  for (const node of answer.nodes) if (!node.other) sizes.set(key(node), (sizes.get(key(node)) ?? 0) + node.paths);
  const names = [...sizes].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  return (node) => (node.other ? OTHER : (SERIES[names.indexOf(key(node))] ?? REST));
}

type Part = { place: PathsPlace | null };
type Drawn = { nodes: (SankeyNode & Part)[]; links: (SankeyLink & Part)[]; rows: number };
type Told = { answer: PathsAnswer; called: (node: PathsNode) => string; format: Format; words: Words };
type Words = {
  paths: string;
  people: string;
  ofAll: string;
  ofHere: string;
  ends: string;
  endsAt: (node: string) => string;
  beyond: string;
  arrow: string;
};

/** The nodes and ribbons of an answer; each with the list it opens, which a masked value has not. */
export function drawn({ answer, called, format, words }: Told): Drawn {
  const back = answer.counted_from === "end";
  const colour = coloursOf(answer);
  const last = Math.max(1, ...answer.nodes.map((node) => node.step));
  const column = (step: number) => (back ? last + 1 - step : step - 1);
  const percent = (part: number, whole: number) => formatShare(share(part, whole) ?? 0, format.language);
  const told = (paths: number, people: number, of: number | null) => [
    { name: words.paths, value: format.count(paths) },
    { name: words.people, value: format.count(people) },
    { name: words.ofAll, value: percent(paths, answer.total.paths) },
    ...(of === null ? [] : [{ name: words.ofHere, value: percent(paths, of) }]),
  ];
  const label = (name: string, count: number) => `${name} ${format.brief(count, "count")}`;
  const nodes: Drawn["nodes"] = answer.nodes.map((node) => ({
    id: node.id,
    column: column(node.step),
    name: label(called(node), node.paths),
    colour: colour(node),
    told: told(node.paths, node.people, null),
    place: node.masked ? null : { step: node.step, node: asked(node), onto: null, exits: false },
  }));
  const ends = (source: string, target: string) => (back ? { source: target, target: source } : { source, target });
  const links: Drawn["links"] = hopsOf(answer).map(({ from, to, paths, people }) => ({
    ...ends(from.id, to.id),
    value: paths,
    colour: colour(back ? to : from),
    title: back ? `${called(to)} ${words.arrow} ${called(from)}` : `${called(from)} ${words.arrow} ${called(to)}`,
    told: told(paths, people, from.paths),
    place: from.masked || to.masked ? null : { step: from.step, node: asked(from), onto: asked(to), exits: false },
  }));
  for (const kind of ["exits", "beyond"] as const) {
    for (let step = 1; step <= last; step += 1) {
      const here = answer.nodes.filter((node) => node.step === step && node[kind].paths > 0);
      if (!here.length) continue;
      const id = `${kind}:${step}`;
      const count = here.reduce((sum, node) => sum + node[kind].paths, 0);
      const name = kind === "exits" ? words.ends : words.beyond;
      const value = [
        { name: words.paths, value: format.count(count) },
        { name: words.ofAll, value: percent(count, answer.total.paths) },
      ];
      const place = kind === "exits" ? { step, node: null, onto: null, exits: true } : null;
      nodes.push({ id, column: column(step + 1), name: label(name, count), colour: OTHER, pale: true, told: value, place });
      for (const node of here)
        links.push({
          ...ends(node.id, id),
          value: node[kind].paths,
          colour: OTHER,
          title: kind === "exits" ? words.endsAt(called(node)) : `${called(node)} ${words.arrow} ${name}`,
          told: told(node[kind].paths, node[kind].people, node.paths),
          place: kind === "exits" && !node.masked ? { step, node: asked(node), onto: null, exits: true } : null,
        });
    }
  }
  const columns = nodes.map((node) => nodes.filter((other) => other.column === node.column).length);
  return { nodes, links, rows: Math.max(1, ...columns) };
}

type Props = { answer: PathsAnswer; called: (node: PathsNode) => string; open?: ((place: PathsPlace) => void) | undefined };

/** Draw the paths. */
export function PathsFlow({ answer, called, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const back = answer.counted_from === "end";
  const { nodes, links, rows } = useMemo(
    () =>
      drawn({
        answer,
        called,
        format,
        words: {
          paths: t("paths.paths"),
          people: t("paths.people"),
          ofAll: t("paths.ofAll"),
          ofHere: t(back ? "paths.ofAfter" : "paths.ofHere"),
          ends: t(back ? "paths.begins" : "paths.ends"),
          endsAt: (node) => t(back ? "paths.beginsAt" : "paths.endsAt", { node }),
          beyond: t(back ? "paths.before" : "paths.beyond"),
          arrow: "\u2192",
        },
      }),
    [answer, called, format, back, t],
  );
  return (
    <Sankey
      nodes={nodes}
      links={links}
      name={t("paths.flow")}
      height={Math.min(MOST, Math.max(LEAST, rows * ROW))}
      pick={
        open
          ? (part) => {
              const place = ("node" in part ? (part.node as SankeyNode & Part) : (part.link as SankeyLink & Part)).place;
              if (place) open(place);
            }
          : undefined
      }
    />
  );
}
