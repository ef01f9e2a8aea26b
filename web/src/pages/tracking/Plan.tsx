/** Tracking plan: which events and properties should arrive, and whether those that do keep to it. */

import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

/** Show the page. */
export function PlanPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("plan.title")}>
      <div />
    </Page>
  );
}
