/** What follows when the plan is broken: store, store and flag, or keep apart; over all, or for one source. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { dataKeys, type Mode, type Modes, type Plan, RULES, setModes, sourcesOptions } from "@/api/data";
import { SidePane } from "@/kit/SidePane";
import { ErrorPanel } from "@/kit/states";
import { useMay } from "@/shell/session";
import { useDataNames } from "./names";

const MODES: Mode[] = ["allow", "flag", "quarantine"];

/** Show the rules while `open`. */
export function ModesPane({ plan, open, close }: { plan: Plan; open: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <SidePane open={open} close={close} width={560} title={t("plan.rulesTitle")} testid="rules">
      <Body plan={plan} close={close} />
    </SidePane>
  );
}

function Body({ plan, close }: { plan: Plan; close: () => void }) {
  const { t } = useTranslation();
  const names = useDataNames();
  const may = useMay("definitions.write");
  const client = useQueryClient();
  const { message } = App.useApp();
  const { data } = useQuery(sourcesOptions());
  const [source, setSource] = useState("");
  const [changed, change] = useState<Modes>({});
  const [reason, setReason] = useState("");
  const held: Modes = { ...plan.modes, ...(source ? plan.sources[source] : {}) };
  const saving = useMutation({
    mutationFn: () => setModes({ modes: changed, reason: reason.trim(), ...(source ? { source } : {}) }),
    onSuccess: ({ version, state }) => {
      message.success(state === "active" ? t("plan.inForce", { version }) : t("plan.waits", { version }));
      close();
      return client.invalidateQueries({ queryKey: dataKeys.plan });
    },
  });
  return (
    <>
      <p className="pane-about">{t("plan.rulesLead")}</p>
      <span className="field">
        {t("sources.source")}
        <Select
          aria-label={t("sources.source")}
          value={source}
          options={[
            { value: "", label: t("plan.everySource") },
            ...(data?.sources ?? []).map((entry) => ({ value: entry.source, label: entry.name || entry.source })),
          ]}
          onChange={(value) => {
            setSource(value);
            change({});
          }}
        />
      </span>
      <div className="modes">
        {RULES.map((rule) => (
          <div className="mode" key={rule}>
            <span>{names.rule(rule)}</span>
            <Segmented<Mode>
              size="small"
              aria-label={names.rule(rule)}
              disabled={!may}
              value={changed[rule] ?? held[rule] ?? "flag"}
              options={MODES.map((value) => ({ value, label: names.mode(value) }))}
              onChange={(value) => change((now) => ({ ...now, [rule]: value }))}
            />
          </div>
        ))}
      </div>
      {may ? (
        <>
          <span className="field">
            {t("reason.why")}
            <Input.TextArea
              aria-label={t("reason.why")}
              value={reason}
              maxLength={500}
              autoSize={{ minRows: 2, maxRows: 5 }}
              onChange={(event) => setReason(event.target.value)}
            />
          </span>
          {saving.error ? <ErrorPanel error={saving.error} what={t("plan.rulesTitle")} /> : null}
          <Button
            type="primary"
            className="block-tight"
            loading={saving.isPending}
            disabled={Object.keys(changed).length === 0 || !reason.trim()}
            onClick={() => saving.mutate()}
          >
            {t("plan.saveRules")}
          </Button>
        </>
      ) : (
        <p className="muted">{t("state.forbiddenWho", { permission: "definitions.write" })}</p>
      )}
    </>
  );
}
