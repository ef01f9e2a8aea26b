/** The reasons of a change, one sentence each, in money. */

import type { Sentence } from "@/api/types";
import { toNumber } from "@/kit/format";
import type { Format } from "@/kit/use";

/** Show sentences with a mark of the way each pushed. */
export function Sentences({ sentences, format }: { sentences: Sentence[]; format: Format }) {
  if (!sentences.length) return null;
  return (
    <ul className="sentences">
      {sentences.map((sentence) => {
        const amount = toNumber(sentence.amount);
        const tone = amount === null || amount === 0 ? "" : amount > 0 ? "is-good" : "is-bad";
        return (
          <li key={sentence.en} className={tone}>
            {format.say(sentence)}
          </li>
        );
      })}
    </ul>
  );
}
