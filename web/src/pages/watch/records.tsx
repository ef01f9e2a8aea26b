/** How records are called and shown: their title, state, severity and money. */

import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { ItsmRecord } from "@/api/incidents";
import { Status } from "@/kit/Status";
import { useFormat } from "@/kit/use";

const LOOK: Record<string, string> = {
  new: "bad",
  triage: "warn",
  mitigating: "warn",
  monitoring: "warn",
  open: "warn",
  draft: "no_data",
  todo: "no_data",
  failed: "bad",
  refused: "bad",
};

/** Give the naming function: the title in the language in use, else in the other. */
export function useTitle(): (record: Pick<ItsmRecord, "title_en" | "title_zh" | "id">) => string {
  const { language } = useFormat();
  return useCallback(
    (record) => (language === "zh" ? record.title_zh || record.title_en : record.title_en || record.title_zh) || record.id,
    [language],
  );
}

/** The first part of a title: what happened, without what it costs and what else went on. */
export function headOf(title: string): string {
  return title.split(/[;\uff1b]/)[0] ?? title;
}

/** The state of a record: an incident's in the word that people say, of the others as their machines call it. */
export function RecordState({ record }: { record: ItsmRecord }) {
  const { t } = useTranslation();
  const { language } = useFormat();
  const plain = record.plain?.[language] ?? record.plain?.en;
  return <Status state={LOOK[record.state] ?? "ok"}>{plain ?? t(`incidents.state.${record.state as "open"}`)}</Status>;
}

/** How bad an incident is, 1 to 4. */
export function Severity({ record }: { record: ItsmRecord }) {
  const { t } = useTranslation();
  const number = Math.min(4, Math.max(1, record.severity)) as 1 | 2 | 3 | 4;
  return (
    <span className="severity" data-severity={number}>
      {t(`incidents.severity.s${number}`)}
    </span>
  );
}
