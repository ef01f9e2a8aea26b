/** The proof of a person as the server tells it, line by line. */

import type { UseQueryResult } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ProofAnswer } from "@/api/paths";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { ProofLines } from "./People";

const LINES = 200;

type Props = { query: UseQueryResult<ProofAnswer>; label: string; counted: readonly string[]; heads?: readonly string[] };

/** Show the lines; those whose reason is among `counted` stand out, those among `heads` stand over the others. */
export function LinesProof({ query, label, counted, heads = [] }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [most, setMost] = useState(LINES);
  return (
    <Shown query={query} what={label} permission="people.see" skeleton={<Bone height={200} />}>
      {(data) => (
        <>
          <ProofLines
            label={label}
            lines={data.lines.slice(0, most).map((line, index) => {
              const text = format.say(line).trim();
              const head = heads.includes(line.why) ? { head: text, text: "" } : { text };
              return { key: String(index), counted: counted.includes(line.why), ...head };
            })}
          />
          {data.lines.length > most ? (
            <Button size="small" onClick={() => setMost(most + LINES)}>
              {t("analysis.nextPage")}
            </Button>
          ) : null}
        </>
      )}
    </Shown>
  );
}
