/** The baskets behind a pair with their people; and for one of them, what each of their baskets holds. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import {
  type BasketAnswer,
  type BasketOf,
  type BasketPlace,
  type BasketProof,
  basketProofOptions,
  fetchBasketFile,
  fetchBaskets,
} from "@/api/basket";
import { MISSING } from "@/kit/format";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useBasketNames } from "./BasketBody";
import { People, type Person, ProofLines } from "./People";

type Json = Record<string, unknown>;
type Props = {
  answer: BasketAnswer;
  definition: Json;
  place: { pair: BasketPlace } | null;
  person: number | null;
  open: (person: number | null) => void;
  close: () => void;
};
/** A basket as a row: 0 where nobody is known. */
type Row = Person & Pick<BasketOf, "basket" | "first">;

const rowOf = ({ person, ...rest }: BasketOf): Row => ({ person: person ?? 0, ...rest });

/** Show the pane while there is a place. */
export function BasketPane({ answer, definition, place, person, open, close }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBasketNames(answer);
  const pair = place?.pair ?? null;
  const title = place ? (pair ? `${names.item(pair.one)} + ${names.item(pair.other)}` : t(`basket.all.${names.inside}`)) : null;
  return (
    <People<Row>
      title={title}
      person={person}
      proofTitle={t("basket.proof")}
      proof={person === null ? null : <Proof answer={answer} definition={definition} person={person} pair={pair} />}
      about={format.span(answer.period.from, answer.period.to)}
      which={["basket", definition, answer.asked_ms, place]}
      fetch={async (cursor, signal) => {
        const page = await fetchBaskets(definition, answer.asked_ms, pair, cursor, signal);
        return { total: page.total, next: page.next, people: page.baskets.map(rowOf) };
      }}
      file={() => fetchBasketFile(definition, answer.asked_ms, "people", pair)}
      fileName="basket-people"
      called={(row) => (row.person ? row.name || `#${row.person}` : <span className="muted">{t("basket.nobody")}</span>)}
      columns={[
        ...(names.inside === "person"
          ? []
          : [
              {
                key: "basket",
                title: t(`basket.ref.${names.inside}`),
                ellipsis: true,
                cell: (row: Row) => <span className="mono">{row.basket ?? MISSING}</span>,
              },
            ]),
        { key: "first", title: t("basket.first"), width: 150, cell: (row) => format.full(row.first) },
      ]}
      what={t("basket.what")}
      open={(row) => (row?.person === 0 ? undefined : open(row?.person ?? null))}
      close={close}
      testid="basket-people"
    />
  );
}

type ProofProps = Pick<Props, "answer" | "definition"> & { person: number; pair: BasketPlace };

function Proof({ answer, definition, person, pair }: ProofProps) {
  const { t } = useTranslation();
  const query = useQuery(basketProofOptions(definition, answer.asked_ms, person));
  return (
    <Shown query={query} what={t("basket.proof")} permission="people.see" skeleton={<Bone height={200} />}>
      {(data) => <Held answer={answer} proof={data} pair={pair} />}
    </Shown>
  );
}

function Held({ answer, proof, pair }: { answer: BasketAnswer; proof: BasketProof; pair: BasketPlace }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBasketNames(answer);
  if (!proof.items.length) return <p className="muted">{format.say({ en: proof.en[0] ?? "", zh: proof.zh[0] ?? "" })}</p>;
  const baskets = new Map<string, BasketProof["items"]>();
  for (const item of proof.items) baskets.set(item.basket, [...(baskets.get(item.basket) ?? []), item]);
  return (
    <ProofLines
      label={t("basket.proof")}
      lines={[...baskets].map(([basket, items]) => {
        const held = new Set(items.map((one) => one.item));
        const has = !pair || (held.has(pair.one) && held.has(pair.other));
        const told = items.map((one) => `${names.item(one.item)}${one.looked_at ? "" : ` (${t("basket.tooRare")})`}`);
        return {
          key: basket,
          head: `${names.inside === "person" ? "" : `${basket} \u00b7 `}${format.full(items[0]?.at ?? "")}`,
          text: [...new Set(told)].join(" + "),
          counted: has,
          here: pair !== null && has,
        };
      })}
    />
  );
}
