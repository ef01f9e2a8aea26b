/** Choose which money: of orders on one of three clocks, or a field of events; and, among the rarer rules, in which currency. */

import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { EventsOf, FieldOf } from "./Asked";
import { currencyOf, kindOf, type Money, type MoneyKind, OF_ORDERS, rowsOf, withMoney } from "./money";

const CURRENCIES = ["CNY", "HKD", "TWD", "USD", "EUR", "GBP", "JPY", "KRW", "SGD", "THB"];
type Props = { money: Money | undefined; known: Known; change: (money: Money | undefined) => void };

/** Choose the kind of money. */
export function MoneyOf({ money, known, change }: Props) {
  const { t } = useTranslation();
  const kind = kindOf(money);
  const kinds: MoneyKind[] = known.events.length || kind === "event" ? [...OF_ORDERS, "event"] : [...OF_ORDERS];
  return (
    <Filter label={t("lifetime.money")}>
      <Select<MoneyKind>
        aria-label={t("lifetime.money")}
        popupMatchSelectWidth={false}
        value={kind}
        options={kinds.map((one) => ({ value: one, label: t(`lifetime.moneyKinds.${one}`) }))}
        onChange={(next) => change(withMoney(next, currencyOf(money), rowsOf(money)))}
      />
    </Filter>
  );
}

/** Choose the events that carry the money, where they do, and their field. */
export function MoneyEvents({ money, known, change }: Props) {
  const { t } = useTranslation();
  if (kindOf(money) !== "event") return null;
  const rows = rowsOf(money);
  return (
    <div className="filters">
      <EventsOf
        part={rows}
        known={known}
        label={t("lifetime.moneyEvents")}
        change={(next) => change(withMoney("event", currencyOf(money), { ...next, field: rows.field }))}
      />
      <Filter label={t("lifetime.moneyField")}>
        <FieldOf
          value={rows.field || undefined}
          known={known}
          label={t("lifetime.moneyField")}
          none={t("lifetime.moneyField")}
          change={(field) => change(withMoney("event", currencyOf(money), { ...rows, field: field ?? "" }))}
        />
      </Filter>
    </div>
  );
}

/** Choose the currency: all of it in the workspace's, or one alone as it is. */
export function CurrencyOf({ money, change }: Omit<Props, "known">) {
  const { t } = useTranslation();
  const now = currencyOf(money);
  return (
    <Filter label={t("lifetime.currency")}>
      <Select
        showSearch
        aria-label={t("lifetime.currency")}
        popupMatchSelectWidth={false}
        value={now}
        options={[
          { value: "", label: t("lifetime.currencyAll") },
          ...[...new Set([...CURRENCIES, ...(now ? [now] : [])])].map((one) => ({ value: one, label: t("lifetime.currencyOnly", { one }) })),
        ]}
        onChange={(one) => change(withMoney(kindOf(money), one, rowsOf(money)))}
      />
    </Filter>
  );
}
