/** The identity policy: which evidence joins people, within which limits; tried before it is switched on. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Policy, type PolicyBody, peopleKeys, policyOptions, switchPolicy, tryPolicy } from "@/api/people";
import { JobLine } from "@/kit/JobLine";
import { Page } from "@/kit/Page";
import { Reason } from "@/kit/Reason";
import { Bone, Shown } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { PolicyForm } from "./PolicyForm";
import { PolicyPreview } from "./PolicyPreview";
import { differences } from "./policy";
import "@/kit/parts.css";
import "./people.css";

type DeskProps = { policy: Policy; body: PolicyBody; change: (body: PolicyBody) => void };

function Desk({ policy, body, change }: DeskProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay("definitions.approve");
  const [asked, ask] = useState(false);
  const [job, setJob] = useState<string | null>(null);
  const changes = differences(policy.body, body);
  const attempt = useMutation({ mutationFn: tryPolicy });
  const fresh = attempt.data !== undefined && attempt.variables !== undefined && differences(attempt.variables, body) === 0;
  const enact = useMutation({
    mutationFn: (reason: string) => switchPolicy(body, reason),
    onSuccess: async (made) => {
      ask(false);
      setJob(made.job);
      await client.invalidateQueries({ queryKey: peopleKeys.policy });
    },
  });
  return (
    <>
      {job ? (
        <JobLine
          id={job}
          what={t("policy.switched", { version: enact.data?.version ?? "" })}
          over={() => void client.invalidateQueries({ queryKey: peopleKeys.all })}
        />
      ) : null}
      <div className="policy-grid">
        <PolicyForm body={body} change={change} />
        <PolicyPreview
          preview={attempt.data}
          fresh={fresh}
          error={attempt.error}
          busy={attempt.isPending}
          actions={
            <>
              <span className={changes ? "tag tag-warn" : "muted"}>{changes ? t("policy.change", { count: changes }) : t("policy.same")}</span>
              {changes ? (
                <Button size="small" type="text" onClick={() => change(policy.body)}>
                  {t("policy.undo")}
                </Button>
              ) : null}
              <Button size="small" type={fresh ? "default" : "primary"} loading={attempt.isPending} onClick={() => attempt.mutate(body)}>
                {t("policy.preview")}
              </Button>
              {may ? (
                <Button
                  size="small"
                  type={fresh ? "primary" : "default"}
                  disabled={!fresh || !changes}
                  title={t("policy.first")}
                  onClick={() => ask(true)}
                >
                  {t("policy.switch")}
                </Button>
              ) : null}
            </>
          }
        />
      </div>
      <Reason
        open={asked}
        title={t("policy.switchTitle")}
        text={t("policy.switchText")}
        action={t("policy.switch")}
        busy={enact.isPending}
        error={enact.error}
        done={(reason) => enact.mutate(reason)}
        close={() => ask(false)}
      />
    </>
  );
}

/** Show the page. */
export function PolicyPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const query = useQuery(policyOptions());
  const policy = query.data;
  const [body, change] = useState<PolicyBody | null>(null);
  const words = policy
    ? {
        version: policy.version,
        persons: format.count(policy.persons),
        merged: format.count(policy.merged_ids),
        shared: format.count(policy.shared_ids),
      }
    : null;
  return (
    <Page
      title={t("policy.title")}
      answer={words ? (words.version ? t("policy.answer", words) : t("policy.answerDefault", words)) : "\u00a0"}
      aside={policy?.pending ? <span className="stale">{t("policy.pending", { version: policy.pending })}</span> : null}
      fill
    >
      <Shown
        query={query}
        what={t("policy.what")}
        permission="people.see"
        skeleton={
          <div className="policy-grid">
            <Bone height="100%" />
            <Bone height="100%" />
          </div>
        }
      >
        {(data) => <Desk policy={data} body={body ?? data.body} change={change} />}
      </Shown>
    </Page>
  );
}
