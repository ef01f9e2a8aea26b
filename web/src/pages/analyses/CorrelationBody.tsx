/** What separates those who go on: differences with their intervals, the facts as numbers, and what the figures are not. */

import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { CellPlace, CorrelationAnswer, Fact } from "@/api/correlation";
import { Forest, type ForestRow } from "@/charts/Forest";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Column, Sheet } from "@/kit/Sheet";
import { useFormat } from "@/kit/use";
import { least } from "./correlationDefinition";
import { useFactName } from "./factNames";

type Open = ((place: CellPlace) => void) | undefined;
type Props = { answer: CorrelationAnswer; ends: [string, string]; view: string | undefined; look: (view: string | undefined) => void; open: Open };

const keyOf = (fact: Fact) => `${fact.kind}:${fact.values.join("\u0000")}`;

/** How sure a difference is, in words: beyond chance, only when looked at alone, or not at all. */
function useSure() {
  const { t } = useTranslation();
  const format = useFormat();
  return (fact: Fact, looked: number): { sure: string; why: string } => ({
    sure: fact.found ? t("correlation.found") : least(fact.difference) > 0 ? t("correlation.alone") : t("correlation.chance"),
    why: t("correlation.sureWhy", {
      chance: formatShare(Number(fact.chance), format.language),
      share: formatShare(Number(fact.false_share), format.language),
      count: format.count(looked) as unknown as number,
    }),
  });
}

/** Show the answer. */
export function CorrelationBody({ answer, ends, view, look, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useFactName();
  const sureness = useSure();
  const every = [...answer.less, ...answer.more];
  const kinds = [...new Map(every.map((fact) => [String(fact.kind), fact])).entries()].sort(([a], [b]) => Number(a) - Number(b));
  const several = new Set(every.map((fact) => fact.family)).size > 1;
  const chosen = kinds.some(([kind]) => kind === view) ? view : undefined;
  const shown = (facts: Fact[]) => facts.filter((fact) => chosen === undefined || String(fact.kind) === chosen);
  const points = (value: string) => format.points(Number(value));
  const row = (fact: Fact): ForestRow[] => {
    const gap = fact.difference;
    if (!gap) return [];
    const name = names.fact(fact);
    return [
      {
        key: keyOf(fact),
        name,
        ...(several ? { note: t(`correlation.family.${fact.family}`) } : {}),
        low: Number(gap.low),
        value: Number(gap.value),
        high: Number(gap.high),
        told: t("correlation.told", { value: points(gap.value), low: points(gap.low), high: points(gap.high) }),
        ...sureness(fact, answer.looked_at),
        pale: !fact.found,
        ...(open && fact.value !== null
          ? {
              pick: () => open({ kind: fact.kind, value: fact.value, without: false, only: "all" }),
              pickLabel: t("correlation.openFact", { fact: name }),
            }
          : {}),
      },
    ];
  };
  const groups = [
    { key: "less", title: t("correlation.less", { to: ends[1] }), rows: shown(answer.less).flatMap(row) },
    { key: "more", title: t("correlation.more", { to: ends[1] }), rows: shown(answer.more).flatMap(row) },
  ].filter((group) => group.rows.length);
  return (
    <>
      <Panel
        title={t("correlation.forest")}
        hint={t("correlation.forestHint")}
        action={
          kinds.length > 1 ? (
            <Select
              size="small"
              aria-label={t("correlation.kind")}
              popupMatchSelectWidth={false}
              value={chosen ?? ""}
              options={[
                { value: "", label: t("correlation.allKinds") },
                ...kinds.map(([kind, fact]) => ({ value: kind, label: `${t(`correlation.family.${fact.family}`)}: ${names.kind(fact)}` })),
              ]}
              onChange={(kind) => look(kind || undefined)}
            />
          ) : undefined
        }
      >
        {groups.length ? (
          <Forest
            groups={groups}
            centre={0}
            tick={(value) => format.points(value, true)}
            name={t("correlation.forest")}
            heads={{ told: t("correlation.difference"), sure: t("correlation.sure") }}
          />
        ) : (
          <p className="muted">{t("correlation.noFacts")}</p>
        )}
        <p className="muted correlation-foot">
          {t("correlation.looked", { count: format.count(answer.looked_at) as unknown as number })}{" "}
          {answer.left_out ? t("correlation.leftOut", { count: format.count(answer.left_out) as unknown as number }) : null} {t("correlation.notWhy")}
        </p>
      </Panel>
      {every.length ? (
        <Panel title={t("correlation.table")} hint={t("correlation.tableHint")}>
          <Facts facts={shown(every)} looked={answer.looked_at} open={open} />
        </Panel>
      ) : null}
    </>
  );
}

function Facts({ facts, looked, open }: { facts: Fact[]; looked: number; open: Open }) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useFactName();
  const sureness = useSure();
  const percent = (rate: string | null) => (toNumber(rate) === null ? MISSING : formatShare(toNumber(rate) ?? 0, format.language));
  const count = (fact: Fact, side: "with" | "without", only: CellPlace["only"]) => {
    const { count: all, converted } = fact[side];
    const amount = only === "all" ? all : all - converted;
    const shown = format.count(amount);
    if (!open || fact.value === null || !amount) return shown;
    const label = t(`correlation.cellOf.${side}`, { fact: names.fact(fact) });
    return (
      <button
        type="button"
        className="analysis-number num"
        aria-label={`${label}${only === "all" ? "" : `, ${t("correlation.only.dropped")}`}: ${shown}`}
        onClick={() => open({ kind: fact.kind, value: fact.value, without: side === "without", only })}
      >
        {shown}
      </button>
    );
  };
  const side = (key: "with" | "without"): Column<Fact>[] => [
    {
      key: `${key}-count`,
      title: t(`correlation.side.${key}`),
      number: true,
      sort: (a, b) => a[key].count - b[key].count,
      cell: (fact) => count(fact, key, "all"),
    },
    {
      key: `${key}-lost`,
      title: t("correlation.lost"),
      number: true,
      sort: (a, b) => a[key].count - a[key].converted - b[key].count + b[key].converted,
      cell: (fact) => count(fact, key, "dropped"),
    },
    {
      key: `${key}-rate`,
      title: t("correlation.rate"),
      number: true,
      sort: (a, b) => Number(a[key].rate ?? 0) - Number(b[key].rate ?? 0),
      cell: (fact) => percent(fact[key].rate),
    },
  ];
  const columns: Column<Fact>[] = [
    { key: "fact", title: t("correlation.fact"), cell: (fact) => names.fact(fact) },
    ...side("with"),
    ...side("without"),
    {
      key: "difference",
      title: t("correlation.difference"),
      number: true,
      sort: (a, b) => Number(a.difference?.value ?? 0) - Number(b.difference?.value ?? 0),
      cell: (fact) => <strong>{fact.difference ? format.points(Number(fact.difference.value)) : MISSING}</strong>,
    },
    {
      key: "odds",
      title: t("correlation.odds"),
      number: true,
      sort: (a, b) => Number(a.odds_ratio.value) - Number(b.odds_ratio.value),
      cell: (fact) => format.figure(Number(fact.odds_ratio.value).toPrecision(3), "number"),
    },
    {
      key: "false",
      title: t("correlation.falseShare"),
      number: true,
      sort: (a, b) => Number(a.false_share) - Number(b.false_share),
      cell: (fact) =>
        Number(fact.false_share) < 0.001 ? `<\u2009${formatShare(0.001, format.language)}` : formatShare(Number(fact.false_share), format.language),
    },
    { key: "sure", title: t("correlation.sure"), cell: (fact) => <span className={fact.found ? "" : "muted"}>{sureness(fact, looked).sure}</span> },
  ];
  return <Sheet<Fact> label={t("correlation.table")} rows={facts} rowKey={keyOf} columns={columns} scroll={{ x: "max-content" }} />;
}
