/** What is shown when a page itself fails, or does not exist. */

import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";

/** A page threw: say so, offer to load it again, and give the text that an administrator needs. */
export function ErrorPage({ error }: { error: Error }) {
  const { t } = useTranslation();
  return (
    <main className="alone">
      <section className="notice" role="alert">
        <h1>{t("state.crashed")}</h1>
        <p>{t("state.crashedFix")}</p>
        <pre className="code">{error.message}</pre>
        <Button type="primary" onClick={() => location.reload()}>
          {t("state.reload")}
        </Button>
      </section>
    </main>
  );
}

/** The address leads nowhere. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <main className="alone">
      <section className="notice">
        <h1>{t("state.notFound")}</h1>
        <p>{t("state.notFoundFix")}</p>
        <Link to="/">{t("state.toToday")}</Link>
      </section>
    </main>
  );
}
