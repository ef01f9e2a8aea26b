/** What is sent to whom, and when. */

import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

/** Show the page. */
export function ReportsPage() {
  const { t } = useTranslation();
  return <Page title={t("nav.reports")}>{null}</Page>;
}
