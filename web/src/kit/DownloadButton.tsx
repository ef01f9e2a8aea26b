/** A button that takes a file home. */

import { DownloadOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useState } from "react";
import { useMay } from "@/shell/session";

/** Hand a file to the browser. */
export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

type Props = { fetch: () => Promise<Blob>; name: string; label: string; failed: string };

/** Fetch a file and save it under a name, saying what failed; nothing to who may not export. */
export function DownloadButton({ fetch, name, label, failed }: Props) {
  const may = useMay("export");
  const [busy, setBusy] = useState(false);
  const { message } = App.useApp();
  if (!may) return null;
  const take = async () => {
    setBusy(true);
    try {
      save(await fetch(), name);
    } catch (error) {
      message.error(`${failed}: ${error instanceof Error ? error.message : ""}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button size="small" icon={<DownloadOutlined aria-hidden />} loading={busy} onClick={() => void take()}>
      {label}
    </Button>
  );
}
