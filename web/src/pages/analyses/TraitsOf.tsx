/** Choose traits of people: those that some source said, or others by their name. */

import { Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Known } from "@/api/analyses";
import { Filter } from "@/kit/Page";
import { useTraitName } from "@/pages/identity/WhoPanel";

type Props = { traits: string[]; known: Known; most: number; change: (traits: string[]) => void };

/** Show the control. */
export function TraitsOf({ traits, known, most, change }: Props) {
  const { t } = useTranslation();
  const called = useTraitName();
  return (
    <Filter label={t("correlation.traits")}>
      <Select
        mode="tags"
        className="analysis-cut"
        aria-label={t("correlation.traits")}
        placeholder={t("correlation.traitsNone")}
        popupMatchSelectWidth={false}
        maxCount={most}
        value={traits}
        options={known.traits.map((name) => ({ value: name, label: called(name) }))}
        optionFilterProp="label"
        onChange={(next: string[]) => change(next.map((name) => name.trim()).filter(Boolean))}
      />
    </Filter>
  );
}
