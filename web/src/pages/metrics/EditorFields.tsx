/** The words of a metric and what kind of number it is. */

import { Input, Select, Switch } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Definition } from "@/api/authoring";
import { Panel } from "@/kit/Panel";
import { OWN_NAME } from "@/words";
import { useNames } from "./names";

type Props = { definition: Definition; choices: Record<string, string[]>; known: boolean; change: (patch: Partial<Definition>) => void };

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="field">
      <span className="filter-label">{label}</span>
      {children}
    </div>
  );
}

/** Show the fields. */
export function EditorFields({ definition, choices, known, change }: Props) {
  const { t } = useTranslation();
  const names = useNames();
  const text = (label: string, key: "title" | "description" | "formula", language: "zh" | "en") => (
    <Line label={label}>
      <Input
        aria-label={label}
        value={definition[key][language]}
        maxLength={key === "title" ? 80 : 600}
        onChange={(event) => change({ [key]: { ...definition[key], [language]: event.target.value } })}
      />
    </Line>
  );
  const pick = (label: string, key: "class" | "unit" | "direction" | "additivity" | "clock" | "scope", name: (value: string) => string) => (
    <Line label={label}>
      <Select
        aria-label={label}
        value={definition[key]}
        popupMatchSelectWidth={false}
        options={(choices[key] ?? [definition[key]]).map((value) => ({ value, label: name(value) }))}
        onChange={(value: string) => change({ [key]: value })}
      />
    </Line>
  );
  return (
    <>
      <Panel title={t("catalogue.name")}>
        <div className="fields">
          <Line label={t("authoring.name")}>
            <Input
              className="mono"
              aria-label={t("authoring.name")}
              value={definition.name}
              disabled={known}
              maxLength={60}
              placeholder="orders_per_visit"
              onChange={(event) => change({ name: event.target.value.trim().toLowerCase() })}
            />
          </Line>
          <Line label={t("catalogue.owner")}>
            <Input
              aria-label={t("catalogue.owner")}
              value={definition.owner}
              maxLength={80}
              onChange={(event) => change({ owner: event.target.value })}
            />
          </Line>
          {text(t("authoring.titleZh"), "title", "zh")}
          {text(t("authoring.titleEn"), "title", "en")}
          {text(`${t("authoring.means")} · ${OWN_NAME.zh}`, "description", "zh")}
          {text(`${t("authoring.means")} · ${OWN_NAME.en}`, "description", "en")}
          {text(`${t("authoring.formulaWords")} · ${OWN_NAME.zh}`, "formula", "zh")}
          {text(`${t("authoring.formulaWords")} · ${OWN_NAME.en}`, "formula", "en")}
        </div>
      </Panel>
      <Panel title={t("authoring.kind")}>
        <div className="fields fields-three">
          {pick(t("catalogue.class"), "class", names.class)}
          {pick(t("catalogue.scope"), "scope", (value) => t(`scope.${value as "people"}`))}
          <Line label={t("catalogue.use")}>
            <Select
              aria-label={t("catalogue.use")}
              mode="multiple"
              value={definition.use}
              options={(choices.use ?? definition.use).map((value) => ({ value, label: names.use(value) }))}
              onChange={(use: string[]) => change({ use })}
            />
          </Line>
          {pick(t("catalogue.unit"), "unit", names.unit)}
          {pick(t("catalogue.direction"), "direction", names.direction)}
          {pick(t("catalogue.additivity"), "additivity", names.additivity)}
          {pick(t("catalogue.clock"), "clock", names.clock)}
          <Line label={t("authoring.monitorable")}>
            <Switch aria-label={t("authoring.monitorable")} checked={definition.monitorable} onChange={(monitorable) => change({ monitorable })} />
          </Line>
        </div>
      </Panel>
    </>
  );
}
