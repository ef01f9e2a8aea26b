/** Choose where bins begin; none chosen, they are the usual ones. */

import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { Filter } from "@/kit/Page";
import { BINS_MOST } from "./spreadDefinition";

type Props = { bins: string[]; order: (text: string) => number | null; hint: string; change: (bins: string[]) => void };

/** Show the control; what is no bin is not taken, and bins stand in their order. */
export function BinsOf({ bins, order, hint, change }: Props) {
  const { t } = useTranslation();
  return (
    <Filter label={t("spread.bins")}>
      <Select
        mode="tags"
        className="spread-bins"
        aria-label={t("spread.bins")}
        placeholder={hint}
        maxCount={BINS_MOST}
        value={bins}
        open={false}
        suffixIcon={null}
        tokenSeparators={[","]}
        onChange={(next: string[]) => {
          const known = next.flatMap((text) => {
            const at = order(text);
            return at === null ? [] : [{ at, text: text.trim() }];
          });
          const sorted = known.sort((a, b) => a.at - b.at).filter((one, index, all) => index === 0 || one.at > (all[index - 1]?.at ?? 0));
          change(sorted.map((one) => one.text));
        }}
      />
    </Filter>
  );
}
