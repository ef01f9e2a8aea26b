/** Paths: what people do one after another, what led where, and where they end. The address is the analysis. */

import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { fetchPathsFile, type NodeAsked, type PathsAnswer, pathsOptions } from "@/api/paths";
import { bracketed, formatShare } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { share } from "./given";
import { useNames } from "./names";
import { PathsBuilder } from "./PathsBuilder";
import { PathsFlow } from "./PathsFlow";
import { PathsPane } from "./PathsPane";
import { PathsTable } from "./PathsTable";
import { askedPaths, mostExits, mostTaken, readPaths, readPathsPlace, usualPaths, wholePaths, writePathsPlace } from "./pathsDefinition";
import { nameOf } from "./Saved";
import "./paths.css";

type AnswerProps = { answer: PathsAnswer; name: string; called: (node: NodeAsked) => string; format: Format };

function Answer({ answer, name, called, format }: AnswerProps) {
  const { t } = useTranslation();
  if (!answer.total.paths) return t("paths.nobody");
  const back = answer.counted_from === "end";
  const gap = format.language === "zh" ? "" : " ";
  const turns = mostTaken(answer).map(({ node, share: of }, index) => {
    const told = node ? called(node) : t(back ? "paths.wayBegin" : "paths.wayEnd");
    return index ? bracketed(told, formatShare(of, format.language), format.language) : told;
  });
  const unseen = answer.nodes.reduce((sum, node) => sum + node.beyond.paths, 0);
  const most = mostExits(answer);
  // Where more paths go on beyond what is shown than end anywhere, nothing is known of where most end.
  const end = most && most.exits.paths >= unseen ? most : null;
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {t("paths.answer", {
        paths: format.count(answer.total.paths) as unknown as number,
        people: format.count(answer.total.people) as unknown as number,
        way: turns.join(back ? " \u2190 " : " \u2192 "),
      })}
      {gap}
      {end
        ? t(back ? "paths.mostBegin" : "paths.mostEnd", {
            node: t("paths.atStep", { step: end.step, node: called(end) }),
            share: formatShare(share(end.exits.paths, answer.total.paths) ?? 0, format.language),
          })
        : null}
      {gap}
      {answer.total.still_open ? t("paths.open", { count: format.count(answer.total.still_open) as unknown as number }) : null}
    </>
  );
}

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { event } = useNames();
  const valued = useValueName();
  const asking = useAsking(known, {
    kind: "paths",
    usual: usualPaths,
    read: readPaths,
    whole: wholePaths,
    options: pathsOptions,
    written: askedPaths,
    compares: true,
  });
  const { definition, search, building } = asking;
  const by = typeof definition.by === "string" ? definition.by : (definition.by?.field ?? "");
  const called = useMemo(
    () => (node: NodeAsked) => {
      if (node.name === null) return t("paths.other");
      return node.value === null ? event(node.name) : `${event(node.name)} ${valued(by, node.value)}`;
    },
    [t, event, valued, by],
  );
  const open = asking.lister(writePathsPlace);
  return (
    <Analysis
      asking={asking}
      title={t("paths.title")}
      what={t("paths.what")}
      sentence={(answer) => <Answer answer={answer} name={nameOf(definition, "paths")} called={called} format={format} />}
      headline={(answer) => ({ name: t("paths.paths"), value: answer.total.paths, unit: "count" })}
      unfinished={{ title: t("paths.unfinishedTitle"), text: t("paths.unfinishedText") }}
      file={(answer) => fetchPathsFile(asking.written, answer.asked_ms, null)}
      height={420}
      builderTitle={t("paths.builder")}
      builder={<PathsBuilder {...building} />}
      nothing={(answer) => !answer.total.paths}
      empty={{ title: t("paths.emptyTitle"), text: t("paths.emptyText") }}
      pane={(answer) => (
        <PathsPane answer={answer} definition={asking.written} called={called} place={readPathsPlace(search.rows)} {...asking.pane} />
      )}
    >
      {(answer) => (
        <>
          <Panel title={t("paths.flow")} hint={t(answer.counted_from === "end" ? "paths.flowHintBack" : "paths.flowHint")}>
            <PathsFlow answer={answer} called={called} open={open} />
          </Panel>
          <Panel title={t("paths.table")} hint={t("paths.tableHint")}>
            <PathsTable answer={answer} called={called} open={open} />
          </Panel>
        </>
      )}
    </Analysis>
  );
}

/** Show the page. */
export function PathsPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("paths.title")} what={t("paths.what")}>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
