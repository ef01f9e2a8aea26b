/** Baskets: what goes together more often than by chance, and in whose baskets. The address is the analysis. */

import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { type BasketAnswer, basketOptions, fetchBasketFile } from "@/api/basket";
import { formatShare, toNumber } from "@/kit/format";
import { useFormat } from "@/kit/use";
import { Analysis, WithKnown } from "./Analysis";
import { useAsking } from "./asking";
import { BasketBody, useBasketNames } from "./BasketBody";
import { BasketPane } from "./BasketPane";
import { BasketRules } from "./BasketRules";
import {
  type Basket,
  pairsOf,
  readBasket,
  readBasketPlace,
  TOP,
  usualBasket,
  usualDays,
  wholeBasket,
  writeBasketPlace,
  writtenBasket,
} from "./basketDefinition";
import { nameOf } from "./Saved";
import "./basket.css";

function Sentence({ answer, name, item, top }: { answer: BasketAnswer; name: string; item: string | undefined; top: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBasketNames(answer);
  const gap = format.language === "zh" ? "" : " ";
  const pairs = pairsOf(answer, item);
  const found = pairs.filter((pair) => pair.found && Number(pair.lift) > 1);
  const best = found[0];
  const count = (value: number) => format.count(value) as unknown as number;
  return (
    <>
      {name ? <strong>{name} · </strong> : null}
      {item === undefined
        ? t(answer.pairs.length < top ? "basket.answer" : "basket.answerTop", {
            baskets: names.baskets(format.count(answer.baskets)),
            found: count(found.length),
            shown: count(pairs.length),
          })
        : t("basket.answerOf", { item: names.item(item), found: count(found.length) })}
      {gap}
      {best
        ? t("basket.best", {
            one: names.side(best, 0),
            other: names.side(best, 1),
            lift: format.figure(Number(Number(best.lift).toFixed(1)), "count"),
            share: formatShare(toNumber(best.confidence) ?? 0, format.language),
          })
        : t("basket.noBest")}
    </>
  );
}

function Asked({ known }: { known: Known }) {
  const { t } = useTranslation();
  const asking = useAsking(known, {
    kind: "basket",
    usual: usualBasket,
    read: readBasket,
    whole: wholeBasket,
    options: basketOptions,
    period: usualDays,
    written: writtenBasket,
  });
  const { definition, written, search, go, building } = asking;
  return (
    <Analysis<Basket, BasketAnswer>
      asking={asking}
      title={t("basket.title")}
      what={t("basket.what")}
      sentence={(answer) =>
        answer.pairs.length ? <Sentence answer={answer} name={nameOf(definition, "basket")} item={search.pick} top={definition.top ?? TOP} /> : null
      }
      unfinished={{ title: t("basket.unfinishedTitle"), text: t("basket.unfinishedText") }}
      file={(answer) => fetchBasketFile(written, answer.asked_ms, "counts", null)}
      builderTitle={t("basket.builder")}
      builder={<BasketRules {...building} />}
      nothing={(answer) => !answer.pairs.length}
      empty={{ title: t("basket.emptyTitle"), text: t("basket.emptyText") }}
      recent={t("basket.recent")}
      height={420}
      pane={(answer) => <BasketPane answer={answer} definition={written} place={readBasketPlace(search.rows)} {...asking.pane} />}
    >
      {(answer) => <BasketBody answer={answer} item={search.pick} look={(item) => go({ pick: item })} open={asking.lister(writeBasketPlace)} />}
    </Analysis>
  );
}

/** Show the page. */
export function BasketPage() {
  const { t } = useTranslation();
  return (
    <WithKnown title={t("basket.title")} what={t("basket.what")} orders>
      {(known) => <Asked known={known} />}
    </WithKnown>
  );
}
