/** Sources: whether data is coming in, source by source, and what each is sending. */

import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

/** Show the page. */
export function SourcesPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("sources.title")}>
      <div />
    </Page>
  );
}
