/** What a policy would change: people before and after, ids that would join or leave, the largest, and examples. */

import { ArrowRightOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { PolicyPreview as Preview } from "@/api/people";
import { Delta } from "@/kit/Delta";
import { Panel } from "@/kit/Panel";
import { Bone, ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";

type Props = { preview: Preview | undefined; fresh: boolean; error: unknown; busy: boolean; actions: ReactNode };

function Figures({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const move = preview.persons_after - preview.persons_before;
  if (!move && !preview.join && !preview.split) return <p className="preview-none">{t("policy.nothing")}</p>;
  return (
    <>
      <div className="preview-main">
        <div>
          <span className="filter-label">{`${t("policy.persons")} \u00b7 ${t("policy.before")}`}</span>
          <b>{format.count(preview.persons_before)}</b>
        </div>
        <ArrowRightOutlined aria-hidden="true" />
        <div>
          <span className="filter-label">{`${t("policy.persons")} \u00b7 ${t("policy.after")}`}</span>
          <b>{format.count(preview.persons_after)}</b>
          <Delta move={move} text={format.figure(move, "count", { sign: true })} direction="none" />
        </div>
      </div>
      <dl className="facts">
        <dt>{t("policy.join")}</dt>
        <dd className="num">{format.count(preview.join)}</dd>
        <dt>{t("policy.split")}</dt>
        <dd className="num">{format.count(preview.split)}</dd>
      </dl>
    </>
  );
}

/** Show the panel. */
export function PolicyPreview({ preview, fresh, error, busy, actions }: Props) {
  const { t } = useTranslation();
  return (
    <Panel title={t("policy.previewTitle")} hint={t("policy.previewHint")} className="policy-preview">
      <div className="preview-actions">{actions}</div>
      {error ? <ErrorPanel error={error} what={t("policy.previewTitle")} /> : null}
      {busy && !preview ? <Bone height={200} /> : null}
      {preview || busy || error ? null : <p className="muted">{t("policy.previewNone")}</p>}
      {preview ? (
        <div data-busy={busy || !fresh} data-testid="preview">
          {fresh ? null : <p className="stale">{t("policy.previewOld")}</p>}
          <Figures preview={preview} />
          {preview.samples.length ? <h3>{t("policy.samples")}</h3> : null}
          <ul className="samples">
            {preview.samples.map((sample) => (
              <li key={`${sample.what}${sample.pids.join()}`}>
                <span className={sample.what === "join" ? "tag" : "tag tag-warn"}>{t(`policy.value.${sample.what}`)}</span>
                <span className="samples-ids">
                  {sample.ids.map((id) => (
                    <span key={id}>{id}</span>
                  ))}
                </span>
                {sample.pids[0] ? (
                  <Link to="/people/$did" params={{ did: String(sample.pids[0]) }}>
                    {t("policy.from", { count: sample.pids.length })}
                  </Link>
                ) : null}
              </li>
            ))}
          </ul>
          {preview.largest.length ? <h3>{t("policy.largest")}</h3> : null}
          <ul className="samples">
            {preview.largest.map((person) => (
              <li key={person.pid}>
                <span className="samples-ids">
                  {person.shown.map((id) => (
                    <span key={id}>{id}</span>
                  ))}
                </span>
                <span className="num">{t("policy.largestIds", { before: person.before, after: person.ids })}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </Panel>
  );
}
