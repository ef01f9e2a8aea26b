/** Members: who works here and in which role. */

import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

/** Show the page. */
export function MembersPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("members.title")}>
      <div />
    </Page>
  );
}
