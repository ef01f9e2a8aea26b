/** One source: what is arriving from it, how to send to it, and its keys. */

import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";

/** Show the page. */
export function SourcePage() {
  const { t } = useTranslation();
  const { source } = useParams({ from: "/desk/data/sources/$source" });
  return (
    <Page title={t("source.title", { name: source })}>
      <div />
    </Page>
  );
}
