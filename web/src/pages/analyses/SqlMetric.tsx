/** The metric that a statement may begin: what is taken over and what is not, then on to the catalogue. */

import { FunctionOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fetchSqlDraft } from "@/api/sql";
import { Bone, Shown } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";

const DESCRIPTION_MOST = 560;

/** Show the button, to who may draft metrics. */
export function SqlMetric({ sql, format }: { sql: string; format: Format }) {
  const { t, i18n } = useTranslation();
  const may = useMay("definitions.write");
  const [open, setOpen] = useState(false);
  const query = useQuery({ queryKey: ["sql", "draft", sql], queryFn: () => fetchSqlDraft(sql), enabled: open, retry: false });
  if (!may) return null;
  const short = sql.replace(/\s+/g, " ").slice(0, DESCRIPTION_MOST - 40);
  const told = (language: "en" | "zh") => i18n.getFixedT(language)("sql.metricFrom", { sql: short });
  const definition = query.data?.definition;
  return (
    <>
      <Button size="small" icon={<FunctionOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t("sql.metric")}
      </Button>
      <Modal
        open={open}
        title={t("sql.metricTitle")}
        onCancel={() => setOpen(false)}
        footer={
          definition ? (
            <Link to="/metrics/catalogue" search={{ edit: "+", draft: { ...definition, description: { en: told("en"), zh: told("zh") } } }}>
              <Button type="primary">{t("sql.metricOpen")}</Button>
            </Link>
          ) : null
        }
      >
        <Shown query={query} what={t("sql.metric")} skeleton={<Bone height={80} />}>
          {(data) => (
            <>
              <p>{t(data.definition ? "sql.metricYes" : "sql.metricNo")}</p>
              {data.definition ? <Measures definition={data.definition} /> : null}
              <ul className="sql-notes">
                {data.notes.map((note) => (
                  <li key={note.en}>{format.say(note)}</li>
                ))}
              </ul>
            </>
          )}
        </Shown>
      </Modal>
    </>
  );
}

type Measure = { fact?: string; aggregate?: string; value?: string; where?: string };

function Measures({ definition }: { definition: Record<string, unknown> }) {
  const measures = Array.isArray(definition.measures) ? (definition.measures as Measure[]) : [];
  return (
    <pre className="code">
      {measures
        .map((one) => `${one.aggregate ?? ""}(${one.value ?? "*"}) FROM ${one.fact ?? ""}${one.where ? `\nWHERE ${one.where}` : ""}`)
        .join("\n")}
    </pre>
  );
}
