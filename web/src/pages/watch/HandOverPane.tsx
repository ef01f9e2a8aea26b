/** The note of the shift, to copy. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { handOverOptions } from "@/api/incidents";
import { CopyCode } from "@/kit/CopyCode";
import { SidePane } from "@/kit/SidePane";
import { Bone, Shown } from "@/kit/states";
import type { Format } from "@/kit/use";

/** Show the pane. */
export function HandOverPane({ open, close, format }: { open: boolean; close: () => void; format: Format }) {
  const { t } = useTranslation();
  const query = useQuery({ ...handOverOptions(), enabled: open });
  return (
    <SidePane open={open} title={t("incidents.handOver")} close={close} testid="hand-over">
      <p className="muted">{t("incidents.handOverHint")}</p>
      <Shown query={query} what={t("incidents.handOver")} permission="incidents.read" skeleton={<Bone height={200} />}>
        {(note) => <CopyCode text={format.language === "zh" ? note.zh : note.en} />}
      </Shown>
    </SidePane>
  );
}
