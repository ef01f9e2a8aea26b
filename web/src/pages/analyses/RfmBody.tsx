/** The answer of an RFM grid: the eight groups as cards, what they were cut at in words, and the grid; every count opens to its buyers. */

import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { RfmAnswer, RfmCell, RfmGroup, RfmPlace } from "@/api/money";
import { type Heat, type HeatRow, HeatScale, HeatTable } from "@/charts/HeatTable";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { useFormat } from "@/kit/use";
import { placeOn } from "./retentionDefinition";
import { AXES, type Axis, CODES, cellOf, figureOf, moneyShare, SCORES, sidesOf, VIEWS, type View } from "./rfmDefinition";
import { useRounded } from "./rounded";

type Open = ((place: RfmPlace) => void) | undefined;
type Props = { answer: RfmAnswer; view: View; show: (view: View) => void; open: Open };
const PLACE: RfmPlace = { recency: null, frequency: null, group: null };

/** Give the words of figures on the axes. */
export function useRfmWords(answer: Pick<RfmAnswer, "currency">) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const rounded = useRounded(answer.currency);
  const figure = (axis: Axis, value: string | null): string => {
    const number = toNumber(value);
    if (number === null) return MISSING;
    if (axis === "monetary") return rounded(number);
    const shown = format.figure(Number(number.toFixed(1)), "count");
    return t(axis === "recency" ? "rfm.days" : "rfm.orders", { count: shown as unknown as number });
  };
  return { figure, count: (value: number) => format.count(value) as unknown as number };
}

function Bar({ share, kind }: { share: number | null; kind: "people" | "money" }) {
  return (
    <svg className={`rfm-bar is-${kind}`} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect className="rfm-track" x={0} y={0} width={100} height={6} />
      <rect className="rfm-part" x={0} y={0} width={100 * (share ?? 0)} height={6} />
    </svg>
  );
}

function Card({ answer, group, open }: Pick<Props, "answer" | "open"> & { group: RfmGroup }) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const rounded = useRounded(answer.currency);
  const name = format.say(group);
  const shown = format.count(group.people);
  const of = { people: toNumber(group.share), money: moneyShare(group.money, answer) };
  const told = (share: number | null) => (share === null ? MISSING : formatShare(share, format.language));
  const sides = sidesOf(group.code);
  const rest: [string, string][] = [
    [
      t("rfm.last"),
      group.days_each === null
        ? MISSING
        : t("rfm.daysAgo", { count: format.figure(Number(toNumber(group.days_each)?.toFixed(0)), "count") as unknown as number }),
    ],
    [
      t("rfm.often"),
      group.orders_each === null
        ? MISSING
        : t("rfm.orders", { count: format.figure(Number(toNumber(group.orders_each)?.toFixed(1)), "count") as unknown as number }),
    ],
    [t("rfm.each"), rounded(toNumber(group.money_each))],
  ];
  return (
    <section className="rfm-card" aria-label={name} data-testid={`rfm-${group.code}`}>
      <h3>
        {name}
        <span className="rfm-sides" title={AXES.map((axis) => t(`rfm.${sides[axis] ? "yes" : "no"}.${axis}`)).join(" \u00b7 ")}>
          {AXES.map((axis) => (
            <i key={axis} className={sides[axis] ? "is-better" : ""}>
              {axis[0]?.toUpperCase()}
            </i>
          ))}
        </span>
      </h3>
      {open && group.people ? (
        <button
          type="button"
          className="rfm-count num"
          aria-label={t("rfm.openGroup", { name, count: shown })}
          onClick={() => open({ ...PLACE, group: group.code })}
        >
          {shown}
        </button>
      ) : (
        <span className="rfm-count num">{shown}</span>
      )}
      <dl className="rfm-shares">
        {(["people", "money"] as const).map((one) => (
          <div key={one}>
            <dt>{t(`rfm.of.${one}`)}</dt>
            <dd>
              <Bar share={of[one]} kind={one} />
            </dd>
            <dd className="num">{told(of[one])}</dd>
          </div>
        ))}
      </dl>
      <dl className="rfm-rest">
        {rest.map(([label, text]) => (
          <div key={label}>
            <dt className="muted">{label}</dt>
            <dd className="num">{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Groups({ answer, open }: Pick<Props, "answer" | "open">) {
  const { t } = useTranslation();
  const { figure } = useRfmWords(answer);
  const { thresholds } = answer;
  const given = answer.side === "given";
  const rows = [CODES.slice(0, 4), CODES.slice(4)] as const;
  return (
    <Panel title={t("rfm.groups")} hint={t("rfm.groupsHint")} className="rfm-groups">
      <p className="rfm-words">
        {t(given ? "rfm.cutGiven" : "rfm.cut", {
          side: t(`rfm.side.${answer.side}`),
          days: figure("recency", thresholds.recency),
          orders: figure("frequency", thresholds.frequency),
          money: figure("monetary", thresholds.monetary),
          of: t(`rfm.told.${answer.monetary}`),
        })}
      </p>
      {rows.map((codes, row) => (
        <div key={codes[0]} className="rfm-row">
          <h4>{t(row ? "rfm.no.monetary" : "rfm.yes.monetary")}</h4>
          {codes.map((code) => {
            const group = answer.groups.find((one) => one.code === code);
            return group ? <Card key={code} answer={answer} group={group} open={open} /> : null;
          })}
        </div>
      ))}
    </Panel>
  );
}

/** What the buyers of a score have: "31–90 days". */
function useRange(answer: RfmAnswer) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const rounded = useRounded(answer.currency);
  return (axis: Axis, score: number): string => {
    const range = answer.ranges[axis].find((one) => one.score === score);
    if (!range) return MISSING;
    const shown = (value: string) => (axis === "monetary" ? rounded(toNumber(value)) : format.figure(value, "count"));
    const both = range.low === range.high ? shown(range.low) : `${shown(range.low)}\u2013${shown(range.high)}`;
    return axis === "monetary" ? both : t(axis === "recency" ? "rfm.days" : "rfm.orders", { count: both as unknown as number });
  };
}

function Grid({ answer, view, show, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat(answer.currency);
  const rounded = useRounded(answer.currency);
  const range = useRange(answer);
  const { count } = useRfmWords(answer);
  const shown = (value: number | null) => (value === null ? MISSING : view === "people" ? format.count(value) : rounded(value));
  const told = answer.cells.filter((cell) => cell.people).map((cell) => figureOf(cell, view) ?? 0);
  const scale = { low: view === "each" ? Math.min(...told) : 0, high: Math.max(0, ...told) };
  const columns = [...SCORES].reverse();
  const heat = (cell: RfmCell | undefined): Heat => {
    if (!cell?.people) return null;
    const value = figureOf(cell, view);
    const share = moneyShare(cell.money, answer);
    return {
      shown: shown(value),
      at: value === null ? null : placeOn(value, scale),
      label: t("rfm.openCell", {
        r: cell.recency,
        f: cell.frequency,
        count: count(cell.people),
        money: format.brief(cell.money, "money"),
        each: rounded(toNumber(cell.money_each)),
        share: share === null ? MISSING : formatShare(share, format.language),
      }),
      open: open ? () => open({ ...PLACE, recency: cell.recency, frequency: cell.frequency }) : undefined,
    };
  };
  const people = (recency: number) => columns.reduce((sum, frequency) => sum + (cellOf(answer, recency, frequency)?.people ?? 0), 0);
  const rows = SCORES.map((recency): HeatRow => {
    const all = people(recency);
    const text = format.count(all);
    return {
      key: String(recency),
      name: (
        <>
          <strong>R{recency}</strong> <span className="muted">{range("recency", recency)}</span>
        </>
      ),
      title: t("rfm.rowTitle", { r: recency, range: range("recency", recency) }),
      size:
        open && all ? (
          <button
            type="button"
            className="num"
            aria-label={t("rfm.openRow", { r: recency, count: text })}
            onClick={() => open({ ...PLACE, recency })}
          >
            {text}
          </button>
        ) : (
          text
        ),
      cells: columns.map((frequency) => heat(cellOf(answer, recency, frequency))),
    };
  });
  return (
    <Panel
      title={t("rfm.grid")}
      hint={t("rfm.gridHint")}
      className="rfm-grid"
      action={
        <>
          <HeatScale from={shown(scale.low)} to={shown(scale.high)} />
          <Segmented<View>
            size="small"
            aria-label={t("rfm.view")}
            value={view}
            options={VIEWS.map((one) => ({ value: one, label: t(`rfm.views.${one}`) }))}
            onChange={show}
          />
        </>
      }
    >
      <p className="rfm-words">{t(`rfm.scored.${answer.scores}`)}</p>
      <HeatTable
        label={t("rfm.grid")}
        corner={t("rfm.corner")}
        sizeName={t("rfm.people")}
        columns={columns.map((frequency) => `F${frequency} \u00b7 ${range("frequency", frequency)}`)}
        rows={rows}
      />
      <p className="rfm-words muted">
        {t("rfm.mRanges")}{" "}
        {SCORES.map((score) => (
          <span key={score} className="num">
            <strong>M{score}</strong> {range("monetary", score)}
          </span>
        ))}
      </p>
    </Panel>
  );
}

/** Show the answer. */
export function RfmBody(props: Props) {
  return (
    <>
      <Groups answer={props.answer} open={props.open} />
      <Grid {...props} />
    </>
  );
}
