/** One place of the matrix: what is thought of it, and what was measured. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Cell, deskKeys, type Judgement, judge } from "@/api/channels";
import { Sheet } from "@/kit/Sheet";
import { ErrorPanel } from "@/kit/states";
import type { Format } from "@/kit/use";
import { useMay } from "@/shell/session";

const DIRECTIONS = ["up", "down", "mixed", "none"] as const;
const SIZES = [1, 2, 3] as const;
const EFFORTS = [0, 1, 2, 3] as const;

function Editor({ cell }: { cell: Cell }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const cache = useQueryClient();
  const before = cell.judgement;
  const [direction, setDirection] = useState<Judgement["direction"]>(before?.direction ?? "up");
  const [size, setSize] = useState<number>(before?.size || 1);
  const [effort, setEffort] = useState<number>(before?.effort ?? 0);
  const [note, setNote] = useState(before?.note ?? "");
  const keep = useMutation({
    mutationFn: () => judge(cell.module, cell.goal, { direction, size: direction === "none" ? 0 : size, effort, note, version: cell.version }),
    onSuccess: () => {
      void message.success(t("matrix.kept"));
      void cache.invalidateQueries({ queryKey: deskKeys.matrix });
    },
  });
  return (
    <div className="cell-form">
      <span className="label">{t("matrix.direction")}</span>
      <Segmented
        aria-label={t("matrix.direction")}
        value={direction}
        options={DIRECTIONS.map((value) => ({ value, label: t(`matrix.value.${value}`) }))}
        onChange={setDirection}
      />
      {direction === "none" ? null : (
        <>
          <span className="label">{t("matrix.size")}</span>
          <Segmented
            aria-label={t("matrix.size")}
            value={size}
            options={SIZES.map((value) => ({ value, label: t(`matrix.value.size${value}`) }))}
            onChange={(value) => setSize(Number(value))}
          />
        </>
      )}
      <span className="label">{t("matrix.effort")}</span>
      <Segmented
        aria-label={t("matrix.effort")}
        value={effort}
        options={EFFORTS.map((value) => ({ value, label: t(`matrix.value.effort${value}`) }))}
        onChange={(value) => setEffort(Number(value))}
      />
      <span className="label">{t("matrix.note")}</span>
      <Input.TextArea aria-label={t("matrix.note")} value={note} maxLength={500} rows={3} onChange={(event) => setNote(event.target.value)} />
      <Button type="primary" loading={keep.isPending} onClick={() => keep.mutate()}>
        {t("matrix.save")}
      </Button>
      {keep.error ? <ErrorPanel error={keep.error} what={t("matrix.what")} permission="definitions.write" /> : null}
    </div>
  );
}

/** Show a place, to be filled by who may. */
export function MatrixCell({ cell, format }: { cell: Cell; format: Format }) {
  const { t } = useTranslation();
  const may = useMay("definitions.write");
  return (
    <>
      {may ? <Editor cell={cell} /> : <p className="muted">{cell.judgement?.note || t("matrix.mayNot")}</p>}
      {cell.changed && cell.changed_by ? <p className="muted">{t("matrix.by", { name: cell.changed_by, at: format.full(cell.changed) })}</p> : null}
      <h3 className="pane-part">{t("matrix.measured")}</h3>
      {cell.measured ? (
        <p>
          {t("matrix.pooled", {
            effect: format.rate(cell.measured.effect),
            low: format.rate(cell.measured.low),
            high: format.rate(cell.measured.high),
            count: cell.measured.count,
            total: cell.measured.total,
          })}
        </p>
      ) : null}
      {cell.effects.length ? (
        <Sheet
          label={t("matrix.measured")}
          rows={cell.effects}
          rowKey={(row) => row.id}
          columns={[
            { key: "source", title: t("matrix.source"), cell: (row) => `${t(`matrix.kind.${row.source}` as "matrix.kind.experiment")} ${row.ref}` },
            { key: "effect", title: t("matrix.effect"), number: true, cell: (row) => format.rate(row.effect) },
            {
              key: "interval",
              title: t("matrix.interval"),
              number: true,
              cell: (row) => (row.low === null ? "\u2014" : `${format.rate(row.low)} … ${format.rate(row.high)}`),
            },
            { key: "dates", title: t("matrix.dates"), cell: (row) => format.days(row.first, row.last) },
          ]}
        />
      ) : (
        <p className="muted">{t("matrix.noMeasured")}</p>
      )}
    </>
  );
}
