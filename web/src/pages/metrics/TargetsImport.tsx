/** The drawer that imports a file of targets: looked at first, with each fault by line; kept as a whole or not at all. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { importTargets, targetKeys } from "@/api/targets";
import { Sheet } from "@/kit/Sheet";
import { SidePane } from "@/kit/SidePane";
import { ErrorPanel } from "@/kit/states";

function Body({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const look = useMutation({ mutationFn: (given: string) => importTargets(given, true) });
  const keep = useMutation({
    mutationFn: () => importTargets(text, false),
    onSuccess: async (sheet) => {
      if (!sheet.kept) return;
      await Promise.all([targetKeys.targets, targetKeys.assessment].map((queryKey) => client.invalidateQueries({ queryKey })));
      close();
    },
  });
  const found = keep.data ?? look.data;
  const error = keep.error ?? look.error;
  return (
    <>
      <p className="pane-about">{t("targets.importLead")}</p>
      <Upload
        accept=".csv,.tsv,.txt"
        showUploadList={false}
        beforeUpload={(file) => {
          void file.text().then((given) => {
            setText(given);
            keep.reset();
            look.mutate(given);
          });
          return false;
        }}
      >
        <Button loading={look.isPending}>{t("targets.choose")}</Button>
      </Upload>
      {error ? <ErrorPanel error={error} what={t("targets.importTitle")} /> : null}
      {found && found.faults_in_all > 0 ? (
        <div className="faults" role="alert">
          <p>{t("targets.faults", { number: found.faults_in_all })}</p>
          <Sheet
            label={t("targets.fault")}
            rows={found.faults}
            rowKey={(fault) => `${fault.line} ${fault.column}`}
            columns={[
              { key: "line", title: t("targets.line"), number: true, width: 60, cell: (fault) => fault.line },
              { key: "column", title: t("targets.column"), width: 90, cell: (fault) => fault.column },
              { key: "fault", title: t("targets.fault"), cell: (fault) => `${fault.what} ${fault.fix}` },
            ]}
          />
        </div>
      ) : null}
      {found && found.faults_in_all === 0 ? (
        <>
          <p className="faults">{t("targets.would", { added: found.added, changed: found.changed, same: found.same })}</p>
          <div className="pane-foot">
            <Button type="primary" loading={keep.isPending} disabled={found.added + found.changed === 0} onClick={() => keep.mutate()}>
              {t("targets.keep", { number: found.added + found.changed })}
            </Button>
          </div>
        </>
      ) : null}
    </>
  );
}

/** Show the drawer. */
export function TargetsImport({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  return (
    <SidePane open={open} title={t("targets.importTitle")} close={close} width={560} testid="targets-import">
      <Body close={close} />
    </SidePane>
  );
}
