/** A person: ids, traits, orders and everything they did, across channels. */

import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

/** Show the page. */
export function PersonPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("person.title")}>
      <div />
    </Page>
  );
}
