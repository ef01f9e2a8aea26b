/** Two ids side by side: what each says, how far it agrees, and what that weighs for or against one person. */

import { useTranslation } from "react-i18next";
import type { Suggestion } from "@/api/people";
import { MISSING } from "@/kit/format";
import type { Format } from "@/kit/use";
import { useTraitName } from "./WhoPanel";

type Row = { field: string; left: string; right: string; agreement: string; weight: number | null };

/** One row for each field that was compared or that either side tells, the heaviest first. */
export function compared(pair: Suggestion, language: "zh" | "en"): Row[] {
  const reasons = new Map(pair.reasons.map((reason) => [reason.field, reason]));
  const fields = [...new Set([...reasons.keys(), ...Object.keys(pair.a.traits), ...Object.keys(pair.b.traits)])];
  const rows = fields.map((field) => {
    const reason = reasons.get(field);
    const named = field === "name";
    return {
      field,
      left: pair.a.traits[field] ?? (named ? (pair.a.name ?? "") : ""),
      right: pair.b.traits[field] ?? (named ? (pair.b.name ?? "") : ""),
      agreement: reason ? (language === "zh" ? reason.agreement_zh : reason.agreement_en) : "",
      weight: reason?.weight ?? null,
    };
  });
  return rows.sort((a, b) => Math.abs(b.weight ?? 0) - Math.abs(a.weight ?? 0));
}

function Weight({ weight, most }: { weight: number; most: number }) {
  const share = most ? Math.min(1, Math.abs(weight) / most) : 0;
  const side = weight < 0 ? "is-against" : "is-for";
  return (
    <span className={`weight ${side}`}>
      <i style={{ width: `${(share * 50).toFixed(1)}%` }} aria-hidden="true" />
      <b className="num">{`${weight > 0 ? "+" : "\u2212"}${Math.abs(weight).toFixed(1)}`}</b>
    </span>
  );
}

/** Show the comparison. */
export function Compare({ pair, format }: { pair: Suggestion; format: Format }) {
  const { t } = useTranslation();
  const name = useTraitName();
  const rows = compared(pair, format.language);
  const most = Math.max(...rows.map((row) => Math.abs(row.weight ?? 0)), 0);
  const missing = <span className="muted">{MISSING}</span>;
  return (
    <table className="compare">
      <thead>
        <tr>
          <th>{t("review.field")}</th>
          <th>{t("review.left")}</th>
          <th>{t("review.right")}</th>
          <th>{t("review.agreement")}</th>
          <th className="compare-weight">{t("review.weight")}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{t("review.ids")}</th>
          {[pair.a, pair.b].map((side) => (
            <td key={side.did}>
              {side.ids.map((id) => (
                <span className="tag" key={id}>
                  {id}
                </span>
              ))}
            </td>
          ))}
          <td />
          <td />
        </tr>
        {rows.map((row) => (
          <tr key={row.field} className={row.left && row.left === row.right ? "is-equal" : ""}>
            <th scope="row">{name(row.field)}</th>
            <td>{row.left || missing}</td>
            <td>{row.right || missing}</td>
            <td>{row.agreement || missing}</td>
            <td>{row.weight === null ? missing : <Weight weight={row.weight} most={most} />}</td>
          </tr>
        ))}
        <tr className="compare-sum">
          <th scope="row">{t("review.probability")}</th>
          <td />
          <td />
          <td />
          <td>
            <b className="num">{format.figure(pair.probability, "ratio")}</b>
          </td>
        </tr>
      </tbody>
    </table>
  );
}
