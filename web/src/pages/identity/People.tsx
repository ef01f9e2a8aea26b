/** People: find a person by any id that they ever left. */

import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

/** Show the page. */
export function PeoplePage() {
  const { t } = useTranslation();
  return (
    <Page title={t("people.title")}>
      <div />
    </Page>
  );
}
