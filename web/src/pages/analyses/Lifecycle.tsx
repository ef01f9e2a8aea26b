/** The answer of the life cycle: bars of the active upwards and of the dormant downwards, and each bucket in a row. */

import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { LifecycleAnswer, LifecycleBucket, Stage, StagePlace } from "@/api/activity";
import { OTHER, SERIES } from "@/charts/look";
import { type BarPart, Legend, PartBars } from "@/charts/PartBars";
import { formatShare, MISSING } from "@/kit/format";
import { Panel } from "@/kit/Panel";
import { type Column, Sheet } from "@/kit/Sheet";
import { useFormat } from "@/kit/use";
import { gainOverLoss, keptShare, STAGES } from "./activityDefinition";
import { useBucketNames } from "./activityNames";

const HEIGHT = 300;
/** Those who stay stand at the foot; who is away hangs below. */
const DRAWN = ["returning", "resurrected", "new", "dormant"] as const;
const COLOURS: Record<(typeof DRAWN)[number], string> = {
  returning: SERIES[0] as string,
  resurrected: SERIES[1] as string,
  new: SERIES[2] as string,
  dormant: OTHER,
};
type Props = { answer: LifecycleAnswer; open: ((place: StagePlace) => void) | undefined };

/** Show an answer. */
export function LifecycleBody({ answer, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBucketNames(answer.by);
  const { buckets } = answer;
  const parts = DRAWN.map(
    (key): BarPart => ({
      key,
      name: t(`activity.state.${key}`),
      colour: COLOURS[key],
      values: buckets.map((bucket) => bucket[key]),
      down: key === "dormant",
    }),
  );
  const partial = buckets.findIndex((bucket) => !bucket.over);
  return (
    <>
      <Panel title={t("activity.stages")} hint={t("activity.stagesHint")} action={<Legend parts={parts} />}>
        <PartBars
          name={t("activity.stages")}
          bars={buckets.map((one) => ({
            short: names.short(one.bucket),
            long: names.long(one.bucket),
            note: one.over ? undefined : t("activity.notOver"),
          }))}
          parts={parts}
          more={(index) => [{ name: t("activity.state.active"), value: format.count(buckets[index]?.active ?? 0) }]}
          partialFrom={partial < 0 ? null : partial}
          format={format}
          height={HEIGHT}
          {...(open ? { pick: (index: number, key: string) => open({ bucket: buckets[index]?.bucket ?? "", state: key as Stage }) } : {})}
        />
      </Panel>
      <Table answer={answer} open={open} />
    </>
  );
}

function Table({ answer, open }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const names = useBucketNames(answer.by);
  const count = (row: LifecycleBucket, state: Stage) => {
    const value = row[state];
    if (value === null) return <span className="muted">{MISSING}</span>;
    const shown = format.count(value);
    if (!open || !value) return shown;
    const label = t("activity.open", { bucket: names.long(row.bucket), state: t(`activity.state.${state}`), count: shown as unknown as number });
    return (
      <button type="button" className="analysis-number num" aria-label={label} onClick={() => open({ bucket: row.bucket, state })}>
        {shown}
      </button>
    );
  };
  const explained = (title: string, hint: string) => <Tooltip title={hint}>{title}</Tooltip>;
  const columns: Column<LifecycleBucket>[] = [
    {
      key: "bucket",
      title: t("activity.when"),
      cell: (row) => (
        <>
          {names.long(row.bucket)} {row.over ? null : <span className="muted">· {t("activity.notOver")}</span>}
        </>
      ),
    },
    ...(["active", ...STAGES] as const).map(
      (state): Column<LifecycleBucket> => ({ key: state, title: t(`activity.state.${state}`), number: true, cell: (row) => count(row, state) }),
    ),
    {
      key: "kept",
      title: explained(t("activity.keep"), t("activity.keepHint")),
      number: true,
      cell: (row) => {
        const kept = keptShare(row);
        return kept === null ? MISSING : formatShare(kept, format.language);
      },
    },
    {
      key: "quick",
      title: explained(t("activity.quick"), t("activity.quickHint")),
      number: true,
      cell: (row) => {
        const quick = gainOverLoss(row);
        return quick === null ? MISSING : format.figure(quick, "count", { even: true });
      },
    },
  ];
  return (
    <Panel title={t("activity.table")}>
      <Sheet<LifecycleBucket> label={t("activity.table")} rows={[...answer.buckets].reverse()} rowKey={(row) => row.bucket} columns={columns} />
    </Panel>
  );
}
