/** The board of growth: five stages with how many of the same people go on, then by value, and people, goods, places. */

import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { GrowthAnswer, GrowthCell, GrowthPlace, GrowthSold, StageName } from "@/api/growth";
import { HBars } from "@/charts/HBars";
import { Delta } from "@/kit/Delta";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Column, Sheet } from "@/kit/Sheet";
import { Spark } from "@/kit/Spark";
import { useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { useNames } from "./names";

type Open = ((place: GrowthPlace) => void) | undefined;
type Props = { answer: GrowthAnswer; own: StageName[]; open: Open };

const place = (stage: StageName, more: Partial<GrowthPlace> = {}): GrowthPlace => ({
  stage,
  lost: false,
  row: "total",
  value: null,
  before: false,
  ...more,
});

function StageCard({ answer, index, own, open }: Props & { index: number }) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const stage = answer.total.stages[index];
  const name = answer.stages[index];
  if (!stage || !name) return null;
  const before = answer.before.stages[index]?.people ?? 0;
  // A day that is not over would look like a fall.
  const today = format.civil(new Date(answer.asked_ms).toISOString());
  const points = answer.by_day.filter((day) => day.day !== today).map((day) => ({ period: day.day, value: day.people[index] ?? null }));
  const called = t(`growth.stage.${name}`);
  const shown = format.count(stage.people);
  return (
    <section className="growth-stage" aria-label={called} data-testid={`stage-${name}`}>
      <h3>{called}</h3>
      <p className="muted">{own.includes(name) ? t("growth.ownRule") : t(`growth.about.${name}`, { days: answer.within_days })}</p>
      {open ? (
        <button
          type="button"
          className="growth-count num"
          aria-label={t("growth.openStage", { stage: called, count: shown as unknown as number })}
          onClick={() => open(place(name))}
        >
          {shown}
        </button>
      ) : (
        <span className="growth-count num">{shown}</span>
      )}
      <p className="num">
        <Delta move={stage.people - before} text={format.change(before, stage.people, "count")} />{" "}
        <span className="muted">{t("growth.before", { count: format.count(before) as unknown as number })}</span>
      </p>
      <Spark points={points} width={160} label={t("growth.byDay", { stage: called })} />
      {name === "retention" && answer.total.still_open ? (
        <p className="muted num">{t("growth.stillOpen", { count: format.count(answer.total.still_open) as unknown as number })}</p>
      ) : null}
      {name === "revenue" ? (
        <p className="num">
          {t("growth.money", {
            money: format.brief(answer.total.money, "money"),
            each: answer.total.money_each === null ? MISSING : format.figure(answer.total.money_each, "money"),
          })}
        </p>
      ) : null}
    </section>
  );
}

function Onward({ answer, index, open }: Omit<Props, "own"> & { index: number }) {
  const { t } = useTranslation();
  const { language, count } = useFormat();
  const stage = answer.total.stages[index];
  const name = answer.stages[index];
  const next = answer.stages[index + 1];
  if (!stage || !name || !next) return null;
  const share = toNumber(stage.share);
  const told = t("growth.onward", { share: share === null ? MISSING : formatShare(share, language) });
  const lost = stage.people - (stage.onward ?? 0);
  const inside = (
    <>
      <span aria-hidden="true">{"\u2192"}</span>
      <strong className="num">{share === null ? MISSING : formatShare(share, language)}</strong>
    </>
  );
  if (!open || !lost)
    return (
      <span className="growth-onward" title={told}>
        {inside}
      </span>
    );
  const label = `${told}. ${t("growth.lost", { next: t(`growth.stage.${next}`), count: count(lost) as unknown as number })}`;
  return (
    <button type="button" className="growth-onward" title={label} aria-label={label} onClick={() => open(place(name, { lost: true }))}>
      {inside}
    </button>
  );
}

function useRowName(field: string | null): (cell: Pick<GrowthCell, "kind" | "shown">) => string {
  const { t } = useTranslation();
  const value = useValueName();
  return (cell) => {
    if (cell.kind === "other") return t("analysis.other");
    if (cell.kind === "none") return t("analysis.none");
    if (cell.kind === "new") return t("growth.new");
    if (cell.kind === "returning") return t("growth.returning");
    return cell.kind === "total" ? t("growth.all") : value(field ?? "", cell.shown ?? "");
  };
}

function Rows({ answer, rows, label, open }: { answer: GrowthAnswer; rows: GrowthCell[]; label: string; open: Open }) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const called = useRowName(answer.field);
  const columns: Column<GrowthCell>[] = [
    {
      key: "row",
      title: "",
      cell: (row) => <span className={row.kind === "value" || row.kind === "new" || row.kind === "returning" ? "" : "muted"}>{called(row)}</span>,
    },
    ...answer.stages.map(
      (stage, index): Column<GrowthCell> => ({
        key: stage,
        title: t(`growth.stage.${stage}`),
        number: true,
        sort: (a, b) => (a.stages[index]?.people ?? 0) - (b.stages[index]?.people ?? 0),
        cell: (row) => {
          const cell = row.stages[index];
          const shown = format.count(cell?.people ?? 0);
          const listed = open && row.kind !== "other" && (row.kind !== "value" || row.value != null);
          const share = toNumber(cell?.share);
          return (
            <>
              {listed ? (
                <button
                  type="button"
                  className="analysis-number num"
                  aria-label={`${called(row)}: ${t("growth.openStage", { stage: t(`growth.stage.${stage}`), count: shown as unknown as number })}`}
                  onClick={() =>
                    open(place(stage, { row: row.kind as GrowthPlace["row"], value: row.kind === "value" ? (row.value ?? null) : null }))
                  }
                >
                  {shown}
                </button>
              ) : (
                shown
              )}
              <span className="growth-share muted num">{share === null ? "" : formatShare(share, format.language)}</span>
            </>
          );
        },
      }),
    ),
    {
      key: "money",
      title: t("growth.amount"),
      number: true,
      sort: (a, b) => (toNumber(a.money) ?? 0) - (toNumber(b.money) ?? 0),
      cell: (row) => format.brief(row.money, "money"),
    },
  ];
  return (
    <Sheet<GrowthCell>
      label={label}
      rows={rows}
      rowKey={(row) => `${row.kind}:${row.value ?? row.shown ?? ""}`}
      columns={columns}
      scroll={{ x: "max-content" }}
    />
  );
}

function Sold({ answer, sold, field, title }: { answer: GrowthAnswer; sold: GrowthSold[]; field: string; title: string }) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const value = useValueName();
  const name = (one: GrowthSold) =>
    one.kind === "other" ? t("analysis.other") : one.kind === "none" ? t("growth.unknown") : value(field, one.value ?? "");
  return (
    <Panel title={title} hint={t("growth.beside")}>
      <HBars
        label={title}
        bars={sold.map((one) => ({
          key: `${one.kind}:${one.value ?? ""}`,
          name: name(one),
          value: toNumber(one.money),
          shown: format.brief(one.money, "money"),
          move: t("growth.buyers", { count: format.count(one.buyers) as unknown as number }),
          rest: one.kind !== "value",
        }))}
      />
    </Panel>
  );
}

/** Show the answer. */
export function GrowthBoard({ answer, own, open }: Props) {
  const { t } = useTranslation();
  const { field } = useNames();
  return (
    <>
      <div className="growth-board">
        {answer.stages.map((stage, index) => (
          <Fragment key={stage}>
            <StageCard answer={answer} index={index} own={own} open={open} />
            <Onward answer={answer} index={index} open={open} />
          </Fragment>
        ))}
      </div>
      {answer.breakdown.length && answer.field ? (
        <Panel title={t("growth.byValue", { field: field(answer.field) })} hint={t("growth.byValueHint")}>
          <Rows answer={answer} rows={answer.breakdown} label={t("growth.byValue", { field: "" })} open={open} />
        </Panel>
      ) : null}
      <Panel title={t("growth.newOrBack")}>
        <Rows answer={answer} rows={[...answer.people, answer.total]} label={t("growth.newOrBack")} open={open} />
      </Panel>
      <div className="growth-sold">
        <Sold answer={answer} sold={answer.goods} field="route" title={t("growth.goods")} />
        <Sold answer={answer} sold={answer.places} field="sales_channel" title={t("growth.places")} />
      </div>
    </>
  );
}
