/** Choose a length of time as a number and its unit; what is written in another way is kept. */

import { InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Filter } from "@/kit/Page";
import { readLength, UNITS } from "./given";

type Props = {
  text: string;
  label: string;
  /** What stands beside the controls, where it is shorter than what they are called. */
  shown?: string;
  most?: number;
  small?: boolean;
  change: (text: string) => void;
};

/** Show the controls. */
export function LengthOf({ text, label, shown, most = 3_660, small = false, change }: Props) {
  const { t } = useTranslation();
  const length = readLength(text);
  const size = small ? { size: "small" as const } : {};
  return (
    <Filter label={shown ?? label}>
      {length ? (
        <InputNumber
          {...size}
          aria-label={label}
          className="analysis-count"
          min={1}
          max={most}
          changeOnWheel={false}
          value={length.count}
          onChange={(count) => (count ? change(`${count} ${length.unit}`) : undefined)}
        />
      ) : null}
      <Select
        {...size}
        aria-label={t("paths.unitOf", { what: label })}
        popupMatchSelectWidth={false}
        value={length?.unit ?? text}
        options={[
          ...UNITS.map((unit) => ({ value: unit as string, label: t(`analysis.unit.${unit}`) })),
          ...(length ? [] : [{ value: text, label: text }]),
        ]}
        onChange={(unit) => change(`${length?.count ?? 1} ${unit}`)}
      />
    </Filter>
  );
}
