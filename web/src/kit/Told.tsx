/** What an analysis comes down to: its figure with its course, and a sentence. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Words } from "@/api/types";
import { toNumber } from "./format";
import { Spark } from "./Spark";
import type { Format } from "./use";
import "./told.css";

type Said = { title: Words; value: string | null; unit: string; currency: string | null; sentence: Words };
type Props = { told: Said; course: { period: string; value: string | number | null }[]; format: Format; move?: ReactNode };
const SOME_SECONDS = 120;

/** Show it. */
export function Told({ told, course, format, move }: Props) {
  const { t } = useTranslation();
  const money = told.currency ? { currency: told.currency } : {};
  const seconds = told.unit === "seconds" ? toNumber(told.value) : null;
  const shown =
    seconds === null
      ? format.brief(told.value, told.unit, money)
      : seconds < SOME_SECONDS
        ? t("recipes.seconds", { count: Math.round(seconds) })
        : format.lag(seconds * 1000);
  return (
    <div className="told">
      <span className="told-figure">
        <span className="told-name">{format.say(told.title)}</span>
        <strong className="num" title={format.figure(told.value, told.unit, money)} data-value={told.value ?? ""}>
          {shown}
        </strong>
        {course.length > 1 ? <Spark points={course} width={110} height={30} /> : null}
      </span>
      {move}
      <p className="told-sentence">{format.say(told.sentence)}</p>
    </div>
  );
}
