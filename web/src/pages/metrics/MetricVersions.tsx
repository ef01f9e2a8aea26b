/** A metric's state, versions and uses, and what can be done with it: edit, certify, compare, bring back, throw away, delete. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  authoringKeys,
  certify,
  deleteMetric,
  differenceOptions,
  discard,
  type MetricSheet,
  rollBack,
  type Saved,
  sheetOptions,
} from "@/api/authoring";
import { Reason } from "@/kit/Reason";
import { Bone, ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useSession } from "@/shell/session";
import { LineageSteps } from "./EditorPreview";

type Act = "certify" | "discard" | "delete" | { back: number };
type Props = { name: string; open: (name: string) => void; edit: (name: string) => void; gone: () => void };

/** Show what is known of the metric `name` to whoever writes it. */
export function MetricVersions({ name, open, edit, gone }: Props) {
  const { t } = useTranslation();
  const query = useQuery(sheetOptions(name));
  if (query.error) return <ErrorPanel error={query.error} what={t("authoring.what")} retry={() => void query.refetch()} />;
  if (!query.data) return <Bone height={120} />;
  return <Known sheet={query.data} open={open} edit={edit} gone={gone} />;
}

function run(act: Act, sheet: MetricSheet, reason: string): Promise<Saved> {
  const draft = sheet.draft_version ?? 0;
  if (act === "certify") return certify(sheet.name, draft, reason);
  if (act === "discard") return discard(sheet.name, draft, reason);
  if (act === "delete") return deleteMetric(sheet.name, reason);
  return rollBack(sheet.name, act.back, sheet.newest, reason);
}

function Known({ sheet, open, edit, gone }: { sheet: MetricSheet } & Omit<Props, "name">) {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const { user } = useSession();
  const [act, setAct] = useState<Act | null>(null);
  const [compared, setCompared] = useState<number | null>(null);
  const may = (permission: string) => user.permissions.includes(permission);
  const doing = useMutation({
    mutationFn: (reason: string) => run(act as Act, sheet, reason),
    onSuccess: async () => {
      const left = act === "delete" || (act === "discard" && sheet.version === null && !sheet.shipped);
      setAct(null);
      if (left) gone();
      await client.invalidateQueries({ queryKey: authoringKeys.all });
      await client.invalidateQueries({ queryKey: authoringKeys.catalogue });
    },
  });
  const about = act === null ? null : typeof act === "object" ? "rollBack" : act;
  const texts = {
    certify: t("authoring.certifyText", { version: sheet.draft_version }),
    discard: t("authoring.discardText"),
    delete: sheet.shipped ? t("authoring.restoreText") : t("authoring.deleteText"),
    rollBack: t("authoring.rollBackText"),
  };
  return (
    <div className="versions" data-testid="versions">
      <div className="versions-head">
        <span className="tag" data-state={sheet.state}>
          {t(`authoring.states.${sheet.state}`)}
        </span>
        {sheet.version ? <span className="muted">{t("authoring.version", { version: sheet.version })}</span> : null}
        <span className="versions-do">
          {may("definitions.write") ? (
            <Button size="small" onClick={() => edit(sheet.name)}>
              {t("authoring.edit")}
            </Button>
          ) : null}
          {sheet.draft && may("definitions.approve") ? (
            <Button size="small" type="primary" onClick={() => setAct("certify")}>
              {t("authoring.certify")}
            </Button>
          ) : null}
          {sheet.draft && may("definitions.write") ? (
            <Button size="small" onClick={() => setAct("discard")}>
              {t("authoring.discard")}
            </Button>
          ) : null}
          {sheet.version && may("definitions.approve") ? (
            <Button size="small" danger onClick={() => setAct("delete")}>
              {t("authoring.delete")}
            </Button>
          ) : null}
        </span>
      </div>
      {sheet.problem ? (
        <p className="versions-bad" role="alert">
          {t("authoring.broken")}: {sheet.problem}
        </p>
      ) : null}
      {sheet.draft_version ? <p className="muted">{t("authoring.draftBeside", { version: sheet.draft_version })}</p> : null}
      {sheet.steps.length ? <LineageSteps steps={sheet.steps} open={open} /> : null}
      {sheet.uses.length ? (
        <p className="tags">
          <span className="muted">{t("authoring.usedIn")}</span>
          {sheet.uses.map((use) => (
            <UseTag key={`${use.kind} ${use.id}`} use={use} />
          ))}
        </p>
      ) : null}
      {sheet.versions.length ? (
        <ul className="versions-list">
          {sheet.versions.map((one) => (
            <li key={one.version}>
              <strong>{t("authoring.version", { version: one.version })}</strong>
              <span className="tag">
                {one.state === "active" ? t("authoring.current") : one.state === "draft" ? t("authoring.states.draft") : one.state}
              </span>
              <span className="muted">
                {one.author} · {format.instant(one.changed)}
              </span>
              <span className="versions-why">{one.reason}</span>
              <span className="versions-do">
                {one.state !== "active" && (sheet.version || sheet.shipped) ? (
                  <Button size="small" type="link" onClick={() => setCompared(compared === one.version ? null : one.version)}>
                    {t("authoring.compare")}
                  </Button>
                ) : null}
                {one.state === "retired" && may("definitions.approve") ? (
                  <Button size="small" type="link" onClick={() => setAct({ back: one.version })}>
                    {t("authoring.rollBack")}
                  </Button>
                ) : null}
              </span>
              {compared === one.version ? <Changes name={sheet.name} old={sheet.version ?? 0} next={one.version} /> : null}
            </li>
          ))}
        </ul>
      ) : null}
      <Reason
        open={act !== null}
        title={about ? `${t(`authoring.${about}`)}: ${sheet.name}` : ""}
        text={about ? texts[about] : ""}
        action={about ? t(`authoring.${about}`) : ""}
        danger={about === "delete" || about === "discard"}
        busy={doing.isPending}
        error={doing.error}
        done={(reason) => doing.mutate(reason)}
        close={() => {
          setAct(null);
          doing.reset();
        }}
      />
    </div>
  );
}

/** What stands on the metric, with the way there. The tree, Today and a count of targets are their own names. */
function UseTag({ use }: { use: MetricSheet["uses"][number] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const title = format.say(use.title);
  if (use.kind === "tree")
    return (
      <Link className="tag" to="/metrics/tree">
        {title}
      </Link>
    );
  if (use.kind === "today")
    return (
      <Link className="tag" to="/">
        {title}
      </Link>
    );
  if (use.kind === "target")
    return (
      <Link className="tag" to="/metrics/targets">
        {title}
      </Link>
    );
  const named = `${t(`authoring.uses.${use.kind as "metric"}`)} · ${title}`;
  if (use.kind === "dashboard")
    return (
      <Link className="tag" to="/metrics/dashboards/$id" params={{ id: use.id }}>
        {named}
      </Link>
    );
  if (use.kind === "report")
    return (
      <Link className="tag" to="/metrics/reports" search={{ report: use.id }}>
        {named}
      </Link>
    );
  return <span className="tag">{named}</span>;
}

const shown = (value: unknown) =>
  value === null || value === undefined ? "\u2014" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** How two versions differ, line by line. */
function Changes({ name, old, next }: { name: string; old: number; next: number }) {
  const { t } = useTranslation();
  const query = useQuery(differenceOptions(name, old, next));
  if (query.error) return <ErrorPanel error={query.error} what={t("authoring.compare")} retry={() => void query.refetch()} />;
  if (!query.data) return <Bone height={40} />;
  if (!query.data.changes.length) return <p className="muted">{t("authoring.noDiff")}</p>;
  return (
    <table className="mini diff" data-testid="diff">
      <tbody>
        {query.data.changes.map((one) => (
          <tr key={one.path}>
            <td>
              <code>{one.path}</code>
            </td>
            <td>
              <del>{shown(one.old)}</del>
            </td>
            <td>
              <ins>{shown(one.new)}</ins>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
