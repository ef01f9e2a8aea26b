/** Who is in a cell or a group, with what each bought; and for one of them, what puts them there. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { fetchRfmFile, fetchRfmPeople, type RfmAnswer, type RfmBuyer, type RfmPlace, type RfmProof, rfmProofOptions } from "@/api/money";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { People, ProofLines } from "./People";
import { useRfmWords } from "./RfmBody";
import type { Rfm } from "./rfmDefinition";

type Props = {
  answer: RfmAnswer;
  definition: Rfm;
  place: RfmPlace | null;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};

/** Show the pane while there is a place. */
export function RfmPane({ answer, definition, place, person, open, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const group = (code: string) => format.say(answer.groups.find((one) => one.code === code)) || code;
  const title = () => {
    if (!place) return null;
    if (place.group) return group(place.group);
    if (place.recency === null) return t("rfm.everybody");
    return place.frequency === null ? `R${place.recency}` : t("rfm.cell", { r: place.recency, f: place.frequency });
  };
  return (
    <People<RfmBuyer>
      title={title()}
      person={person}
      proofTitle={t("rfm.proof")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} />}
      about={format.span(answer.period.from, answer.until)}
      which={["rfm", definition, answer.asked_ms, place]}
      fetch={(cursor, signal) => fetchRfmPeople(definition, answer.asked_ms, place as RfmPlace, cursor, signal)}
      file={() => fetchRfmFile(definition, answer.asked_ms, place)}
      fileName="rfm-people"
      columns={[
        ...(place?.group ? [] : [{ key: "group", title: t("rfm.group"), width: 130, ellipsis: true, cell: (one: RfmBuyer) => group(one.group) }]),
        { key: "scores", title: t("rfm.score"), width: 70, cell: (one) => `${one.recency}${one.frequency}${one.monetary_score}` },
        { key: "days", title: t("rfm.daysSince"), number: true, width: 90, cell: (one) => format.count(one.days) },
        { key: "orders", title: t("rfm.orderCount"), number: true, width: 70, cell: (one) => format.count(one.orders) },
        { key: "money", title: t("rfm.money"), number: true, width: 110, cell: (one) => format.figure(one.money, "money") },
      ]}
      what={t("rfm.what")}
      open={(one) => open(one?.person ?? null)}
      close={close}
      testid="rfm-people"
    />
  );
}

function Proof({ answer, definition, person }: Pick<Props, "answer" | "definition"> & { person: number }) {
  const { t } = useTranslation();
  const query = useQuery(rfmProofOptions(definition, answer.asked_ms, person));
  return (
    <Shown query={query} what={t("rfm.proof")} permission="people.see" skeleton={<Bone height={200} />}>
      {(data) => <Told answer={answer} proof={data} />}
    </Shown>
  );
}

function Told({ answer, proof }: { answer: RfmAnswer; proof: RfmProof }) {
  const { t } = useTranslation();
  const format = useFormat(proof.currency);
  const { figure, count } = useRfmWords(answer);
  const { buyer } = proof;
  if (!buyer) return <p className="muted">{format.say({ en: proof.en[0] ?? "", zh: proof.zh[0] ?? "" })}</p>;
  const group = format.say(answer.groups.find((one) => one.code === buyer.group));
  const better = (at: number) => buyer.group[at] === "1";
  const cut = answer.thresholds;
  return (
    <>
      <p className="pane-about">{t("rfm.inGroup", { group, money: format.figure(buyer.money, "money"), count: count(buyer.orders) })}</p>
      <ProofLines
        label={t("rfm.proof")}
        lines={[
          {
            key: "recency",
            head: t(`rfm.${better(0) ? "yes" : "no"}.recency`),
            text: t("rfm.why.recency", {
              last: format.day(buyer.last),
              days: figure("recency", String(buyer.days)),
              cut: figure("recency", cut.recency),
              score: buyer.scores.recency,
            }),
            counted: better(0),
          },
          {
            key: "frequency",
            head: t(`rfm.${better(1) ? "yes" : "no"}.frequency`),
            text: t("rfm.why.frequency", {
              orders: figure("frequency", String(buyer.orders)),
              cut: figure("frequency", cut.frequency),
              score: buyer.scores.frequency,
            }),
            counted: better(1),
          },
          {
            key: "monetary",
            head: t(`rfm.${better(2) ? "yes" : "no"}.monetary`),
            text: t("rfm.why.monetary", {
              of: t(`rfm.told.${answer.monetary}`),
              money: format.figure(buyer.monetary, "money"),
              cut: figure("monetary", cut.monetary),
              score: buyer.scores.monetary,
            }),
            counted: better(2),
          },
        ]}
      />
      <h3 className="retention-cohort">{t("rfm.bought")}</h3>
      <ProofLines
        label={t("rfm.bought")}
        lines={proof.amounts.map((one, index) => ({
          key: String(index),
          head: `${format.day(one.day)} \u00b7 ${format.figure(one.amount, "money")}`,
          text: t("rfm.ref", { ref: one.ref }),
          counted: true,
        }))}
      />
    </>
  );
}
