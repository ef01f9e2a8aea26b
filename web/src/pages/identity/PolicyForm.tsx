/** The policy as a form: evidence by its order, limits, the guard against shared ids, and values that are not believed. */

import { InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { PolicyBody } from "@/api/people";
import { Panel } from "@/kit/Panel";
import { sign } from "./marks";
import { BLOCKS, type Block, blocked, LIMITED, NEVER, withBlocked, withLimit } from "./policy";
import { useEvidenceName, useNamespaceName } from "./words";

type Props = { body: PolicyBody; change: (body: PolicyBody) => void };

function Kinds({ body, change }: Props) {
  const { t } = useTranslation();
  const name = useEvidenceName();
  const rows = Object.entries(body.kinds).sort(([a, one], [b, other]) => one.priority - other.priority || a.localeCompare(b));
  const set = (kind: string, patch: Partial<{ priority: number; joins: boolean }>) => {
    const before = body.kinds[kind];
    if (before) change({ ...body, kinds: { ...body.kinds, [kind]: { ...before, ...patch } } });
  };
  return (
    <Panel title={t("policy.kinds")} hint={t("policy.kindsHint")}>
      <table className="kinds">
        <thead>
          <tr>
            <th>{t("policy.kind")}</th>
            <th>{t("policy.priority")}</th>
            <th>{t("policy.joins")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([kind, rule]) => (
            <tr key={kind} className={rule.joins ? "" : "is-off"}>
              <th scope="row">{name(kind)}</th>
              <td>
                <InputNumber
                  size="small"
                  min={1}
                  max={99}
                  value={rule.priority}
                  aria-label={`${name(kind)}: ${t("policy.priority")}`}
                  onChange={(priority) => set(kind, { priority: priority ?? rule.priority })}
                />
              </td>
              <td>
                {NEVER.has(kind) ? (
                  <span className="muted">{t("policy.never")}</span>
                ) : (
                  <Switch
                    size="small"
                    checked={rule.joins}
                    aria-label={`${name(kind)}: ${t("policy.joins")}`}
                    onChange={(joins) => set(kind, { joins })}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Limits({ body, change }: Props) {
  const { t } = useTranslation();
  const name = useNamespaceName();
  return (
    <Panel title={t("policy.limits")} hint={t("policy.limitsHint")}>
      <div className="limits">
        {LIMITED.map((namespace) => (
          <div key={namespace} className="limit">
            <i aria-hidden="true">{sign(namespace)}</i>
            <span>{name(namespace)}</span>
            <InputNumber
              size="small"
              min={1}
              max={1000}
              placeholder={t("policy.unlimited")}
              value={body.limits[namespace] ?? null}
              aria-label={`${t("policy.limits")}: ${name(namespace)}`}
              onChange={(most) => change(withLimit(body, namespace, most))}
            />
          </div>
        ))}
        <div className="limit">
          <i aria-hidden="true">{sign("all")}</i>
          <span>{t("policy.idsMax")}</span>
          <InputNumber
            size="small"
            min={2}
            max={1000}
            value={body.ids_max}
            aria-label={t("policy.idsMax")}
            onChange={(most) => change({ ...body, ids_max: most ?? body.ids_max })}
          />
        </div>
      </div>
    </Panel>
  );
}

function Guard({ body, change }: Props) {
  const { t } = useTranslation();
  const name = useNamespaceName();
  return (
    <Panel title={t("policy.guard")}>
      <div className="guard">
        <span>{t("policy.sharedAfter")}</span>
        <InputNumber
          size="small"
          min={1}
          max={1000}
          value={body.shared_after}
          aria-label={t("policy.sharedAfter")}
          onChange={(most) => change({ ...body, shared_after: most ?? body.shared_after })}
        />
      </div>
      <span className="filter-label">{t("policy.naming")}</span>
      <Select
        mode="multiple"
        className="wide"
        aria-label={t("policy.naming")}
        value={body.naming}
        options={LIMITED.map((value) => ({ value, label: name(value) }))}
        onChange={(naming: string[]) => change({ ...body, naming })}
      />
    </Panel>
  );
}

function Blocked({ body, change }: Props) {
  const { t } = useTranslation();
  const titles: Record<Block, string> = {
    blocked_mailboxes: t("policy.mailboxes"),
    blocked_domains: t("policy.domains"),
    phone: t("policy.phones"),
    email: t("policy.emails"),
  };
  return (
    <Panel title={t("policy.blocked")} hint={t("policy.blockedHint")}>
      {BLOCKS.map((block) => (
        <div key={block} className="blocked">
          <span className="filter-label">{titles[block]}</span>
          <Select
            mode="tags"
            open={false}
            className="wide"
            suffixIcon={null}
            aria-label={titles[block]}
            value={blocked(body, block)}
            tokenSeparators={[",", " ", "\n"]}
            onChange={(values: string[]) => change(withBlocked(body, block, values))}
          />
        </div>
      ))}
    </Panel>
  );
}

/** Show the form. */
export function PolicyForm(props: Props) {
  return (
    <div className="policy-form">
      <Kinds {...props} />
      <div className="policy-column">
        <Limits {...props} />
        <Guard {...props} />
        <Blocked {...props} />
      </div>
    </div>
  );
}
