/** One rule that mends a group: what to do, on which field, with what. */

import { useQuery } from "@tanstack/react-query";
import { AutoComplete, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { FIXES, planOptions } from "@/api/data";
import { useMay } from "@/shell/session";
import { CASTS, type FixDraft } from "./fix";
import { useDataNames } from "./names";
import { isAgreed } from "./Plan";

const ON_FIELD = new Set(["set", "map_value", "drop_property", "cast"]);
type Props = { draft: FixDraft; change: (patch: Partial<FixDraft>) => void; fields: string[] };

const contains = (typed: string, option: { value?: unknown } | undefined) => String(option?.value ?? "").includes(typed);

/** Show the form. */
export function FixForm({ draft, change, fields }: Props) {
  const { t } = useTranslation();
  const names = useDataNames();
  return (
    <div className="fix-form">
      <span className="field">
        {t("quarantine.do")}
        <Select
          aria-label={t("quarantine.do")}
          value={draft.do}
          popupMatchSelectWidth={false}
          options={FIXES.map((value) => ({ value, label: names.fix(value) }))}
          onChange={(value) => change({ do: value, value: value === "cast" ? "text" : "" })}
        />
      </span>
      {ON_FIELD.has(draft.do) ? (
        <span className="field">
          {t("quarantine.onField")}
          <AutoComplete
            aria-label={t("quarantine.onField")}
            value={draft.field}
            options={fields.map((value) => ({ value }))}
            showSearch={{ filterOption: contains }}
            onChange={(value) => change({ field: value })}
          />
        </span>
      ) : null}
      {draft.do === "set" ? (
        <span className="field">
          {t("quarantine.toValue")}
          <Input
            aria-label={t("quarantine.toValue")}
            value={draft.value}
            maxLength={400}
            onChange={(event) => change({ value: event.target.value })}
          />
        </span>
      ) : null}
      {draft.do === "rename_event" ? <NewName draft={draft} change={change} /> : null}
      {draft.do === "cast" ? (
        <span className="field">
          {t("quarantine.toType")}
          <Select
            aria-label={t("quarantine.toType")}
            value={draft.value || "text"}
            options={CASTS.map((value) => ({ value, label: names.type(value) }))}
            onChange={(value) => change({ value })}
          />
        </span>
      ) : null}
      {draft.do === "map_value" ? (
        <span className="field field-wide">
          {t("quarantine.pairs")}
          <Input.TextArea
            aria-label={t("quarantine.pairs")}
            className="mono"
            value={draft.pairs}
            autoSize={{ minRows: 2, maxRows: 8 }}
            maxLength={20_000}
            onChange={(event) => change({ pairs: event.target.value })}
          />
        </span>
      ) : null}
      {draft.do === "none" ? <span className="muted fix-note">{t("quarantine.asIs")}</span> : null}
    </div>
  );
}

function NewName({ draft, change }: Pick<Props, "draft" | "change">) {
  const { t } = useTranslation();
  const may = useMay("sources.read");
  const { data } = useQuery({ ...planOptions(), enabled: may });
  return (
    <span className="field">
      {t("quarantine.toEvent")}
      <AutoComplete
        aria-label={t("quarantine.toEvent")}
        value={draft.value}
        options={(data?.events ?? []).filter(isAgreed).map((event) => ({ value: event.event }))}
        showSearch={{ filterOption: contains }}
        onChange={(value) => change({ value })}
      />
    </span>
  );
}
