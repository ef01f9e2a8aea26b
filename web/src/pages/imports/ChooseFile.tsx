/** The first step: a file is dropped or chosen, and sent in chunks. */

import { InboxOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Progress } from "antd";
import { type DragEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { send } from "@/api/imports";
import { formatShare } from "@/kit/format";
import { ErrorPanel } from "@/kit/states";
import { useFormat } from "@/kit/use";

/** Show the place to drop a file. */
export function ChooseFile({ done }: { done: (upload: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [share, setShare] = useState(0);
  const sending = useMutation({
    mutationFn: (file: File) => send(file, (received) => setShare(received / file.size)),
    onSuccess: (upload) => done(upload.id),
  });
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (!file || sending.isPending) return;
    setShare(0);
    sending.mutate(file);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div className="choose">
      <button
        type="button"
        className={over ? "dropzone is-over" : "dropzone"}
        disabled={sending.isPending}
        onClick={() => input.current?.click()}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        data-testid="dropzone"
      >
        <InboxOutlined aria-hidden="true" />
        <strong>{t("wizard.drop")}</strong>
        <span>{t("wizard.dropText")}</span>
      </button>
      <input
        ref={input}
        type="file"
        className="sr"
        tabIndex={-1}
        aria-label={t("wizard.drop")}
        accept=".csv,.tsv,.txt,.xlsx,.parquet,.jsonl,.ndjson,.json,.gz"
        onChange={(event) => take(event.target.files)}
      />
      {sending.isPending ? (
        <div role="status">
          <Progress percent={Math.round(share * 100)} showInfo={false} />
          <span className="muted num">{t("wizard.sending", { name: sending.variables.name, done: formatShare(share, format.language) })}</span>
        </div>
      ) : null}
      {sending.error ? (
        <ErrorPanel error={sending.error} what={t("wizard.step.value.file")} retry={() => sending.variables && sending.mutate(sending.variables)} />
      ) : null}
    </div>
  );
}
