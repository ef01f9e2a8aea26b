/** The board of growth (AARRR): acquisition, activation, retention, revenue, referral of a period beside an earlier one. The address is the analysis. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import {
  fetchGrowthFile,
  fetchGrowthPeople,
  type GrowthAnswer,
  type GrowthPerson,
  type GrowthPlace,
  growthOptions,
  growthProofOptions,
} from "@/api/growth";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { Bone, Empty, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import type { AnalysisSearch } from "@/shell/router";
import { useMay } from "@/shell/session";
import { Analysis, WithKnown } from "./Analysis";
import { GrowthBoard } from "./GrowthBoard";
import { GrowthRules } from "./GrowthRules";
import { eventsOf, usualPeriod } from "./given";
import { type Definition, isWhole, OF_EVENTS, readDefinition, readPlace, stageOf, usualDefinition, writePlace } from "./growth";
import { People, ProofLines } from "./People";
import { nameOf } from "./Saved";
import "./growth.css";

function Sentence({ answer, name }: { answer: GrowthAnswer; name: string }) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const [acquired, , , revenue] = answer.total.stages;
  const share = toNumber(acquired?.share);
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {t("growth.answer", {
        acquired: format.count(acquired?.people ?? 0),
        activated: share === null ? MISSING : formatShare(share, format.language),
        buyers: t("growth.people", { count: format.count(revenue?.people ?? 0) as unknown as number }),
        money: `${format.brief(answer.total.money, "money")} (${t(`growth.moneyTold.${answer.money}`)})`,
      })}
    </>
  );
}

type PaneProps = {
  answer: GrowthAnswer;
  definition: Definition;
  place: GrowthPlace | null;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};

function Pane({ answer, definition, place, person, open, close }: PaneProps) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const value = useValueName();
  const span = place?.before ? answer.before_period : answer.period;
  const stage = place ? t(`growth.stage.${place.stage}`) : "";
  const row = place?.row === "value" ? ` · ${value(answer.field ?? "", place.value ?? "")}` : "";
  return (
    <People<GrowthPerson>
      title={place ? t(place.lost ? "growth.peopleLost" : "growth.peopleAt", { stage }) : null}
      person={person}
      proofTitle={t("growth.proof")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} />}
      about={`${format.span(span.from, span.to)}${row}`}
      which={[definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchGrowthPeople(definition, answer.asked_ms, place as GrowthPlace, cursor, signal)}
      file={() => fetchGrowthFile(definition, answer.asked_ms, place)}
      fileName="growth-people"
      columns={[
        { key: "day", title: t("growth.firstDay"), width: 165, cell: (one) => (one.day ? format.day(one.day) : MISSING) },
        { key: "orders", title: t("growth.orders"), number: true, width: 80, cell: (one) => format.count(one.orders) },
        { key: "money", title: t("growth.amount"), number: true, width: 110, cell: (one) => format.figure(one.money, "money") },
      ]}
      what={t("growth.what")}
      open={(one) => open(one?.person ?? null)}
      close={close}
      testid="growth-people"
    />
  );
}

function Proof({ answer, definition, person }: { answer: GrowthAnswer; definition: Definition; person: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery(growthProofOptions(definition, answer.asked_ms, person));
  return (
    <Shown query={query} what={t("growth.proof")} permission="people.see" skeleton={<Bone height={200} />}>
      {(data) => (
        <ProofLines label={t("growth.proof")} lines={data.stages.map((one) => ({ key: one.stage, text: format.say(one), counted: one.counted }))} />
      )}
    </Shown>
  );
}

const shut = { rows: undefined, person: undefined };

function Asked({ known, search, go }: { known: Known; search: AnalysisSearch; go: (patch: AnalysisSearch) => void }) {
  const { t } = useTranslation();
  const mayPeople = useMay("people.see");
  const read = search.def === undefined ? usualDefinition(known) : readDefinition(search.def);
  const definition = read ?? usualDefinition(known);
  const ready = read !== null && isWhole(definition);
  const query = useQuery({ ...growthOptions(definition), enabled: ready, placeholderData: keepPreviousData });
  const change = useCallback((next: Definition) => go({ def: next, ...shut }), [go]);
  return (
    <Analysis
      kind="aarrr"
      title={t("growth.title")}
      what={t("growth.what")}
      sentence={(answer) => <Sentence answer={answer} name={nameOf(definition, "aarrr")} />}
      definition={definition}
      readable={read !== null}
      ready={ready}
      unfinished={{ title: t("growth.unfinishedTitle"), text: t("growth.unfinishedText") }}
      query={query}
      saved={search.saved}
      show={(def, saved) => go({ def, saved, ...shut })}
      file={(answer) => fetchGrowthFile(definition, answer.asked_ms, null)}
      builder={
        <Panel title={t("growth.rules")} className="analysis-builder">
          <GrowthRules
            definition={definition}
            known={known}
            change={change}
            opened={search.more === "1"}
            open={(more) => go({ more: more ? "1" : undefined })}
          />
        </Panel>
      }
      empty={(answer) =>
        answer.total.stages.some((stage) => stage.people) ? null : (
          <Empty
            title={t("growth.emptyTitle")}
            text={t("growth.emptyText")}
            action={
              <Button type="primary" onClick={() => change({ ...definition, period: usualPeriod(known) })}>
                {t("growth.emptyAction")}
              </Button>
            }
          />
        )
      }
      height={420}
      pane={
        mayPeople
          ? (answer) => (
              <Pane
                answer={answer}
                definition={definition}
                place={readPlace(search.rows)}
                person={/^\d{1,15}$/.test(search.person ?? "") ? Number(search.person) : null}
                open={(person) => go({ person: person === null ? undefined : String(person) })}
                close={() => go(shut)}
              />
            )
          : undefined
      }
    >
      {(answer) => (
        <GrowthBoard
          answer={answer}
          own={OF_EVENTS.filter((stage) => eventsOf(stageOf(definition, stage)).length > 0)}
          open={mayPeople ? (one) => go({ rows: writePlace(one), person: undefined }) : undefined}
        />
      )}
    </Analysis>
  );
}

/** Show the page. */
export function GrowthPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/desk/analyse/growth" });
  const navigate = useNavigate({ from: "/analyse/growth" });
  const go = useCallback((patch: AnalysisSearch) => void navigate({ search: (now) => ({ ...now, ...patch }) }), [navigate]);
  return (
    <WithKnown title={t("growth.title")} what={t("growth.what")}>
      {(known) => <Asked known={known} search={search} go={go} />}
    </WithKnown>
  );
}
