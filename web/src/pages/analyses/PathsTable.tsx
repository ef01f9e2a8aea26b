/** Paths as numbers: a row a node of a step; what most do next, and how many end there. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { PathsAnswer, PathsNode, PathsPlace } from "@/api/paths";
import { formatShare, MISSING } from "@/kit/format";
import { type Column, Sheet } from "@/kit/Sheet";
import { useFormat } from "@/kit/use";
import { share } from "./given";
import { coloursOf } from "./PathsFlow";
import { asked, hopsOf, nextOf } from "./pathsDefinition";

type Props = { answer: PathsAnswer; called: (node: PathsNode) => string; open?: ((place: PathsPlace) => void) | undefined };

/** Show the nodes. */
export function PathsTable({ answer, called, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const hops = useMemo(() => hopsOf(answer), [answer]);
  const colour = useMemo(() => coloursOf(answer), [answer]);
  const back = answer.counted_from === "end";
  const percent = (part: number, whole: number) => {
    const of = share(part, whole);
    return of === null ? MISSING : formatShare(of, format.language);
  };
  const number = (count: number, label: string, place: PathsPlace, masked: boolean) => {
    const shown = format.count(count);
    if (!open || masked || !count) return shown;
    return (
      <button type="button" className="analysis-number num" aria-label={`${label}: ${shown}`} onClick={() => open(place)}>
        {shown}
      </button>
    );
  };
  const at = (node: PathsNode) => t("paths.atStep", { step: node.step, node: called(node) });
  const columns: Column<PathsNode>[] = [
    { key: "step", title: t("paths.step"), width: 56, cell: (node) => node.step },
    {
      key: "node",
      title: t("paths.node"),
      cell: (node) => (
        <span className="paths-node">
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <rect width={10} height={10} rx={2} fill={colour(node)} />
          </svg>
          <span className={node.other ? "muted" : ""}>{called(node)}</span>
        </span>
      ),
    },
    {
      key: "paths",
      title: t("paths.paths"),
      number: true,
      width: 100,
      cell: (node) => number(node.paths, at(node), { step: node.step, node: asked(node), onto: null, exits: false }, node.masked),
    },
    { key: "people", title: t("paths.people"), number: true, width: 90, cell: (node) => format.count(node.people) },
    { key: "share", title: t("paths.ofAll"), number: true, width: 90, cell: (node) => percent(node.paths, answer.total.paths) },
    {
      key: "next",
      title: t(back ? "paths.mostBefore" : "paths.mostNext"),
      cell: (node) => {
        const hop = nextOf(node, hops);
        if (!hop) return <span className="muted">{MISSING}</span>;
        const place = { step: node.step, node: asked(node), onto: asked(hop.to), exits: false };
        return (
          <span className="paths-next">
            <span>{called(hop.to)}</span>
            <span>
              {number(hop.paths, `${at(node)}, ${called(hop.to)}`, place, node.masked || hop.to.masked)}
              <span className="muted num"> {percent(hop.paths, node.paths)}</span>
            </span>
          </span>
        );
      },
    },
    {
      key: "exits",
      title: t(back ? "paths.begins" : "paths.ends"),
      number: true,
      width: 150,
      cell: (node) => (
        <>
          {number(
            node.exits.paths,
            t(back ? "paths.beginsAt" : "paths.endsAt", { node: at(node) }),
            { step: node.step, node: asked(node), onto: null, exits: true },
            node.masked,
          )}
          <span className="paths-share muted">{percent(node.exits.paths, node.paths)}</span>
        </>
      ),
    },
  ];
  return <Sheet<PathsNode> label={t("paths.table")} rows={answer.nodes} rowKey={(node) => node.id} columns={columns} scroll={{ x: "max-content" }} />;
}
