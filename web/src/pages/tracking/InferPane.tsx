/** Learn a plan from what came, see how it differs from the one in force, and freeze it with a reason. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { dataKeys, freezePlan, inferPlan, type PlanChange, sourcesOptions } from "@/api/data";
import { MISSING } from "@/kit/format";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { Bone, ErrorPanel, Loading } from "@/kit/states";
import { useFormat } from "@/kit/use";
import { useMay } from "@/shell/session";
import { useDataNames } from "./names";

const DAYS = [7, 28, 90];

/** Words for one side of a change, which the server gives as any JSON. */
export function shownSide(side: unknown): string {
  if (side === null || side === undefined || side === "") return MISSING;
  if (Array.isArray(side)) return side.map(String).join(", ");
  return typeof side === "object" ? JSON.stringify(side) : String(side);
}

/** Show the learning while `open`. */
export function InferPane({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <SidePane open={open} close={close} width={760} title={t("plan.learnTitle")} testid="learn">
      <Body close={close} />
    </SidePane>
  );
}

function Body({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(sourcesOptions());
  const [source, setSource] = useState("");
  const [days, setDays] = useState(28);
  const learning = useMutation({ mutationFn: () => inferPlan({ days, ...(source ? { source } : {}) }) });
  const found = learning.data;
  return (
    <>
      <p className="pane-about">{t("plan.learnLead")}</p>
      <div className="inline-form">
        <span className="field">
          {t("sources.source")}
          <Select
            aria-label={t("sources.source")}
            value={source}
            popupMatchSelectWidth={false}
            options={[
              { value: "", label: t("plan.everySource") },
              ...(data?.sources ?? []).map((entry) => ({ value: entry.source, label: entry.name || entry.source })),
            ]}
            onChange={setSource}
          />
        </span>
        <span className="field">
          {t("plan.days")}
          <Select
            aria-label={t("plan.days")}
            value={days}
            options={DAYS.map((value) => ({ value, label: t("plan.lastDays", { count: value }) }))}
            onChange={setDays}
          />
        </span>
        <Button type={found ? "default" : "primary"} loading={learning.isPending} onClick={() => learning.mutate()}>
          {t("plan.compare")}
        </Button>
      </div>
      {learning.error ? <ErrorPanel error={learning.error} what={t("plan.learnTitle")} /> : null}
      {learning.isPending ? (
        <Loading>
          <Bone height={200} />
        </Loading>
      ) : null}
      {found ? (
        <>
          <p className="muted">
            {t("plan.read", { shown: format.count(found.events_read) })} {found.sampled ? t("plan.sampled") : null}
          </p>
          {found.changes.length ? <Freeze body={found.proposal} close={close} /> : null}
          <Changes changes={found.changes} />
        </>
      ) : null}
    </>
  );
}

function Changes({ changes }: { changes: PlanChange[] }) {
  const { t } = useTranslation();
  const names = useDataNames();
  if (changes.length === 0) return <p>{t("plan.noChanges")}</p>;
  const kinds = [...new Set(changes.map((change) => change.change))];
  return (
    <>
      <p className="muted block-tight">
        {kinds.map((kind) => `${names.change(kind)} ${changes.filter((change) => change.change === kind).length}`).join(" \u00b7 ")}
      </p>
      <Sheet<PlanChange>
        label={t("plan.changes")}
        rows={changes}
        rowKey={(change) => `${change.event}.${change.property}.${change.change}`}
        columns={[
          {
            key: "where",
            title: t("plan.changes"),
            cell: (change) => (
              <code>
                {change.event}
                {change.property ? `.${change.property}` : ""}
              </code>
            ),
          },
          {
            key: "change",
            title: t("quality.what2"),
            width: 120,
            cell: (change) => <span className={change.change === "new" ? "tag tag-good" : "tag tag-warn"}>{names.change(change.change)}</span>,
          },
          { key: "before", title: t("plan.inPlan"), ellipsis: true, cell: (change) => shownSide(change.before) },
          { key: "after", title: t("plan.inData"), ellipsis: true, cell: (change) => shownSide(change.after) },
        ]}
      />
    </>
  );
}

function Freeze({ body, close }: { body: Record<string, unknown>; close: () => void }) {
  const { t } = useTranslation();
  const may = useMay("definitions.write");
  const client = useQueryClient();
  const { message } = App.useApp();
  const [reason, setReason] = useState("");
  const freezing = useMutation({
    mutationFn: () => freezePlan({ body, reason: reason.trim() }),
    onSuccess: ({ version, state }) => {
      message.success(state === "active" ? t("plan.inForce", { version }) : t("plan.waits", { version }));
      close();
      return client.invalidateQueries({ queryKey: dataKeys.plan });
    },
  });
  if (!may) return <p className="muted block">{t("state.forbiddenWho", { permission: "definitions.write" })}</p>;
  return (
    <section>
      <div className="freeze">
        <span className="field">
          {t("reason.why")}
          <Input aria-label={t("reason.why")} value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        </span>
        <Button type="primary" disabled={!reason.trim()} loading={freezing.isPending} onClick={() => freezing.mutate()}>
          {t("plan.freeze")}
        </Button>
      </div>
      {freezing.error ? <ErrorPanel error={freezing.error} what={t("plan.freeze")} /> : null}
    </section>
  );
}
