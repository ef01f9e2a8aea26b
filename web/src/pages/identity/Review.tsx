/** Identity review: pairs of ids that may be one person, judged by people. */

import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

/** Show the page. */
export function ReviewPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("review.title")}>
      <div />
    </Page>
  );
}
