/** Quality: how far the data of each source can be trusted, and whether the intake balances. */

import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

/** Show the page. */
export function QualityPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("quality.title")}>
      <div />
    </Page>
  );
}
