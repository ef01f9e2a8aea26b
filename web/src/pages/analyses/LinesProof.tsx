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

type Props = { query: UseQueryResult<ProofAnswer>; label: string; counted: readonly string[]; tidy?: ((text: string) => string) | undefined };

/** Show the lines; those whose reason is among `counted` stand out. */
export function LinesProof({ query, label, counted, tidy }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const [most, setMost] = useState(LINES);
  return (
    <Shown query={query} what={label} permission="people.see" skeleton={<Bone height={200} />}>
      {(data) => (
        <>
          <ProofLines
            label={label}
            lines={data.lines.slice(0, most).map((line, index) => ({
              key: String(index),
              text: (tidy ?? String)(format.say(line)).trim(),
              counted: counted.includes(line.why),
            }))}
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
