/** Metrics as files: out as YAML or Apache Ossie, in with a look at what would change first. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, Input, Modal, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { authoringKeys, exportAddress, type Imported, importText } from "@/api/authoring";
import { ErrorPanel } from "@/kit/states";
import { useSession } from "@/shell/session";

const LONGEST = 1_000_000;
const SIGNS: Record<string, string> = { new: "+", changed: "~", certify: "^", same: "=", wrong: "!" };

/** Show the menu of files, and the import it opens. */
export function MetricFiles() {
  const { t } = useTranslation();
  const { user } = useSession();
  const [open, setOpen] = useState(false);
  const link = (key: string, label: string, format: "library" | "ossie", own: boolean) => ({
    key,
    label: (
      <a href={exportAddress(format, own)} download>
        {label}
      </a>
    ),
  });
  const items = [
    link("all", t("authoring.exportLibrary"), "library", false),
    link("own", t("authoring.exportOwn"), "library", true),
    link("ossie", t("authoring.exportOssie"), "ossie", false),
    ...(user.permissions.includes("definitions.write") ? [{ key: "in", label: t("authoring.import"), onClick: () => setOpen(true) }] : []),
  ];
  return (
    <>
      <Dropdown menu={{ items }} trigger={["click"]}>
        <Button>{t("authoring.files")}</Button>
      </Dropdown>
      <Incoming open={open} close={() => setOpen(false)} />
    </>
  );
}

function Incoming({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const [format, setFormat] = useState<"library" | "ossie">("library");
  const attempt = useMutation({ mutationFn: () => importText(text, format, true, "") });
  const keep = useMutation({
    mutationFn: () => importText(text, format, false, t("authoring.import")),
    onSuccess: () => client.invalidateQueries({ queryKey: authoringKeys.all }),
  });
  const change = (next: string) => {
    setText(next);
    attempt.reset();
    keep.reset();
  };
  const told = keep.data ?? attempt.data;
  const changes = (told?.counts.new ?? 0) + (told?.counts.changed ?? 0);
  return (
    <Modal
      open={open}
      title={t("authoring.import")}
      onCancel={close}
      width={720}
      destroyOnHidden
      data-testid="import-metrics"
      footer={
        <>
          <Button disabled={!text.trim()} loading={attempt.isPending} onClick={() => attempt.mutate()}>
            {t("authoring.importTry")}
          </Button>
          <Button type="primary" disabled={!attempt.data?.ready || !changes || keep.isSuccess} loading={keep.isPending} onClick={() => keep.mutate()}>
            {t("authoring.importSave")}
          </Button>
        </>
      }
    >
      <p className="muted">{t("authoring.importHint")}</p>
      <div className="versions-head">
        <Segmented
          aria-label={t("authoring.importFormat")}
          value={format}
          options={[
            { value: "library", label: "YAML" },
            { value: "ossie", label: "Apache Ossie" },
          ]}
          onChange={(value) => {
            setFormat(value as "library" | "ossie");
            attempt.reset();
          }}
        />
        <input
          type="file"
          accept=".yaml,.yml"
          aria-label={t("authoring.choose")}
          onChange={(event) => void event.target.files?.[0]?.text().then((read) => change(read.slice(0, LONGEST)))}
        />
      </div>
      <Input.TextArea
        className="mono"
        aria-label={t("authoring.import")}
        value={text}
        maxLength={LONGEST}
        autoSize={{ minRows: 6, maxRows: 14 }}
        onChange={(event) => change(event.target.value)}
      />
      {attempt.error || keep.error ? <ErrorPanel error={attempt.error ?? keep.error} what={t("authoring.import")} /> : null}
      {told ? <Told told={told} saved={keep.data?.written ?? null} /> : null}
    </Modal>
  );
}

function Told({ told, saved }: { told: Imported; saved: number | null }) {
  const { t } = useTranslation();
  const shown = told.entries.filter((one) => one.does !== "same" || one.notes.length);
  return (
    <div className="import-told" data-testid="import-told">
      {saved !== null ? <p>{t("authoring.importDone", { count: saved })}</p> : null}
      {shown.length === 0 ? <p className="muted">{t("authoring.importNothing")}</p> : null}
      <ul>
        {shown.map((one) => (
          <li key={one.name} data-does={one.does}>
            <code>
              {SIGNS[one.does]} {one.name}
            </code>{" "}
            <span className="muted">{[one.problem, ...one.notes, ...one.changes.map((change) => change.path)].filter(Boolean).join(" \u00b7 ")}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
