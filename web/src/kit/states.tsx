/** The states that every page has besides its data: loading, empty, failed, stale, not allowed. */

import { Button } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client";
import { usePreferences } from "@/shell/preferences";
import { formatInstant } from "./format";

/** A block of the colour of nothing, in the shape of what is coming. */
export function Bone({ height, width }: { height?: number | string; width?: number | string }) {
  return <span className="bone" style={{ height, width }} />;
}

/** Skeletons while loading; after two seconds a line that says so, with a way out. */
export function Loading({ children, cancel }: { children: ReactNode; cancel?: () => void }) {
  const { t } = useTranslation();
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 2000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="loading" role="status" aria-busy="true" aria-label={t("app.loading")} data-state="loading">
      {slow ? (
        <div className="loading-slow">
          <i className="progress" aria-hidden="true" />
          <span>{t("state.slow")}</span>
          {cancel ? (
            <Button size="small" onClick={cancel}>
              {t("state.cancel")}
            </Button>
          ) : null}
        </div>
      ) : null}
      {children}
    </div>
  );
}

/** Why there is nothing, and the one thing to do about it. */
export function Empty({ title, text, action, code }: { title: string; text: string; action?: ReactNode; code?: string }) {
  return (
    <section className="notice" data-state="empty">
      <h2>{title}</h2>
      <p>{text}</p>
      {code ? <pre className="code">{code}</pre> : null}
      {action}
    </section>
  );
}

type Failure = { error: unknown; what: string; retry?: () => void; since?: number; permission?: string };

/** What failed, where, what to do, under which request id; and how old the data still shown is. */
export function ErrorPanel({ error, what, retry, since, permission }: Failure) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const failure = error instanceof ApiError ? error : null;
  if (failure?.status === 403) return <Forbidden what={what} permission={permission ?? failure.where ?? ""} />;
  const lost = failure?.status === 0;
  return (
    <section className={since ? "notice notice-bad notice-slim" : "notice notice-bad"} role="alert" data-state="error">
      <h2>{t("state.errorTitle", { what })}</h2>
      <p>{lost ? t("state.unreachable") : error instanceof Error ? error.message : String(error)}</p>
      {failure && !lost ? (
        <dl className="facts">
          {failure.where ? (
            <>
              <dt>{t("state.where")}</dt>
              <dd>{failure.where}</dd>
            </>
          ) : null}
          {failure.fix ? (
            <>
              <dt>{t("state.fix")}</dt>
              <dd>{failure.fix}</dd>
            </>
          ) : null}
          {failure.requestId ? (
            <>
              <dt>{t("state.requestId")}</dt>
              <dd className="mono">{failure.requestId}</dd>
            </>
          ) : null}
        </dl>
      ) : null}
      {since ? <p className="muted">{t("state.lastGood", { at: formatInstant(new Date(since).toISOString(), language) })}</p> : null}
      {retry ? (
        <Button type={since ? "default" : "primary"} onClick={retry}>
          {t("state.retry")}
        </Button>
      ) : null}
    </section>
  );
}

/** No right: what it is about, and who can give it. */
export function Forbidden({ what, permission }: { what: string; permission: string }) {
  const { t } = useTranslation();
  return (
    <section className="notice" data-state="forbidden">
      <h2>{t("state.forbidden", { what })}</h2>
      <p>{t("state.forbiddenWho", { permission })}</p>
    </section>
  );
}

type Query<T> = {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  isPlaceholderData?: boolean;
  dataUpdatedAt: number;
  refetch: () => unknown;
};
type ShownProps<T> = {
  query: Query<T>;
  what: string;
  permission?: string;
  skeleton: ReactNode;
  cancel?: () => void;
  empty?: (data: T) => ReactNode | null;
  children: (data: T) => ReactNode;
};

/** Show a question to the server in whichever state it is; the last good data stays when a later attempt fails. */
export function Shown<T>({ query, what, permission, skeleton, cancel, empty, children }: ShownProps<T>) {
  const { data, error } = query;
  if (data === undefined) {
    if (error) return <ErrorPanel error={error} what={what} permission={permission} retry={() => void query.refetch()} />;
    return <Loading cancel={cancel}>{skeleton}</Loading>;
  }
  const nothing = empty?.(data);
  return (
    <>
      {error ? <ErrorPanel error={error} what={what} permission={permission} since={query.dataUpdatedAt} retry={() => void query.refetch()} /> : null}
      {nothing ?? children(data)}
    </>
  );
}
