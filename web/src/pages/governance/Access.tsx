/** Roles and tokens: who may do what, and which programs may come in. */

import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

/** Show the page. */
export function AccessPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("access.title")}>
      <div />
    </Page>
  );
}
