/** Paths: what people do one after another, what led where, and where they end. The address is the analysis. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { fetchPathsFile, type NodeAsked, type PathsAnswer, type PathsPlace, pathsOptions } from "@/api/paths";
import { formatShare } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { Empty } from "@/kit/states";
import { type Format, useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import type { AnalysisSearch } from "@/shell/router";
import { useMay } from "@/shell/session";
import { Analysis, WithKnown } from "./Analysis";
import { share, usualPeriod } from "./given";
import { useNames } from "./names";
import { PathsBuilder } from "./PathsBuilder";
import { PathsFlow } from "./PathsFlow";
import { PathsPane } from "./PathsPane";
import { PathsTable } from "./PathsTable";
import {
  askedPaths,
  mostExits,
  mostTaken,
  type PathsDefinition,
  readPaths,
  readPathsPlace,
  usualPaths,
  wholePaths,
  writePathsPlace,
} from "./pathsDefinition";
import { nameOf } from "./Saved";
import "./paths.css";

const shut = { rows: undefined, person: undefined };
const whole = (text: string | undefined) => (text && /^\d{1,15}$/.test(text) ? Number(text) : null);

type AnswerProps = { answer: PathsAnswer; name: string; called: (node: NodeAsked) => string; format: Format };

function Answer({ answer, name, called, format }: AnswerProps) {
  const { t } = useTranslation();
  if (!answer.total.paths) return t("paths.nobody");
  const back = answer.counted_from === "end";
  const gap = format.language === "zh" ? "" : " ";
  const turns = mostTaken(answer).map(({ node, share: of }, index) => {
    const told = node ? called(node) : t(back ? "paths.wayBegin" : "paths.wayEnd");
    return index ? `${told} (${formatShare(of, format.language)})` : told;
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

function Asked({ known, search, go }: { known: Known; search: AnalysisSearch; go: (patch: AnalysisSearch) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { event } = useNames();
  const valued = useValueName();
  const mayPeople = useMay("people.see");
  const read = search.def === undefined ? usualPaths(known) : readPaths(search.def);
  const definition: PathsDefinition = read ?? usualPaths(known);
  const ready = read !== null && wholePaths(definition);
  const body = askedPaths(definition);
  const query = useQuery({ ...pathsOptions(body), enabled: ready, placeholderData: keepPreviousData });
  const change = useCallback((next: PathsDefinition) => go({ def: askedPaths(next), ...shut }), [go]);
  const by = typeof definition.by === "string" ? definition.by : (definition.by?.field ?? "");
  const called = useMemo(
    () => (node: NodeAsked) => {
      if (node.name === null) return t("paths.other");
      return node.value === null ? event(node.name) : `${event(node.name)} ${valued(by, node.value)}`;
    },
    [t, event, valued, by],
  );
  const open = mayPeople ? (place: PathsPlace) => go({ rows: writePathsPlace(place), person: undefined }) : undefined;
  return (
    <Analysis
      kind="paths"
      title={t("paths.title")}
      what={t("paths.what")}
      sentence={(answer) => <Answer answer={answer} name={nameOf(definition, "paths")} called={called} format={format} />}
      definition={body}
      readable={read !== null}
      ready={ready}
      unfinished={{ title: t("paths.unfinishedTitle"), text: t("paths.unfinishedText") }}
      query={query}
      saved={search.saved}
      show={(def, saved) => go({ def, saved, ...shut })}
      file={(answer) => fetchPathsFile(body, answer.asked_ms, null)}
      height={420}
      builder={
        <Panel title={t("paths.builder")} className="analysis-builder">
          <PathsBuilder
            definition={definition}
            known={known}
            change={change}
            opened={search.more === "1"}
            open={(more) => go({ more: more ? "1" : undefined })}
          />
        </Panel>
      }
      empty={(answer) =>
        answer.total.paths ? null : (
          <Empty
            title={t("paths.emptyTitle")}
            text={t("paths.emptyText")}
            action={
              <Button type="primary" onClick={() => change({ ...definition, period: usualPeriod(known) })}>
                {t("funnel.emptyAction")}
              </Button>
            }
          />
        )
      }
      pane={
        mayPeople
          ? (answer) => (
              <PathsPane
                answer={answer}
                definition={body}
                called={called}
                place={readPathsPlace(search.rows)}
                person={whole(search.person)}
                open={(next) => go({ person: next === null ? undefined : String(next) })}
                close={() => go(shut)}
              />
            )
          : undefined
      }
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
  const search = useSearch({ from: "/desk/analyse/paths" });
  const navigate = useNavigate({ from: "/analyse/paths" });
  const go = useCallback((patch: AnalysisSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  return (
    <WithKnown title={t("paths.title")} what={t("paths.what")}>
      {(known) => <Asked known={known} search={search} go={go} />}
    </WithKnown>
  );
}
