/** Quarantine: what was refused, why, and how to mend, replay or discard it. */

import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

/** Show the page. */
export function QuarantinePage() {
  const { t } = useTranslation();
  return (
    <Page title={t("quarantine.title")}>
      <div />
    </Page>
  );
}
