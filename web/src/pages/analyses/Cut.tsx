/** A funnel by value: a row a value, a bar a step, how many converted; every number opens to its people. */

import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { FunnelAnswer, FunnelCell, Place } from "@/api/analyses";
import { formatShare, MISSING, toNumber } from "@/kit/format";
import { type Column, Sheet } from "@/kit/Sheet";
import { useFormat } from "@/kit/use";
import { useValueName } from "@/kit/values";
import { share } from "./given";

type Props = { answer: FunnelAnswer; names: string[]; open?: ((place: Place) => void) | undefined };

/** What a cell is called: its values, or that it has none, or is all others. */
export function useCellName(fields: string[]): (cell: Pick<FunnelCell, "kind" | "values">) => string {
  const { t } = useTranslation();
  const value = useValueName();
  return (cell) => {
    if (cell.kind === "other") return t("analysis.other");
    if (cell.kind === "none") return t("analysis.none");
    return (cell.values ?? []).map((one, index) => (one === null ? t("analysis.none") : value(fields[index] ?? "", one))).join(" × ");
  };
}

/** Show the cells. */
export function Cut({ answer, names, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const called = useCellName(answer.fields);
  const last = names.length - 1;
  const best = Math.max(0, ...answer.breakdown.map((cell) => share(cell.steps[last]?.count ?? 0, cell.steps[0]?.count ?? 0) ?? 0));
  const place = (cell: FunnelCell, step: number): Place => ({
    step: step + 1,
    dropped: false,
    cell: cell.kind === "none" ? "none" : "value",
    value: cell.value ?? null,
  });
  const count = (cell: FunnelCell, step: number) => {
    const shown = format.count(cell.steps[step]?.count ?? 0);
    if (cell.kind === "other") return <Tooltip title={t("analysis.noList")}>{shown}</Tooltip>;
    if (!open || (cell.kind === "value" && cell.value == null)) return shown;
    const label = `${called(cell)}: ${t("funnel.openStep", { step: names[step], count: shown as unknown as number })}`;
    return (
      <button type="button" className="analysis-number num" aria-label={label} onClick={() => open(place(cell, step))}>
        {shown}
      </button>
    );
  };
  const columns: Column<FunnelCell>[] = [
    { key: "value", title: t("analysis.value"), cell: (cell) => <span className={cell.kind === "value" ? "" : "muted"}>{called(cell)}</span> },
    ...names.map(
      (name, step): Column<FunnelCell> => ({
        key: `s${step}`,
        title: name,
        number: true,
        sort: (a, b) => (a.steps[step]?.count ?? 0) - (b.steps[step]?.count ?? 0),
        cell: (cell) => (
          <>
            {count(cell, step)}
            {step ? <span className="funnel-before muted">{before(cell, step)}</span> : null}
          </>
        ),
      }),
    ),
    {
      key: "rate",
      title: t("funnel.converted"),
      number: true,
      width: 190,
      sort: (a, b) => (toNumber(a.steps[last]?.of_first) ?? 0) - (toNumber(b.steps[last]?.of_first) ?? 0),
      cell: (cell) => {
        const rate = toNumber(cell.steps[last]?.of_first);
        return (
          <span className="funnel-rate">
            <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect x={0} y={1} height={8} width={best > 0 ? ((rate ?? 0) / best) * 100 : 0} />
            </svg>
            {rate === null ? MISSING : formatShare(rate, format.language)}
          </span>
        );
      },
    },
  ];
  const before = (cell: FunnelCell, step: number) => {
    const rate = toNumber(cell.steps[step]?.of_before);
    return rate === null ? MISSING : formatShare(rate, format.language);
  };
  return (
    <Sheet<FunnelCell>
      label={t("funnel.byValue", { fields: answer.fields.join(" × ") })}
      rows={answer.breakdown}
      rowKey={(cell) => `${cell.kind}:${cell.value ?? ""}`}
      columns={columns}
      scroll={{ x: "max-content" }}
    />
  );
}
