/** Who is behind a cell of a lifetime value, with what each brought; and for one of them, at which age each amount counts. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import {
  fetchRevenueFile,
  fetchRevenuePeople,
  type RevenueAnswer,
  type RevenueMember,
  type RevenuePlace,
  type RevenueProof,
  revenueProofOptions,
} from "@/api/money";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { People, ProofLines } from "./People";
import type { Revenue } from "./revenueDefinition";
import { useRevenueNames } from "./revenueNames";

type Props = {
  answer: RevenueAnswer;
  definition: Revenue;
  place: RevenuePlace | null;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};

/** Show the pane while there is a place. */
export function RevenuePane({ answer, definition, place, person, open, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const names = useRevenueNames(answer);
  const row = place ? answer.cohorts.find((one) => one.cohort === place.cohort) : undefined;
  const told = place && place.cell !== null ? (place.cohort === null ? answer.total : row)?.cells[place.cell] : undefined;
  const title = () => {
    if (!place) return null;
    const cohort = names.cohort(place.cohort);
    return place.cell === null ? t("lifetime.peopleAll", { cohort }) : t("lifetime.peopleAt", { cohort, age: names.age(place.cell) });
  };
  return (
    <People<RevenueMember>
      title={title()}
      person={person}
      proofTitle={t("lifetime.proof")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} at={place?.cell ?? null} />}
      about={
        told?.value
          ? t("lifetime.aboutCell", { value: format.figure(told.value, "money"), each: format.figure(told.per_member, "money") })
          : format.span(answer.period.from, answer.period.to)
      }
      which={["revenue", definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchRevenuePeople(definition, answer.asked_ms, place as RevenuePlace, cursor, signal)}
      file={() => fetchRevenueFile(definition, answer.asked_ms, place)}
      fileName="revenue-people"
      columns={[
        { key: "start", title: t("lifetime.began"), width: 150, cell: (one) => format.day(one.start) },
        { key: "purchases", title: t("lifetime.purchases"), number: true, width: 90, cell: (one) => format.count(one.purchases) },
        { key: "value", title: t("lifetime.brought"), number: true, width: 120, cell: (one) => format.figure(one.value, "money") },
      ]}
      what={t("lifetime.what")}
      open={(one) => open(one?.person ?? null)}
      close={close}
      testid="revenue-people"
    />
  );
}

function Proof({ answer, definition, person, at }: Pick<Props, "answer" | "definition"> & { person: number; at: number | null }) {
  const { t } = useTranslation();
  const query = useQuery(revenueProofOptions(definition, answer.asked_ms, person));
  return (
    <Shown query={query} what={t("lifetime.proof")} permission="people.see" skeleton={<Bone height={200} />}>
      {(data) => <Amounts answer={answer} proof={data} at={at} />}
    </Shown>
  );
}

function Amounts({ answer, proof, at }: { answer: RevenueAnswer; proof: RevenueProof; at: number | null }) {
  const { t } = useTranslation();
  const format = useFormat(proof.currency);
  const names = useRevenueNames(answer);
  if (proof.start === null || proof.cohort === null) return <p className="muted">{format.say({ en: proof.en[0] ?? "", zh: proof.zh[0] ?? "" })}</p>;
  // Beyond the age that the list was of an amount does not count there.
  const counted = (one: RevenueProof["amounts"][number]) => one.why === "adds" && (at === null || (one.cell ?? 0) <= at);
  return (
    <>
      <p className="pane-about">{t("lifetime.memberOf", { cohort: names.cohort(proof.cohort), day: format.day(proof.start) })}</p>
      <ProofLines
        label={t("lifetime.proof")}
        lines={proof.amounts.map((one, index) => ({
          key: String(index),
          head: `${format.day(one.day)} · ${format.figure(one.amount, "money")}`,
          text:
            one.why === "adds"
              ? t("lifetime.why.adds", { age: names.age(one.cell ?? 0), value: format.figure(one.value, "money"), ref: one.ref })
              : t(`lifetime.why.${one.why}`, { ref: one.ref }),
          counted: counted(one),
          here: at !== null && one.cell === at,
        }))}
      />
      {proof.amounts.length ? null : <p className="muted">{t("lifetime.why.nothing")}</p>}
    </>
  );
}
