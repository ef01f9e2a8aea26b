/** A change, said thrice: by sign, by arrow, and by colour. */

import { useTranslation } from "react-i18next";
import type { Direction, Figure } from "@/api/types";
import { toNumber } from "./format";

/** Whether a move of a metric is good, bad or neither, given which way it should go. */
export function judge(move: number | null, direction: Direction | undefined): "good" | "bad" | "flat" {
  if (move === null || move === 0 || !direction || direction === "none") return "flat";
  return move > 0 === (direction === "up") ? "good" : "bad";
}

type Props = { move: Figure | undefined; text: string; direction?: Direction };

/** Show `text` with the arrow and colour of `move`. */
export function Delta({ move, text, direction = "up" }: Props) {
  const { t } = useTranslation();
  const value = toNumber(move);
  if (value === null) return <span className="delta is-flat">{text}</span>;
  const arrow = value > 0 ? "\u25B2" : value < 0 ? "\u25BC" : "\u2022";
  const word = value > 0 ? t("change.up") : value < 0 ? t("change.down") : t("change.flat");
  return (
    <span className={`delta is-${judge(value, direction)}`}>
      <i aria-hidden="true">{arrow}</i>
      <span className="sr">{word} </span>
      {text}
    </span>
  );
}
