/** The board of growth (AARRR): acquisition, activation, retention, revenue, referral of a period beside an earlier one. The address is the analysis. */

import { useQuery } from "@tanstack/react-query";
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
import { bracketed, formatShare, MISSING, toNumber } from "@/kit/format";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { GrowthBoard } from "./GrowthBoard";
import { GrowthRules } from "./GrowthRules";
import { eventsOf } from "./given";
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
        money: bracketed(format.brief(answer.total.money, "money"), t(`growth.moneyTold.${answer.money}`), format.language),
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

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const asking = useAsking(known, { kind: "aarrr", usual: usualDefinition, read: readDefinition, whole: isWhole, options: growthOptions });
  const { definition, search, building } = asking;
  return (
    <Analysis
      asking={asking}
      title={t("growth.title")}
      what={t("growth.what")}
      sentence={(answer) => <Sentence answer={answer} name={nameOf(definition, "aarrr")} />}
      unfinished={{ title: t("growth.unfinishedTitle"), text: t("growth.unfinishedText") }}
      file={(answer) => fetchGrowthFile(definition, answer.asked_ms, null)}
      builderTitle={t("growth.rules")}
      builder={<GrowthRules {...building} />}
      nothing={(answer) => !answer.total.stages.some((stage) => stage.people)}
      empty={{ title: t("growth.emptyTitle"), text: t("growth.emptyText") }}
      height={420}
      pane={(answer) => <Pane answer={answer} definition={definition} place={readPlace(search.rows)} {...asking.pane} />}
    >
      {(answer) => (
        <GrowthBoard
          answer={answer}
          own={OF_EVENTS.filter((stage) => eventsOf(stageOf(definition, stage)).length > 0)}
          open={asking.lister(writePlace)}
        />
      )}
    </Analysis>
  );
}

/** Show the page. */
export function GrowthPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("growth.title")} what={t("growth.what")}>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
