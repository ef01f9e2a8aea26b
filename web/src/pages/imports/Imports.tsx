/** Imports: files that came in, and the wizard that brings in another. */

import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

/** Show the page. */
export function ImportsPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("imports.title")}>
      <div />
    </Page>
  );
}
