/** The answer of a basket analysis: the pairs by support and lift, and all of them as a table; one item can be looked for. */

import { Button, Select, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BasketAnswer, BasketPlace } from "@/api/basket";
import { type Bubble, Bubbles } from "@/charts/Bubbles";
import { formatShare, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Column, Sheet } from "@/kit/Sheet";
import { useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { highest, itemsOf, itemTold, pairsOf, type Seen } from "./basketDefinition";
import { useNames } from "./names";

const PLOT_HEIGHT = 320;
const NAMED = 8;
const ROWS = 50;
type Open = ((place: BasketPlace) => void) | undefined;
type Props = { answer: BasketAnswer; item: string | undefined; look: (item: string | undefined) => void; open: Open };

/** Give the names of items and of what a basket is called. */
export function useBasketNames(answer: Pick<BasketAnswer, "fields" | "in">) {
  const { t } = useTranslation();
  const value = useValueName();
  const { field } = useNames();
  const several = answer.fields.length > 1;
  const inside = answer.in === "order" || answer.in === "order_ref" ? "order" : answer.in === "trip" || answer.in === "person" ? answer.in : "other";
  return {
    /** With the name of the field where items are of several. */
    full: (of: string, text: string) => (several ? `${field(of)}: ${value(of, text)}` : value(of, text)),
    item: (item: string) => {
      const told = itemTold(item, answer.fields);
      return value(told.field, told.value);
    },
    side: (pair: Seen, at: 0 | 1) => value(pair.fields[at] ?? "", pair.values[at] ?? ""),
    field: (pair: Seen, at: 0 | 1) => (several ? `${field(pair.fields[at] ?? "")} ` : ""),
    inside,
    baskets: (count: string) => t(`basket.baskets.${inside}`, { count: count as unknown as number }),
  } as const;
}

const placeOf = (pair: Seen): BasketPlace => (pair.one === null || pair.other === null ? null : { one: pair.one, other: pair.other });

function useTold() {
  const format = useFormat();
  return {
    share: (text: string) => formatShare(toNumber(text) ?? 0, format.language),
    lift: (text: string | number) => `${format.figure(Number(Number(text).toFixed(2)), "count", { even: true })}\u2009\u00d7`,
  };
}

function Plot({ answer, pairs, open }: { answer: BasketAnswer; pairs: Seen[]; open: Open }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBasketNames(answer);
  const { share, lift } = useTold();
  const both = (pair: Seen) => `${names.side(pair, 0)} + ${names.side(pair, 1)}`;
  const drawn = pairs.filter((pair) => Number(pair.support) > 0 && Number(pair.lift) > 0);
  const named = new Set(drawn.slice(0, NAMED).map((pair) => pair.key));
  const bubbles = drawn.map(
    (pair): Bubble => ({
      key: pair.key,
      name: both(pair),
      x: Number(pair.support),
      y: Number(pair.lift),
      size: highest(pair),
      pale: !pair.found,
      named: named.has(pair.key),
      told: [
        { name: t("basket.lift"), value: lift(pair.lift) },
        { name: t("basket.support"), value: `${share(pair.support)} \u00b7 ${names.baskets(format.count(pair.together))}` },
        { name: t("basket.has", { one: names.side(pair, 0), other: names.side(pair, 1) }), value: share(pair.confidence) },
        { name: t("basket.has", { one: names.side(pair, 1), other: names.side(pair, 0) }), value: share(pair.confidence_back) },
      ],
    }),
  );
  if (!bubbles.length) return null;
  return (
    <Panel title={t("basket.plot")} hint={t("basket.plotHint")}>
      <Bubbles
        bubbles={bubbles}
        x={{ name: t("basket.support"), tell: (value) => formatShare(value, format.language) }}
        y={{ name: t("basket.lift"), tell: (value) => lift(value) }}
        line={{ at: 1, text: t("basket.asChance") }}
        name={t("basket.plot")}
        height={PLOT_HEIGHT}
        pick={
          open
            ? (bubble) => {
                const place = placeOf(pairs.find((pair) => pair.key === bubble.key) as Seen);
                if (place) open(place);
              }
            : undefined
        }
      />
    </Panel>
  );
}

function Chance({ pair, looked }: { pair: Seen; looked: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const percent = (text: string) => {
    const value = Number(text.replace("<", ""));
    return value < 0.0001 ? `< ${formatShare(0.0001, format.language)}` : formatShare(value, format.language);
  };
  const hint = t("basket.chanceHint", { chance: pair.chance, share: percent(pair.false_share), looked: format.count(looked) as unknown as number });
  return (
    <Tooltip title={hint}>
      <span className={pair.found ? "basket-holds" : "muted"}>
        {pair.found ? t(Number(pair.lift) < 1 ? "basket.apart" : "basket.holds") : t("basket.maybe")}
        <span className="muted num"> {percent(pair.false_share)}</span>
      </span>
    </Tooltip>
  );
}

function Table({ answer, pairs, item, look, open }: Props & { pairs: Seen[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBasketNames(answer);
  const { share, lift } = useTold();
  const [most, showMore] = useState(ROWS);
  const by = (key: "support" | "confidence" | "confidence_back" | "lift" | "leverage") => (a: Seen, b: Seen) => Number(a[key]) - Number(b[key]);
  const side = (pair: Seen, at: 0 | 1) => {
    const own = at ? pair.other : pair.one;
    const name = names.side(pair, at);
    return (
      <>
        <span className="muted">{names.field(pair, at)}</span>
        {own === null || own === item ? (
          name
        ) : (
          <button type="button" className="basket-item" title={t("basket.lookFor", { item: name })} onClick={() => look(own)}>
            {name}
          </button>
        )}
      </>
    );
  };
  const together = (pair: Seen) => {
    const shown = format.count(pair.together);
    const place = placeOf(pair);
    if (!open || !place) return shown;
    return (
      <button
        type="button"
        className="analysis-number num"
        aria-label={t("basket.openPair", { one: names.side(pair, 0), other: names.side(pair, 1), count: shown })}
        onClick={() => open(place)}
      >
        {shown}
      </button>
    );
  };
  const columns: Column<Seen>[] = [
    { key: "one", title: t("basket.one"), cell: (pair) => side(pair, 0) },
    { key: "other", title: t("basket.other"), cell: (pair) => side(pair, 1) },
    { key: "together", title: t(`basket.togetherIn.${names.inside}`), number: true, sort: (a, b) => a.together - b.together, cell: together },
    { key: "support", title: t("basket.support"), number: true, sort: by("support"), cell: (pair) => share(pair.support) },
    {
      key: "confidence",
      title: <Tooltip title={t("basket.thereHint")}>{t("basket.there")}</Tooltip>,
      number: true,
      sort: by("confidence"),
      cell: (pair) => share(pair.confidence),
    },
    {
      key: "back",
      title: <Tooltip title={t("basket.backHint")}>{t("basket.back")}</Tooltip>,
      number: true,
      sort: by("confidence_back"),
      cell: (pair) => share(pair.confidence_back),
    },
    {
      key: "lift",
      title: <Tooltip title={t("basket.liftHint")}>{t("basket.lift")}</Tooltip>,
      number: true,
      sort: by("lift"),
      cell: (pair) => <strong>{lift(pair.lift)}</strong>,
    },
    {
      key: "leverage",
      title: <Tooltip title={t("basket.leverageHint")}>{t("basket.leverage")}</Tooltip>,
      number: true,
      sort: by("leverage"),
      cell: (pair) => format.figure(Number(pair.leverage), "ratio", { sign: true }),
    },
    { key: "chance", title: t("basket.chance"), cell: (pair) => <Chance pair={pair} looked={answer.looked_at} /> },
  ];
  return (
    <>
      <Sheet<Seen>
        label={t("basket.table")}
        rows={pairs.slice(0, most)}
        rowKey={(pair) => pair.key}
        columns={columns}
        scroll={{ x: "max-content" }}
      />
      {pairs.length > most ? (
        <Button size="small" type="link" onClick={() => showMore(most + ROWS * 2)}>
          {t("basket.more", { shown: format.count(most), count: format.count(pairs.length) as unknown as number })}
        </Button>
      ) : null}
    </>
  );
}

/** Show the answer. */
export function BasketBody(props: Props) {
  const { answer, item, look, open } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBasketNames(answer);
  const pairs = pairsOf(answer, item);
  const items = itemsOf(answer);
  const shown = format.count(answer.baskets);
  const missing = item !== undefined && !items.some((one) => one.item === item);
  return (
    <>
      <div className="basket-look">
        <label htmlFor="basket-item">{t("basket.look")}</label>
        <Select
          id="basket-item"
          showSearch
          allowClear
          className="basket-search"
          aria-label={t("basket.look")}
          placeholder={t("basket.lookNone")}
          popupMatchSelectWidth={false}
          optionFilterProp="label"
          value={item ?? null}
          options={[
            ...items.map((one) => ({ value: one.item, label: names.full(one.field, one.value), count: format.count(one.baskets) })),
            ...(missing ? [{ value: item, label: names.item(item), count: "" }] : []),
          ]}
          optionRender={(option) => (
            <span className="basket-option">
              <span>{option.label}</span>
              <span className="num muted">{(option.data as { count: string }).count}</span>
            </span>
          )}
          onChange={(one) => look(one ?? undefined)}
        />
        <span className="muted num">
          {t("basket.looked", { items: format.count(answer.items) as unknown as number, pairs: format.count(answer.looked_at) as unknown as number })}
          {answer.items_left_out ? ` ${t("basket.rare", { count: format.count(answer.items_left_out) as unknown as number })}` : ""}
        </span>
        {open ? (
          <Button size="small" type="link" aria-label={t("basket.openAll", { count: shown })} onClick={() => open(null)}>
            {names.baskets(shown)}
          </Button>
        ) : null}
      </div>
      <Plot answer={answer} pairs={pairs} open={open} />
      <Panel title={item === undefined ? t("basket.table") : t("basket.tableOf", { item: names.item(item) })} hint={t("basket.tableHint")}>
        {pairs.length ? <Table {...props} pairs={pairs} /> : <p className="muted">{t("basket.noneOf")}</p>}
        <p className="basket-foot muted">{t("basket.honest")}</p>
      </Panel>
    </>
  );
}
